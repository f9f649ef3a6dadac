"""Totals: the one place that sums. Pages, API, admin and exports ask `totals(scope, by=…)` and do no arithmetic.

Sums are of whole CNY and exact; ratios are made in Python, after the query, as fractions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Case, Exists, OuterRef, Value, When

from projects.choices import Basis, Measure, ReportState, Withheld
from projects.database.sql import Sql
from projects.models import MonthlyReport, Target
from projects.periods import Month
from projects.versioning.as_of import looking_back

from . import few_sums, record_sums, rollup_sums
from .dimensions import MONTH, NONE, dimension_of
from .figures import FIGURES, USUAL
from .results import Answer, FigureValue, Row, is_withheld, ratio, too_few, withheld
from .scope import Scope
from .scope_statements import statement_of
from .targets import Footing, comparisons

__all__ = ["Answer", "FigureValue", "Pending", "Row", "breakdowns", "pending", "ratio", "totals"]

_PART = "sector"  # what a target may speak of alone


def totals(scope: Scope, by: str | None = None, *, figures: Sequence[str] = USUAL) -> Answer:
    """Answer the scope's question: one row for the whole, or a row for each key of a dimension.

    `by` is a key of `dimensions.DIMENSIONS`, "month", or "project" for a row for each. Two queries, one more for the
    targets of a whole, and one more if `figures` names any of the monthly round's. What the database keeps sums for
    (`rollup_sums`) costs the same however many projects there are.
    """
    return breakdowns(scope, by, figures=figures)[by]


@dataclass(frozen=True)
class Pending:
    """What waits for the province in the months of a question: a number of reports and their CNY. In no total.

    `by_month` is how many wait of all that the reader sees, whatever the question is narrowed to.
    """

    reports: int
    amount: int
    by_month: Mapping[int, int]


def pending(scope: Scope) -> Pending:
    """What is submitted but not approved of the scope's projects; nothing for readers without a grant."""
    with looking_back(scope.as_of):
        found = statement_of(scope, "pending", _waiting).rows()
    by_month: Counter[int] = Counter()
    reports = amount = 0
    for month, is_meant, number, disbursed in found:
        by_month[month] += number
        if is_meant and month >= scope.first_month:
            reports, amount = reports + number, amount + int(disbursed or 0)
    return Pending(reports, amount, by_month)


def _waiting(scope: Scope) -> Sql:
    waiting = MonthlyReport.objects.visible_to(scope.user).submitted().filter(entry__programme=scope.programme)
    if scope.as_of is None:  # few, whatever the number of the others: found by the index of their state alone
        of_state = MonthlyReport.objects.filter(state=ReportState.SUBMITTED)
        waiting = waiting.filter(pk__in=of_state.order_by().values("pk"))
    is_meant: Any = Value(1)
    if scope.filters or scope.within is not None or not scope.on_list:
        projects = scope.projects().order_by().filter(pk=OuterRef("entry__project"))
        is_meant = Case(When(Exists(projects), then=Value(1)), default=Value(0))
    rows = Sql.of(waiting.order_by().annotate(is_meant=is_meant).values("month", "is_meant", "disbursed"))
    return rows.summed("month, is_meant, COUNT(*), SUM(disbursed)", by="month, is_meant")


def breakdowns(
    scope: Scope,
    *by: str | None,
    compared: bool = True,
    illustrative: bool = False,
    figures: Sequence[str] = USUAL,
) -> dict[str | None, Answer]:
    """Several answers to one question from the same few queries, whatever their number; None stands for the whole.

    `compared=False` leaves out the whole's targets, and the query for them. `illustrative` tells what of each row rests
    on illustrative records, as a breakdown by basis does for those beside it. Rows by month hold only those of `figures`
    that are made of monthly reports.
    """
    apart = illustrative or "basis" in by or (compared and None in by)  # what was made up is no test of a target
    with looking_back(scope.as_of):
        return _breakdowns(scope, by, figures, compared=compared, apart=apart)


