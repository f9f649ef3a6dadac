"""Round counts: how many entries of each row of a breakdown have started, and how many lack the report of the last month.

The figures are those of `projects.totals.figures.monthly`, told from the months that are kept of each entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from projects.choices import Basis, Measure, PlanKind
from projects.totals.dimensions import NONE, dimension_of
from projects.totals.results import Answer, FigureValue, Row
from projects.totals.scope import Scope

from .beside import BesideReports
from .entry_table import IS_ASKED, AtMonth, CommonTable, entry_tables, listed, reported, rows_of_list


@dataclass
class _Counts:
    entries: int = 0
    known: int = 0
    started: int = 0
    asked: int = 0
    missing: int = 0

    def add(self, numbers: Mapping[str, Any]) -> None:
        for name, number in numbers.items():
            setattr(self, name, getattr(self, name) + int(number))

    @property
    def figures(self) -> dict[str, FigureValue]:
        started, missing = Measure.STARTED_COUNT.value, Measure.REPORTS_MISSING.value
        return {
            started: FigureValue(started, self.started if self.known else None, self.known, self.entries),
            missing: FigureValue(missing, self.missing if self.asked else None, self.asked, self.asked),
        }


def with_round(scope: Scope, answers: Mapping[str | None, Answer], by: str) -> dict[str | None, Answer]:
    """The answers for the whole and by a dimension with the two figures in each row: a query, and one for what it needs."""
    every: dict[tuple[str | None, bool], _Counts] = {}
    parts = partial(_parts, key=dimension_of(by).columns[0])
    for key, basis, *numbers in rows_of_list(scope, parts, "SELECT * FROM counted"):
        counted = dict(zip(_Counts.__dataclass_fields__, numbers, strict=True))
        for row in (key if key is not None else NONE, None):
            for is_part in (False, True)[: 1 + (basis == Basis.ILLUSTRATIVE)]:
                every.setdefault((row, is_part), _Counts()).add(counted)

    def with_figures(row: Row) -> Row:
        own, part = (every.get((row.key, is_part), _Counts()).figures for is_part in (False, True))
        illustrative = None if row.illustrative is None else {**row.illustrative, **part}
        return replace(row, figures={**row.figures, **own}, illustrative=illustrative)

    return {name: replace(each, rows=tuple(map(with_figures, each.rows))) for name, each in answers.items()}


def _parts(scope: Scope, key: str) -> Iterator[CommonTable]:
    """The parts of a statement of which the last is `counted`: a row for each key and basis."""
    programme: Any = scope.programme
    beside = replace(BesideReports.of(programme, PlanKind.ANNOUNCED), plans=False)
    at = AtMonth(programme.year, scope.last_month, PlanKind.ANNOUNCED, beside)
    is_asked = f"{IS_ASKED} AND {at.is_listed}" if scope.last_month else "1 = 0"
    has_none = f"COALESCE(r.arrived, 0) & {1 << scope.last_month} = 0"
    yield listed(scope, {"key": key, "project_basis": "basis"})
    yield reported(scope.last_month)
    counted = ", ".join(
        f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END) AS number_{number}"
        for number, condition in enumerate((at.start_is_known, at.ever_started, is_asked, f"{is_asked} AND {has_none}"))
    )
    text = f"SELECT l.key, l.project_basis, COUNT(*) AS number, {counted} FROM {entry_tables(beside)} GROUP BY 1, 2"  # nosec B608 # our own names
    yield CommonTable("counted AS", text)
