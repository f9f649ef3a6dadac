"""Report counts: how many of each round are in, for the entries that one reader sees. The rules are those of the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, F, QuerySet, Value, When

from projects.choices import ARRIVED, Basis
from projects.models import Entry, Round
from projects.totals.scope import Scope
from projects.versioning.as_of import current

from .entry_table import CommonTable, reported, rows_of

_IN = "', '".join(ARRIVED)


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

    def add(self, asked: int, arrived: int, approved: int, late: int) -> None:
        self.asked, self.arrived = self.asked + int(asked), self.arrived + int(arrived)
        self.approved, self.late = self.approved + int(approved), self.late + int(late)


def arrivals(rounds: Sequence[Round], *, user: Any) -> dict[int, Arrivals]:
    """The numbers of each round by its key; one query, however many rounds and entries there are."""
    return arrivals_among(rounds, Entry.objects.visible_to(user))


def arrivals_among(rounds: Sequence[Round], entries: QuerySet) -> dict[int, Arrivals]:
    """The same of these entries alone."""
    entries = entries.filter(programme__in={each.programme_id for each in rounds})
    return {key: every for key, (every, _illustrative) in _counted(rounds, entries).items()}


def arrivals_by_prefecture(found: Round, entries: QuerySet) -> dict[int | None, Arrivals]:
    """The numbers of one round by the prefectures' keys, None for projects without one."""
    of_programme = entries.filter(programme=found.programme_id)
    counted: dict[int | None, Arrivals] = {}
    for _round, prefecture, *numbers in _rows([found], of_programme, by=F("project__prefecture")):
        counted.setdefault(prefecture, Arrivals()).add(*numbers)
    return counted


def arrivals_of(scope: Scope, rounds: Sequence[Round]) -> dict[int, tuple[Arrivals, Arrivals]]:
    """The same of a question whose filters find the same in each month, with what of it is of illustrative projects."""
    entries = scope.span.entries()
    if not scope.is_whole:
        entries = entries.filter(project__in=scope.ever_listed().order_by().values("pk"))
    return _counted(rounds, entries)


def _counted(rounds: Sequence[Round], entries: QuerySet) -> dict[int, tuple[Arrivals, Arrivals]]:
    found = {each.pk: (Arrivals(), Arrivals()) for each in rounds}
    for key, is_made_up, *numbers in _rows(rounds, entries) if found else ():
        every, illustrative = found[key]
        every.add(*numbers)
        if is_made_up:
            illustrative.add(*numbers)
    return found


_IS_MADE_UP = Case(When(project__basis=Basis.ILLUSTRATIVE, then=Value(1)), default=Value(0))


def _rows(rounds: Sequence[Round], entries: QuerySet, *, by: Any = _IS_MADE_UP) -> list[tuple[Any, ...]]:
    """Numbers of each round for each value of `by`."""
    columns = entries.asked_to_report().order_by().annotate(part=by)  # type: ignore[attr-defined]
    try:
        asked = CommonTable.of(
            "listed (entry, programme, joined, gone, part) AS MATERIALIZED",
            columns.values_list("pk", "programme", "joined", "left", "part"),
        )
    except EmptyResultSet:
        return []
    # entries with the same months in the same state, which are few, are counted once for all rounds
    alike = CommonTable(
        "alike AS MATERIALIZED",
        "SELECT l.programme, l.joined, l.gone, l.part, COALESCE(r.approved, 0) AS approved,"
        " COALESCE(r.arrived, 0) AS arrived, COUNT(*) AS number"
        " FROM listed l LEFT JOIN reported r ON r.entry = l.entry GROUP BY 1, 2, 3, 4, 5, 6",
    )
    selects = [select for each in rounds for select in (_of_round(each), _late_in(each))]
    return rows_of([asked, reported(current()), alike], " UNION ALL ".join(selects))


def _of_round(each: Round) -> str:
    bit = 1 << each.month
    arrived, approved = (
        f"SUM(CASE WHEN {name} & {bit} > 0 THEN number ELSE 0 END)" for name in ("arrived", "approved")
    )
    return (
        f"SELECT {each.pk}, part, SUM(number), {arrived}, {approved}, 0 FROM alike l"  # nosec B608 # our own names
        f" WHERE {_was_asked(each)} GROUP BY part"
    )


def _late_in(each: Round) -> str:
    """By an index that finds the late ones alone."""
    return (
        f'SELECT {each.pk}, part, 0, 0, 0, COUNT(*) FROM "projects_monthlyreport" r'  # nosec B608 # our own names
        f" JOIN listed l ON l.entry = r.entry_id WHERE r.month = {each.month} AND r.state IN ('{_IN}')"
        f" AND r.handed_in_on > '{each.punctual_until}' AND {_was_asked(each)} GROUP BY part"
    )


def _was_asked(each: Round) -> str:
    """See `projects.models.entry.was_on_list`."""
    last = each.period.last_day
    return (
        f"l.programme = {each.programme_id} AND (l.joined IS NULL OR l.joined <= '{last}')"
        f" AND (l.gone IS NULL OR l.gone > '{last}')"
    )
