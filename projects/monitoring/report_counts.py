"""Report counts: how many of each round are in, for the entries that one reader sees. The rules are those of the figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, F, QuerySet, Value, When

from projects.choices import ARRIVED, Basis
from projects.models import Entry, Round
from projects.periods import MONTHS_OF_YEAR
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
    found = _counted(rounds, lambda: CommonTable.of(_LISTED, _columns(entries)))
    return {key: every for key, (every, _illustrative) in found.items()}


def arrivals_by_prefecture(found: Round, entries: QuerySet) -> dict[int | None, Arrivals]:
    """The numbers of one round by the prefectures' keys, None for projects without one."""
    of_programme = _columns(entries.filter(programme=found.programme_id), by=F("project__prefecture"))
    counted: dict[int | None, Arrivals] = {}
    for _round, prefecture, *numbers in _rows([found], lambda: CommonTable.of(_LISTED, of_programme)):
        counted.setdefault(prefecture, Arrivals()).add(*numbers)
    return counted


def arrivals_of(scope: Scope, rounds: Sequence[Round]) -> dict[int, tuple[Arrivals, Arrivals]]:
    """The same of a question whose filters find the same in each month, with what of it is of illustrative projects."""

    def build(asked: Scope) -> QuerySet:
        entries = asked.span.entries()
        if not asked.is_whole:
            entries = entries.filter(project__in=asked.ever_listed().order_by().values("pk"))
        return _columns(entries)

    return _counted(rounds, lambda: CommonTable.asked(_LISTED, scope, "asked to report", build))


def _counted(rounds: Sequence[Round], listed: Callable[[], CommonTable]) -> dict[int, tuple[Arrivals, Arrivals]]:
    found = {each.pk: (Arrivals(), Arrivals()) for each in rounds}
    for key, is_made_up, *numbers in _rows(rounds, listed) if found else ():
        every, illustrative = found[key]
        every.add(*numbers)
        if is_made_up:
            illustrative.add(*numbers)
    return found


_LISTED = "listed (entry, programme, joined, gone, part) AS NOT MATERIALIZED"
_IS_MADE_UP = Case(When(project__basis=Basis.ILLUSTRATIVE, then=Value(1)), default=Value(0))


def _columns(entries: QuerySet, *, by: Any = _IS_MADE_UP) -> QuerySet:
    asked = entries.asked_to_report().order_by().annotate(part=by)  # type: ignore[attr-defined]
    return asked.values_list("pk", "programme", "joined", "left", "part")


def _rows(rounds: Sequence[Round], listed: Callable[[], CommonTable]) -> list[tuple[Any, ...]]:
    """Numbers of each round for each part of what is listed."""
    asked = CommonTable(
        "asked (round, programme, month, bit, last, punctual) AS", f"VALUES {', '.join(map(_asked, rounds))}"
    )
    try:
        return rows_of([listed(), reported(current()), asked, _ALIKE, _LATE], _COUNTS)
    except EmptyResultSet:
        return []


def _asked(each: Round) -> str:
    last, punctual = each.period.last_day, each.punctual_until
    return f"({each.pk}, {each.programme_id}, {each.month}, {1 << each.month}, date('{last}'), date('{punctual}'))"


# entries with the same months in the same state, which are few, are counted once for all rounds: told apart by one number as
# far as they can be, since to compare several takes longer than to find them
_APPROVED = 1 << (MONTHS_OF_YEAR + 1)
_ALIKE = CommonTable(
    "alike AS MATERIALIZED",
    f"SELECT COALESCE(r.approved, 0) * {_APPROVED} + COALESCE(r.arrived, 0) AS months, l.part, l.programme,"  # nosec B608 # our own number
    " l.joined, l.gone, COUNT(*) AS number FROM listed l LEFT JOIN reported r ON r.entry = l.entry GROUP BY 1, 2, 3, 4, 5",
)
_LATE = CommonTable(  # found by an index, and few
    "late AS MATERIALIZED",
    'SELECT a.round, r.entry_id AS entry FROM asked a JOIN "projects_monthlyreport" r'  # nosec B608 # our own names
    f" ON r.month = a.month AND r.handed_in_on > a.punctual AND r.state IN ('{_IN}')",
)
_WAS_ASKED = (  # see `projects.models.entry.was_on_list`
    "l.programme = a.programme AND (l.joined IS NULL OR l.joined <= a.last) AND (l.gone IS NULL OR l.gone > a.last)"
)
_COUNTS = (
    "SELECT a.round, l.part, SUM(l.number), SUM(CASE WHEN l.months & a.bit > 0 THEN l.number ELSE 0 END),"  # nosec B608 # our own names
    f" SUM(CASE WHEN l.months & (a.bit * {_APPROVED}) > 0 THEN l.number ELSE 0 END), 0"
    f" FROM asked a JOIN alike l ON {_WAS_ASKED} GROUP BY a.round, l.part"
    # begun with those few, where SQLite would look through all entries for them
    " UNION ALL SELECT a.round, l.part, 0, 0, 0, COUNT(*) FROM late CROSS JOIN listed l JOIN asked a"
    f" ON a.round = late.round AND {_WAS_ASKED} WHERE l.entry = late.entry GROUP BY a.round, l.part"
)
