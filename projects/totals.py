"""The one place that sums. Pages, API, admin and exports ask `totals(scope, by=…)` and do no arithmetic of their own.

Sums are of whole CNY and exact; ratios are made in Python, after the query, as fractions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from django.db.models import Count, FilteredRelation, Q, QuerySet, Sum

from .choices import Basis, Measure, ProjectKind, Transferred, Unit
from .dimensions import DIMENSIONS, MONTH, NONE
from .figures import FIGURES
from .models import Programme, Project, Target
from .periods import Month
from .scope import Scope
from .targets import Comparison, comparisons


@dataclass(frozen=True)
class FigureValue:
    """A figure of one row: its value, and how many of its records have one.

    `value` is whole CNY or a count, None when no record has it; `known` of the `of` records have it.
    """

    name: str
    value: int | None
    known: int
    of: int
    targets: tuple[Comparison, ...] = ()

    @property
    def unit(self) -> Unit:
        return FIGURES[self.name].unit

    @property
    def label(self) -> Any:
        return FIGURES[self.name].label

    @property
    def missing(self) -> int:
        return self.of - self.known

    def share_of(self, whole: FigureValue) -> Fraction | None:
        """This value as a share of another's, such as a sector's of the whole."""
        return ratio(self.value, whole.value)


@dataclass(frozen=True)
class Row:
    """One line of an answer: the whole (key None), or the records of one key of a dimension.

    `parameters` is the query string that selects exactly the row's records; `opening(figure)` exactly those counted in
    one of its figures. `illustrative` are the same figures of its illustrative records alone, known when the question
    was broken down by basis too.
    """

    key: str | None
    name_zh: str
    name_en: str
    figures: Mapping[str, FigureValue]
    parameters: tuple[tuple[str, str], ...]
    illustrative: Mapping[str, FigureValue] | None = None

    def opening(self, figure: str) -> list[tuple[str, str]]:
        return [*self.parameters, ("counted_in", figure)]

    def lacking(self, figure: str) -> list[tuple[str, str]]:
        """The query string of the row's records for which a figure is not known."""
        return [*self.parameters, ("missing", figure)]

    @property
    def progress(self) -> Fraction | None:
        """Money disbursed as a share of the sum of the entries' plans for the year."""
        return ratio(self.figures[Measure.DISBURSED].value, self.figures[Measure.PLANNED_DISBURSEMENT].value)


@dataclass(frozen=True)
class Answer:
    """The rows of one question. `through` is the month up to which yearly figures go, None before the first report."""

    programme: Programme | None
    by: str | None
    through: Month | None
    rows: tuple[Row, ...]
    as_of: None = field(default=None)

    @property
    def whole(self) -> Row:
        """The only row of an answer that is not broken down."""
        return self.rows[0]

    @property
    def year_elapsed(self) -> Fraction | None:
        """The share of the programme's year that has gone by `through`."""
        return self.through.share_of_year if self.through else None


def ratio(part: int | None, whole: int | None) -> Fraction | None:
    """part ÷ whole, None when either is not known or the whole is zero."""
    return Fraction(part, whole) if part is not None and whole else None


def totals(scope: Scope, by: str | None = None) -> Answer:
    """Answer the scope's question: one row for the whole, or a row for each key of a dimension.

    `by` is a key of `dimensions.DIMENSIONS`, or "month". Two queries, and one more for the targets of a whole.
    """
    return breakdowns(scope, by)[by]


def breakdowns(scope: Scope, *by: str | None, compared: bool = True) -> dict[str | None, Answer]:
    """Several answers to one question from the same two queries, whatever their number; None stands for the whole.

    `compared=False` leaves out the whole's targets, and the query for them.
    """
    dimensions = [name for name in by if name is not None and name != MONTH]
    cells = _cells(scope, dimensions) if set(by) - {MONTH} else []
    answers = {}
    for name in by:
        if name is None:
            rows = [_compared(scope, _whole(scope, cells)) if compared else _whole(scope, cells)]
        elif name == MONTH:
            rows = _months(scope)
        else:
            rows = _rows(scope, cells, name)
        answers[name] = Answer(scope.programme, name, scope.through, tuple(rows))
    return answers


# Each aggregate is called <figure> for the value, <figure>_known and, where it is not every record, <figure>_of.
_OF_PROJECTS = {
    "project_count": Count("pk"),
    "total_investment": Sum("total_investment"),
    "total_investment_known": Count("total_investment"),
    "expected_revenue": Sum("expected_revenue"),
    "expected_revenue_known": Count("expected_revenue"),
    "transferred_count": Count("pk", filter=Q(transferred=Transferred.YES)),
    "transferred_count_known": Count("pk", filter=~Q(transferred=Transferred.UNKNOWN)),
    "planned_disbursement": Sum("entry__planned_disbursement"),
    "planned_disbursement_known": Count("entry__planned_disbursement"),
    "enterprises_attracted_of": Count("pk", filter=Q(kind=ProjectKind.PARK)),
}
_PARK = Q(entry__project__kind=ProjectKind.PARK)
_OF_REPORTS = {
    "disbursed": Sum("disbursed"),
    "disbursed_known": Count("entry", filter=Q(disbursed__isnull=False), distinct=True),
    "enterprises_attracted": Sum("enterprises_attracted", filter=_PARK),
    "enterprises_attracted_known": Count("entry", filter=Q(enterprises_attracted__isnull=False) & _PARK, distinct=True),
}
_prefixed = {name: f"sum_{name}" for name in (*_OF_PROJECTS, *_OF_REPORTS)}  # clear of the columns' own names