def _breakdowns(
    scope: Scope, by: Sequence[str | None], figures: Sequence[str], *, compared: bool, apart: bool
) -> dict[str | None, Answer]:
    targets = scope.targets if compared and None in by else []
    spoken = [each for each in targets if each.sector_id and any(_is_about(each, name) for name in figures)]
    asked = (*by, _PART) if spoken and _PART not in by else by  # the sectors that targets speak of, in the same query
    from_rollup = rollup_sums.answers(scope, asked, figures)
    changes = from_rollup and scope.is_of_the_list and getattr(scope.programme, "list_changes", True)
    by_month = [each for each in figures if FIGURES[each].by_month]
    cells = (rollup_sums if from_rollup else record_sums).cells(scope, asked, figures, by_basis=apart)
    if from_rollup:
        more = few_sums.beside(scope, asked, figures, by_basis=apart, changes=changes)
        if changes and (by_month or any(FIGURES[name].ratio for name in figures)):
            more += record_sums.off_list(scope, asked, figures, by_basis=apart)
        cells = {name: some if name == MONTH else [*some, *more] for name, some in cells.items()}
    answers = {}
    for name in by:
        if name is None:
            whole = _whole(scope, cells[name], figures)
            parts = _rows(scope, cells[_PART], _PART, figures) if spoken else []
            rows = [_compared(scope, whole, targets, parts) if compared else whole]
        elif name == MONTH:
            found = _cells_of_months(scope, cells[name], by_month, from_rollup=from_rollup, changes=changes)
            rows = _months(scope, found, by_month)
        else:
            rows = _rows(scope, cells[name], name, figures)
        alone, compares = scope.is_single_month, scope.compares
        answers[name] = Answer(scope.programme, name, scope.through, tuple(rows), scope.as_of, alone, compares)
    return answers


def held_against(scope: Scope, row: Row, targets: Sequence[Target]) -> Row:
    """A whole row with targets that another answer to the same question has found."""
    return _compared(scope, row, targets, ())


