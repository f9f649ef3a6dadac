"""Days of a year on which something became known: marks along a line, each a link to that day, and the choices of a menu."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.changes.known_days import PUBLIC, KnownDay, get_known_days
from projects.history import as_of
from projects.pages import formatting, links
from projects.periods import MONTHS_OF_YEAR

from .timeline import TimeScale, time_scale

# how far down a mark is, its size, and how it is drawn
_PUBLISHED, _REPORTED, _OTHER = (8, "6", "d-pub"), (21, "5", "d-rep"), (8, "3", "d-pub")


@dataclass(frozen=True)
class DayMark:
    """A day: where it is drawn and how, what it says, and whether it is the one that is shown, or one after it."""

    day: dt.date
    label: str
    url: str
    x: str
    lane: int
    size: str
    drawn: str
    is_shown: bool
    is_later: bool


@dataclass(frozen=True)
class DayMarks:
    """`marks` and the scale that they are drawn on; `options` are the same days and the one that is shown."""

    year: int
    scale: TimeScale
    marks: list[DayMark]
    options: list[DayMark]
    action: str
    carried: list[tuple[str, str]]


def day_marks(request: HttpRequest, shown: dt.date, programme: Any) -> DayMarks:
    """The days of the year of the day that is shown, on a page that is about a programme or about none."""
    with as_of.override_as_of(None):
        known = get_known_days(shown.year)
    scale = time_scale([dt.date(shown.year, 1, 1), dt.date(shown.year, MONTHS_OF_YEAR, 31)], shown)
    mark = partial(_mark, request, shown=shown, programme=programme, scale=scale)
    marks = [mark(each) for each in known]
    here = mark(KnownDay(shown))
    options = marks if any(each.is_shown for each in marks) else sorted([*marks, here], key=attrgetter("day"))
    may_be_named = programme and programme.known_since <= options[0].day  # else there are days with no answer about it
    carried = links.taken_to_another_day(request, programme if may_be_named else None)
    return DayMarks(shown.year, scale, marks, options, request.path, carried)


def _mark(request: HttpRequest, known: KnownDay, *, shown: dt.date, programme: Any, scale: TimeScale) -> DayMark:
    is_public = not set(PUBLIC).isdisjoint(known.kinds)
    lane, size, drawn = _PUBLISHED if is_public else _REPORTED if known.month else _OTHER
    return DayMark(
        day=known.day,
        label=_label(known),
        url=links.other_day_address(request, known.day, programme),
        x=scale.x(known.day),
        lane=lane,
        size=size,
        drawn=drawn,
        is_shown=known.day == shown,
        is_later=known.day > shown,
    )


def _label(known: KnownDay) -> str:
    """'2023-03-06: list, targets'."""
    words = {
        "listed": _("list"),
        "targets": _("targets"),
        "claims": _("claims"),
        "projects": _("projects"),
        "milestones": _("milestones"),
        "problems": _("problems"),
    }
    parts = [words[kind] for kind in known.kinds]
    if known.month:
        parts.append(_("reports of %(month)s") % {"month": formatting.month_name(known.month)})
    if not parts:
        return known.day.isoformat()
    return _("%(day)s: %(what)s") % {"day": known.day.isoformat(), "what": formatting.listing(parts)}
