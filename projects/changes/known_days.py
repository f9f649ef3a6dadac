"""Days of a year on which something became known, and what: a public figure, the reports of a month.

A register that was moved in has a revision for each such day, which says by itself what came with it. What is recorded day
by day comes on nearly every day; of it the months are given, each by its last day. Two queries, whatever the register holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from projects.choices import ReportState
from projects.models import Claim, Entry, Milestone, MonthlyReport, Problem, Project, Revision, Target
from projects.periods import Month

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
    """Return the days of a year in their order."""
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