def _added(cells: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Cells added up name by name; what no cell knows is left out."""
    total: dict[str, int] = {}
    for cell in cells:
        for column, name in _summed(tuple(cell)):
            part = cell[column]
            if part is not None:
                total[name] = total.get(name, 0) + int(part)
    return total


@lru_cache(maxsize=100)
def _summed(columns: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Which of a cell's columns are sums, and of what: all cells of a question have the same columns."""
    prefix = rollup_sums.SUMMED
    return tuple((column, column.removeprefix(prefix)) for column in columns if column.startswith(prefix))


class _Figures(Mapping[str, FigureValue]):
    """The figures of some cells by their names, each made when somebody looks at it: of ten that a row has a table shows
    three. Without `compares`, in an open month, no ratio is given.
    """

    def __init__(self, cells: Iterable[Mapping[str, Any]], names: Iterable[str], *, compares: bool = True) -> None:
        self._cells, self._compares = cells, compares
        self._names = {name: str(name) for name in names}  # a member of Measure that is asked for is its own word
        self._made: dict[str, FigureValue] = {}

    def __getitem__(self, name: str) -> FigureValue:
        if name not in self._made:
            self._made[name] = self._figure(self._names[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @cached_property
    def _sums(self) -> dict[str, int]:
        return _added(self._cells)

    def _figure(self, name: str) -> FigureValue:
        sums, count = self._sums, self._sums.get("project_count", 0)
        if FIGURES[name].ratio:
            return ratio_of(sums, name, of=count, compares=self._compares)
        off, off_known = sums.get(f"{name}_off", 0), sums.get(f"{name}_off_known", 0)
        # of a figure that every project could have there is no such sum
        of = sums.get(f"{name}_of", count) + off_known
        known = count if name == Measure.PROJECT_COUNT else sums.get(f"{name}_known", 0)
        value = count if name == Measure.PROJECT_COUNT else sums.get(name)
        is_known = known or name == Measure.PROJECT_COUNT
        return FigureValue(
            name=name, value=value if is_known else None, known=known, of=of, off_list=off, off_list_known=off_known
        )


def ratio_of(sums: Mapping[str, int], name: str, *, of: int, compares: bool) -> FigureValue:
    """A figure above another one, withheld in an open month; what stands below of all records is at hand, whatever was
    asked for.
    """
    declared: Any = FIGURES[name].ratio
    known, below = sums.get(f"{name}_known", 0), declared.below.value
    value = sums.get(name) if known else None
    found = FigureValue(name=name, value=value, known=known, of=of, below=sums.get(f"{name}_below") if known else None)
    planned = FigureValue(name=below, value=sums.get(below), known=sums.get(f"{below}_known", 0), of=of)
    return replace(found, withheld=withheld(found, planned) if compares else Withheld.OPEN_MONTH)


def _whole(scope: Scope, cells: list[dict[str, Any]], names: Sequence[str]) -> Row:
    found = _Figures(cells, names, compares=scope.compares)
    return Row(None, "", "", found, tuple(scope.parameters()), _illustrative(cells, names), scope.compares)


def _compared(scope: Scope, row: Row, targets: Sequence[Target], parts: Sequence[Row]) -> Row:
    """The row with the programme's targets beside its figures; `parts` are the sectors, for targets that speak of one.

    In an open month no sum of months is held against them.
    """
    span, whole = scope.span, scope.is_whole
    spoken = [each for each in targets if each.sector_id]
    figures = {}
    for name, figure in row.figures.items():
        held = figure if scope.compares or not FIGURES[name].by_month else replace(figure, value=None)
        found = comparisons(
            name,
            held.value,
            targets,
            span=span,
            whole=whole,
            footing=_footing(row, name),
            of_the_list=held.of_the_list,
            parts={part.key: (part.figures[name].value, _footing(part, name)) for part in parts}
            if any(_is_about(each, name) for each in spoken)
            else {},
        )
        figures[name] = replace(figure, targets=tuple(found))
    return replace(row, figures=figures)


def _is_about(target: Target, name: str) -> bool:
    return target.measure in (name, FIGURES[name].plan, FIGURES[name].none_below)


def _footing(row: Row, name: str) -> Footing:
    figure = row.figures[name]
    return Footing(
        illustrative=row.illustrative_share(name),
        few=figure.missing > 0 if FIGURES[name].none_below else too_few(figure.known, figure.of),
        few_of_plan=bool(FIGURES[name].plan) and is_withheld(row),
    )


def _illustrative(cells: list[dict[str, Any]], names: Iterable[str]) -> Mapping[str, FigureValue] | None:
    """What of the cells rests on illustrative records; None when they are not told apart by basis."""
    if not all("basis" in cell for cell in cells):
        return None
    return _Figures([cell for cell in cells if cell["basis"] == Basis.ILLUSTRATIVE], names)


def _rows(scope: Scope, cells: list[dict[str, Any]], by: str, names: Sequence[str]) -> list[Row]:
    dimension = dimension_of(by)
    groups: dict[str, list[dict[str, Any]]] = {}
    for cell in cells:
        key = cell[dimension.columns[0]]
        groups.setdefault(NONE if key is None else key, []).append(cell)
    ordered = sorted(groups.items(), key=lambda pair: dimension.order(pair[1][0]))
    rows = []
    for key, group in ordered:
        name_zh, name_en = dimension.names(group[0])
        parameters = tuple(scope.narrowed(**{dimension.parameter: key}).parameters())
        found = _Figures(group, names, compares=scope.compares)
        rows.append(Row(key, name_zh, name_en, found, parameters, _illustrative(group, names), scope.compares))
    return rows


def _cells_of_months(
    scope: Scope, cells: rollup_sums.Cells, names: Sequence[str], *, from_rollup: bool, changes: bool
) -> Mapping[int, rollup_sums.Cells]:
    """What is reported in each month, and what stands beside it."""
    if scope.programme is None:
        return {}
    if not from_rollup:
        return record_sums.months(scope, cells, names)
    found = rollup_sums.months(scope, cells, list_changes=changes)
    off = record_sums.off_list_by_month(scope, names) if changes else {}
    return {number: [*some, *off.get(number, ())] for number, some in found.items()}


def _months(scope: Scope, months: Mapping[int, rollup_sums.Cells], names: Sequence[str]) -> list[Row]:
    """A row for each month of the span, of figures that are made of monthly reports."""
    rows = []
    for number, cells in months.items():
        month = str(Month(scope.programme.year, number)) if scope.programme else ""
        parameters = tuple(replace(scope, first_month=number, last_month=number).parameters())
        rows.append(Row(month, month, month, _Figures(cells, names), parameters, _illustrative(cells, names)))
    return rows
