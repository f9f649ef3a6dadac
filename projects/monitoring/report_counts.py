"""Report counts: how many of each round are in, for the entries that one reader sees. The rules are those of the figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef

from projects.choices import ReportState
from projects.models import Entry, MonthlyReport, Round
from projects.models.entry import was_on_list


@dataclass
class Arrivals:
    """Numbers of one round: entries asked for a report, reports submitted or approved, of these approved and late."""

    asked: int = 0
    arrived: int = 0
    approved: int = 0
    late: int = 0

    @property
    def missing(self) -> int:
        return self.asked - self.arrived


def arrivals(rounds: Iterable[Round], *, user: Any) -> dict[int, Arrivals]:
    """The numbers of each round by its key; two queries, however many rounds and entries there are.

    Rows are counted in the database by the days on which entries joined and left, which few have.
    """
    rounds = list(rounds)
    asked = (
        Entry.objects.visible_to(user).asked_to_report().filter(programme__in={each.programme_id for each in rounds})
    )
    entries = list(asked.order_by().values("programme", "joined", "left").annotate(number=Count("pk")))
    reports = list(_reports(asked))
    found = {}
    for each in rounds:
        counted = found[each.pk] = Arrivals()
        for row in entries:
            if row["programme"] == each.programme_id and was_on_list(row["joined"], row["left"], each.period):
                counted.asked += row["number"]
        for row in reports:
            same = row["entry__programme"] == each.programme_id and row["month"] == each.month
            if same and was_on_list(row["entry__joined"], row["entry__left"], each.period):
                counted.arrived += row["number"]
                counted.approved += row["number"] if row["state"] == ReportState.APPROVED else 0
                counted.late += row["number"] if row["is_late"] else 0
    return found


def _reports(entries: Any) -> Any:
    """Numbers of arrived reports by programme, month, state, lateness and the entry's days on the list."""
    late = Round.objects.filter(
        programme=OuterRef("entry__programme"), month=OuterRef("month"), punctual_until__lt=OuterRef("handed_in_on")
    )
    arrived = MonthlyReport.objects.arrived().filter(entry__in=entries.order_by().values("pk"))
    by = ("entry__programme", "month", "entry__joined", "entry__left", "state", "is_late")
    return arrived.order_by().annotate(is_late=Exists(late)).values(*by).annotate(number=Count("pk"))
