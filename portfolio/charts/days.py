"""Days of a year on which something became known: marks along a line, each a link to that day, and the choices of a menu.

A register that was moved in has a revision for each such day, which says by itself what came with it. What is recorded day
by day comes on nearly every day; of it the months are given, by their last day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.choices import ReportState
from projects.history import as_of
from projects.models import Claim, Entry, Milestone, MonthlyReport, Problem, Project, Revision, Target
from projects.pages import formatting, links
from projects.periods import MONTHS_OF_YEAR, Month

from .timeline import time_scale

# what a day may have made known beside reports, in the order in which it is told
PUBLIC = ("listed", "targets", "claims", "projects")  # of these the public figures
KINDS: dict[str, Any] = {
    "listed": Entry,
    "targets": Target,
    "claims": Claim,
    "projects": Project,
    "milestones": Milestone,
    "problems": Problem,
}


class KnownDay(NamedTuple):
    """A day, the month whose reports were approved on it, and which of KINDS became known; neither: it was recorded here."""

    day: dt.date
    month: int | None = None
    kinds: tuple[str, ...] = ()


def get_known_days(year: int) -> list[KnownDay]:
    """Return the days of a year in their order. Two queries, whatever the register holds."""
    found = {each.day: each for each in [*_recorded_months(year), *_published_days(year)]}
    return [found[day] for day in sorted(found)]


def _published_days(year: int) -> Iterator[KnownDay]:
    own = {"revision": OuterRef("number")}
    approved = MonthlyReport.history.filter(**own, state=ReportState.APPROVED).values("month")
    found = Revision.objects.filter(known_on__range=(dt.date(year, 1, 1), dt.date(year, 12, 31)))
    rows = found.order_by("number").annotate(
        month=Subquery(approved.order_by("-month")[:1]),
        **{name: Exists(model.history.filter(**own)) for name, model in KINDS.items()},
    )
    for row in rows.values("known_on", "month", *KINDS):
        yield KnownDay(row["known_on"], row["month"], tuple(name for name in KINDS if row[name]))


def _recorded_months(year: int) -> Iterator[KnownDay]:
    recorded = Revision.objects.filter(known_on=None, created_at__year=year)
    for moment in recorded.datetimes("created_at", "month"):
        yield KnownDay(min(Month(year, moment.month).last_day, timezone.localdate()))


# how far down a mark is, its size, and how it is drawn
_PUBLISHED, _REPORTED, _OTHER = (8, "6", "d-pub"), (21, "5", "d-rep"), (8, "3", "d-pub")


def day_marks(request: HttpRequest, shown: dt.date, programme: Any) -> dict[str, Any]:
    """Return the days of the year of the day that is shown, on a page that is about a programme or about none: `marks` and
    the scale that they are drawn on; `options` are the same days and the one that is shown.
    """
    with as_of.override_as_of(None):
        known = get_known_days(shown.year)
    scale = time_scale([dt.date(shown.year, 1, 1), dt.date(shown.year, MONTHS_OF_YEAR, 31)], shown)
    days = known if any(each.day == shown for each in known) else sorted([*known, KnownDay(shown)])
    options = [_build_mark(request, each, shown=shown, programme=programme, x=scale.x(each.day)) for each in days]
    may_be_named = programme and programme.known_since <= days[0].day  # else there are days with no answer about it
    carried = links.get_other_day_parameters(request, programme if may_be_named else None)
    return {
        "year": shown.year,
        "scale": scale,
        "marks": [option for option, each in zip(options, days, strict=True) if each in known],
        "options": options,
        "action": request.path,
        "carried": carried,
    }


def _build_mark(request: HttpRequest, known: KnownDay, *, shown: dt.date, programme: Any, x: str) -> dict[str, Any]:
    """Return a day: where it is drawn and how, what it says, and whether it is the one that is shown, or one after it."""
    is_public = not set(PUBLIC).isdisjoint(known.kinds)
    lane, size, drawn = _PUBLISHED if is_public else _REPORTED if known.month else _OTHER
    return {
        "day": known.day,
        "label": _label(known),
        "url": links.other_day_address(request, known.day, programme),
        "x": x,
        "lane": lane,
        "size": size,
        "drawn": drawn,
        "is_shown": known.day == shown,
        "is_later": known.day > shown,
    }


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