def _aggregates(expressions: Mapping[str, Any]) -> dict[str, Any]:
    return {_prefixed[name]: expression for name, expression in expressions.items()}


def _cells(scope: Scope, dimensions: Iterable[str]) -> list[dict[str, Any]]:
    """Sums for each combination of keys: the finest groups that the breakdowns asked for are made of."""
    # joined once and to one entry at the most, so that the sums beside it are not multiplied
    projects: QuerySet = Project.objects.filter(pk__in=_keys(scope)).annotate(
        entry=FilteredRelation("entries", condition=Q(entries__programme=scope.programme))
    )
    found = {}
    columns: list[str] = []
    for name in dimensions:
        projects, more = DIMENSIONS[name].grouped(projects)
        columns += more
    for cell in _grouped(projects, columns, _OF_PROJECTS):
        found[tuple(cell[column] for column in columns)] = cell

    path = "entry__project__"
    reports, columns = scope.span.reports().filter(entry__project__in=_keys(scope)), []
    for name in dimensions:
        dimension = DIMENSIONS[name]
        reports, more = dimension.grouped(reports, path)
        columns += more
    for cell in _grouped(reports, columns, _OF_REPORTS):
        found[tuple(cell[column] for column in columns)] |= {name: cell[name] for name in _aggregates(_OF_REPORTS)}
    return [cell for cell in found.values() if cell[_prefixed["project_count"]]]


def _grouped(queryset: Any, columns: list[str], expressions: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """One dictionary for each combination of `columns`; just one when there are none."""
    if not columns:
        return [queryset.aggregate(**_aggregates(expressions))]
    return queryset.order_by().values(*columns).annotate(**_aggregates(expressions))


def _keys(scope: Scope) -> Any:
    return scope.projects().order_by().values("pk")


def _added(cells: Iterable[Mapping[str, Any]]) -> dict[str, int | None]:
    """Cells added up name by name; what no cell knows stays None."""
    total: dict[str, int | None] = {}
    for cell in cells:
        for name, prefixed in _prefixed.items():
            part = cell.get(prefixed)
            if part is not None:
                total[name] = (total.get(name) or 0) + int(part)
    return total


def _figures(sums: Mapping[str, int | None], names: Iterable[str] = FIGURES) -> dict[str, FigureValue]:
    count = sums.get("project_count") or 0
    figures = {}
    for name in names:
        of = sums.get(f"{name}_of", 0 if f"{name}_of" in _prefixed else count) or 0
        known = count if name == Measure.PROJECT_COUNT else sums.get(f"{name}_known") or 0
        value = count if name == Measure.PROJECT_COUNT else sums.get(name)
        figures[name] = FigureValue(
            name=name, value=value if known or name == "project_count" else None, known=known, of=of
        )
    return figures


def _whole(scope: Scope, cells: list[dict[str, Any]]) -> Row:
    return Row(None, "", "", _figures(_added(cells)), tuple(scope.parameters()), _illustrative(cells))


def _compared(scope: Scope, row: Row) -> Row:
    """The row with the programme's targets beside its figures."""
    targets = Target.objects.filter(programme=scope.programme).select_related("programme", "source")
    span, whole = scope.span, scope.is_whole
    figures = {
        name: replace(figure, targets=tuple(comparisons(name, figure.value, targets, span=span, whole=whole)))
        for name, figure in row.figures.items()
    }
    return replace(row, figures=figures)


def _illustrative(cells: list[dict[str, Any]], names: Iterable[str] = FIGURES) -> dict[str, FigureValue] | None:
    """What of the cells rests on illustrative records; None when they are not told apart by basis."""
    if not all("basis" in cell for cell in cells):
        return None
    return _figures(_added(cell for cell in cells if cell["basis"] == Basis.ILLUSTRATIVE), names)


def _rows(scope: Scope, cells: list[dict[str, Any]], by: str) -> list[Row]:
    dimension = DIMENSIONS[by]
    groups: dict[str, list[dict[str, Any]]] = {}
    for cell in cells:
        key = cell[dimension.columns[0]]
        groups.setdefault(NONE if key is None else key, []).append(cell)
    ordered = sorted(groups.items(), key=lambda pair: dimension.order(pair[1][0]))
    rows = []
    for key, group in ordered:
        name_zh, name_en = dimension.names(group[0])
        parameters = tuple(scope.narrowed(**{dimension.parameter: key}).parameters())
        rows.append(Row(key, name_zh, name_en, _figures(_added(group)), parameters, _illustrative(group)))
    return rows


def _months(scope: Scope) -> list[Row]:
    """A row for each month of the span; only figures made of monthly reports can be broken down this way."""
    names = [figure.name for figure in FIGURES.values() if figure.by_month]
    basis = "entry__project__basis"
    reports = scope.span.reports().filter(entry__project__in=_keys(scope))
    months: dict[int, list[dict[str, Any]]] = {}
    for cell in _grouped(reports, ["month", basis], _OF_REPORTS):
        months.setdefault(cell["month"], []).append(cell | {"basis": cell[basis]})
    counted = {name: _OF_PROJECTS[name] for name in ("project_count", "enterprises_attracted_of")}
    counts = list(_grouped(Project.objects.filter(pk__in=_keys(scope)), ["basis"], counted))
    if scope.programme is None:
        return []
    rows = []
    for number in range(scope.first_month, scope.last_month + 1):
        month = str(Month(scope.programme.year, number))
        cells = [*counts, *months.get(number, [])]
        parameters = tuple(replace(scope, first_month=number, last_month=number).parameters())
        rows.append(Row(month, month, month, _figures(_added(cells), names), parameters, _illustrative(cells, names)))
    return rows
