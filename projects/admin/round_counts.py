"""How many reports each round of a list asks for and has: two questions for all of them, however many rows there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from projects.choices import ReportState
from projects.models import Entry, MonthlyReport, Round

ARRIVED = (ReportState.SUBMITTED, ReportState.APPROVED)


@dataclass(frozen=True)
class RoundCount:
    """Reports of one round: asked for, in (submitted or approved). Only those of prefectures that the user sees."""

    asked: int = 0
    arrived: int = 0

    @property
    def missing(self) -> int:
        return self.asked - self.arrived


def round_counts(rounds: Iterable[Round], *, user: Any) -> dict[int, RoundCount]:
    """The counts of each round by its key, over the same entries as `Round.entries`."""
    rounds = list(rounds)
    if not rounds:
        return {}
    entries = Entry.objects.visible_to(user).asked_to_report()
    asked = {f"asked_{each.pk}": Count("pk", filter=_on_list(each, "")) for each in rounds}
    counted = list(entries.order_by().values("programme").annotate(**asked))
    reports = MonthlyReport.objects.visible_to(user).filter(state__in=ARRIVED, entry__in=entries)
    arrived = {
        f"arrived_{each.pk}": Count("pk", filter=Q(month=each.month) & _on_list(each, "entry__")) for each in rounds
    }
    counted += list(reports.order_by().values("entry__programme").annotate(**arrived))
    found: dict[str, int] = {}
    for row in counted:
        for name, count in row.items():
            found[name] = max(found.get(name, 0), count)  # rows of other programmes count none
    return {
        each.pk: RoundCount(asked=found.get(f"asked_{each.pk}", 0), arrived=found.get(f"arrived_{each.pk}", 0))
        for each in rounds
    }


def _on_list(each: Round, path: str) -> Q:
    """Entries of the round's programme that were on its list in its month; see `EntryQuerySet.on_list_in`."""
    first, last = dt.date(each.period.year, each.month, 1), each.period.last_day
    joined = Q(**{f"{path}joined__isnull": True}) | Q(**{f"{path}joined__lte": last})
    left = Q(**{f"{path}left__isnull": True}) | Q(**{f"{path}left__gte": first})
    return Q(**{f"{path}programme": each.programme_id}) & joined & left
