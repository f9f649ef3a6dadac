"""Report counts: how many of each round are in, for the entries that one reader sees. The rules are those of the figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from projects.access import Access, get_access
from projects.choices import Basis, ReportState, RoundState
from projects.models import Entry, Round
from projects.totals.months import ASKED, LATE, MonthAmounts, read_amounts
from projects.totals.programmes import Programmes
from projects.totals.scope import Scope


class ReportCounts(NamedTuple):
    """Numbers of one round: entries asked for a report, reports submitted or approved, of these approved.

    Of these also late ones, and those that were given back, where they are counted.
    """

    asked: int = 0
    arrived: int = 0
    approved: int = 0
    late: int = 0
    returned: int = 0

    @property
    def missing(self) -> int:
        return self.asked - self.arrived

    @property
    def waiting(self) -> int:
        """Those that the province has still to review."""
        return self.arrived - self.approved


@dataclass(frozen=True)
class RoundCounts:
    """A round that has opened, with how many of the reports that a person writes are in."""

    round: Round
    arrivals: ReportCounts


def arrivals(rounds: Sequence[Round], *, user: Any, own: bool = False) -> dict[int, ReportCounts]:
    """The numbers of each round by its key, of what a user reads, or of that alone which this one writes: without late ones.

    One query, however many rounds and entries there are.
    """
    access = get_access(user)
    entries = _entries_of(rounds, access.of_own if own else access)
    found = read_amounts(entries, closing=_get_closing(rounds), rounds=() if own else rounds)
    return {each.pk: _build_counts(each, found[each.programme_id, None]) for each in rounds}


def get_round_counts(user: Any, programmes: Programmes) -> list[RoundCounts]:
    """Return the rounds that have opened, with the reports of a person. `programmes` are those of the present."""
    by_key = {each.pk: each for each in programmes}
    rounds = list(Round.objects.filter(programme__in=by_key).order_by("programme__year", "month"))
    for each in rounds:
        each.programme = by_key[each.programme_id]  # so that it is not asked for
    rounds = [each for each in rounds if each.state != RoundState.PLANNED]
    access, known = get_access(user).of_own, programmes.counted
    if others := [each for each in rounds if (each.programme_id, access) not in known]:
        found = read_amounts(_entries_of(others, access), closing=programmes.closing)
        for each in others:
            known[each.programme_id, access] = found[each.programme_id, None]
    return [RoundCounts(each, _build_counts(each, known[each.programme_id, access])) for each in rounds]


def count_reports_by_prefecture(rounds: Sequence[Round], *, user: Any) -> dict[int, dict[int | None, ReportCounts]]:
    """Return by the key of each round its numbers by the prefectures' keys that somebody is asked in, None for projects
    without one; with what was given back, and without late ones. One query.
    """
    entries, counted = (
        _entries_of(rounds, get_access(user)),
        {each.pk: dict[int | None, ReportCounts]() for each in rounds},
    )
    amounts = read_amounts(entries, closing=_get_closing(rounds), part="prefecture", with_returned=True)
    for (programme, prefecture), each in amounts.items():
        for round_ in rounds:
            if round_.programme_id == programme and (counts := _build_counts(round_, each)).asked:
                counted[round_.pk][prefecture] = counts
    return counted


def count_reports_of_scope(scope: Scope, rounds: Sequence[Round]) -> dict[int, tuple[ReportCounts, ReportCounts]]:
    """The same of a question whose filters find the same in each month, with what of it is of illustrative projects."""
    projects = scope.ever_listed().order_by().values("pk")
    entries = Entry.objects.filter(programme__in={each.programme_id for each in rounds}, project__in=projects)
    every, illustrative = MonthAmounts(), MonthAmounts()
    read = read_amounts(entries, closing=_get_closing(rounds), part="basis", rounds=rounds)
    for (_programme, basis), amounts in read.items():
        every.update(amounts)
        if basis == Basis.ILLUSTRATIVE:
            illustrative.update(amounts)
    return {each.pk: (_build_counts(each, every), _build_counts(each, illustrative)) for each in rounds}


def _entries_of(rounds: Sequence[Round], access: Access) -> Any:
    """Return the entries of their programmes that may be read."""
    programmes = {found.programme_id for found in rounds}
    return Entry.objects.filter(access.rows("project__prefecture"), programme__in=programmes)


def _get_closing(rounds: Sequence[Round]) -> dict[tuple[Any, int], dt.date]:
    return {(each.programme_id, each.month): each.closes for each in rounds}


def _build_counts(found: Round, amounts: MonthAmounts) -> ReportCounts:
    asked, approved, submitted, late, returned = (
        amounts[kind, found.month]
        for kind in (ASKED, ReportState.APPROVED, ReportState.SUBMITTED, LATE, ReportState.RETURNED)
    )
    return ReportCounts(asked, approved + submitted, approved, late, returned)
