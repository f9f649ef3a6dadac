"""The two clocks of a revision: when its facts became known, and when they were recorded here.

A register that is moved in brings its past with it: its revisions are dated by the days on which things were published,
approved, decided. All others are known on the day on which they were recorded. No revision is dated before the one before
it, nor after the day on which it was recorded.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.periods import FIRST_DAY

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DATED = ("number", "created_at", "known_on")  # columns of a revision: which, and when by either clock


class Clock(StrEnum):
    """By which clock a past state was asked for: the members of an answer that name its hands."""

    KNOWN = "known_on"  # when a fact became known: published, approved, decided
    RECORDED = "recorded_at"  # when it was recorded here


@dataclass(frozen=True)
class RevisionDates:
    """A revision by both clocks; number 0, and neither, before the first one."""

    number: int = 0
    recorded_at: dt.datetime | None = None
    known_on: dt.date | None = None

    @classmethod
    def from_row(cls, row: tuple[int, dt.datetime, dt.date | None] | None) -> Self:
        """Build from the columns of `DATED`; number 0 without dates for None."""
        if row is None:
            return cls()
        number, recorded_at, known_on = row
        return cls(number, timezone.localtime(recorded_at), day_of_knowledge(recorded_at, known_on))


def day_of_knowledge(recorded_at: dt.datetime, known_on: dt.date | None) -> dt.date:
    """Return the day on which the facts of a revision became known: that of recording, where no other was said."""
    return known_on or timezone.localtime(recorded_at).date()


def newest_known(until: dt.date) -> RevisionDates:
    """Return the higher-numbered of the last revision known until a day and the last recorded by its end. One query."""
    revisions = apps.get_model("projects.Revision").objects
    end = dt.datetime.combine(until, dt.time.max, timezone.get_current_timezone())
    dated = revisions.filter(known_on__lte=until).order_by("-known_on", "-number").values("number")[:1]
    recorded = revisions.filter(created_at__lte=end).order_by("-created_at").values("number")[:1]
    found = revisions.filter(models.Q(number=models.Subquery(dated)) | models.Q(number=models.Subquery(recorded)))
    return RevisionDates.from_row(found.order_by("-number").values_list(*DATED).first())


def get_day_of_knowledge(record: models.Model) -> dt.date | None:
    """Return the day on which a record of today's register became known; None for one without a history."""
    model: Any = type(record)
    rows = model.history.filter(**{model._meta.pk.name: record.pk}).order_by("history_id").values("revision_id")
    first = apps.get_model("projects.Revision").objects.filter(number=models.Subquery(rows[:1]))
    return RevisionDates.from_row(first.values_list(*DATED).first()).known_on


def neighbours(number: int, *, day: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """Return the nearest days before and after `day` on which something became known; None where there is none.

    `number` is the newest revision of whose facts the day knew, 0 where it knew of nothing. Three short looks at most.
    """
    revisions = apps.get_model("projects.Revision").objects.values_list(*DATED)
    known = RevisionDates.from_row(revisions.filter(number=number).first()).known_on
    before = newest_known(day - dt.timedelta(days=1)).known_on if known == day else known
    after = RevisionDates.from_row(revisions.filter(number__gt=number).order_by("number").first()).known_on
    return before, after


def end_of_month_before(day: dt.date) -> dt.date:
    """Return the last day of the month before that in which something became known last, until this day.

    What a change is told since, unless asked otherwise: whoever reads a programme months later by the calendar is told
    what its newest month brought. Nothing known: of the month before the day itself.
    """
    newest = newest_known(day).known_on or day
    return max(newest.replace(day=1) - dt.timedelta(days=1), FIRST_DAY)


def parse_moment(text: str) -> dt.datetime:
    """Return the moment that is meant, of a day its end. Raises `ValidationError` for none, and for one to come."""
    try:
        if DAY.fullmatch(text):
            day = dt.date.fromisoformat(text)
            if _check_first_day(day, text) and day <= timezone.localdate():
                return dt.datetime.combine(day, dt.time.max, timezone.get_current_timezone())
        else:
            moment = dt.datetime.fromisoformat(text)
            moment = timezone.localtime(moment) if moment.tzinfo else timezone.make_aware(moment)
            if _check_first_day(moment.date(), text) and moment <= timezone.now():
                return moment
    except (ValueError, OverflowError) as error:
        raise ValidationError(
            _(
                "“%(value)s” is no day such as 2023-05-01, no moment such as 2023-05-01T12:00+08:00, and no revision such"
                " as r57."
            )
            % {"value": text[:80]}
        ) from error
    raise ValidationError(_("%(value)s has not come yet.") % {"value": text[:80]})


def _check_first_day(day: dt.date, text: str) -> bool:
    """Return True; raise `ValidationError` for a day so early that there may be none before it."""
    if day < FIRST_DAY:
        told = {"value": text[:80], "first": FIRST_DAY.isoformat()}
        raise ValidationError(_("%(value)s is too early: the first day that can be asked for is %(first)s.") % told)
    return True
