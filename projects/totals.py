"""The one place that sums. Pages, API, admin and exports ask `totals(scope, by=…)` and do no arithmetic of their own.

Sums are of whole CNY and exact; ratios are made in Python, after the query, as fractions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, Count, FilteredRelation, IntegerField, Q, QuerySet, Sum, Value, When

from . import subtotals
from .answers import Answer, FigureValue, Row, ratio
from .as_of import looking_back
from .choices import Basis, Measure, ProjectKind, Transferred
from .dimensions import MONTH, NONE, dimension_of
from .figures import FIGURES, HEADLINES, MONTHLY, Figure, Span, with_figures
from .models import MonthlyReport, Project, Target
from .periods import Month
from .scope import Scope
from .targets import comparisons

__all__ = ["Answer", "FigureValue", "Pending", "Row", "breakdowns", "pending", "ratio", "totals"]


def totals(scope: Scope, by: str | None = None, *, figures: Sequence[str] = HEADLINES) -> Answer:
    """Answer the scope's question: one row for the whole, or a row for each key of a dimension.

    `by` is a key of `dimensions.DIMENSIONS`, "month", or "project" for a row for each. Two queries, one more for the
    targets of a whole, and one more if `figures` names any of the monthly round's. What the database keeps sums for
    (`subtotals`) costs the same however many projects there are.
    """
    return breakdowns(scope, by, figures=figures)[by]


@dataclass(frozen=True)
class Pending:
    """What waits for the province in the months of a question: a number of reports and their CNY. In no total."""

    reports: int
    amount: int


def pending(scope: Scope) -> Pending:
    """What is submitted but not approved of the scope's projects; nothing for readers without a grant."""
    with looking_back(scope.as_of):
        waiting = MonthlyReport.objects.visible_to(scope.user).submitted()
        waiting = waiting.filter(
            entry__programme=scope.programme,
            month__gte=scope.first_month,
            entry__project__in=_keys(scope),
        )
        found = waiting.aggregate(reports=Count("pk"), amount=Sum("disbursed"))
    return Pending(found["reports"], found["amount"] or 0)


def breakdowns(
    scope: Scope,
    *by: str | None,
    compared: bool = True,
    illustrative: bool = False,
    figures: Sequence[str] = HEADLINES,
) -> dict[str | None, Answer]:
    """Several answers to one question from the same few queries, whatever their number; None stands for the whole.

    `compared=False` leaves out the whole's targets, and the query for them. `illustrative` tells what of each row rests
    on illustrative records, as a breakdown by basis does for those beside it. Rows by month hold only those of the figures
    that are made of monthly reports.
    """
    apart = illustrative or "basis" in by
    with looking_back(scope.as_of):
        return _breakdowns(scope, by, figures, compared=compared, apart=apart)


def _breakdowns(
    scope: Scope, by: Sequence[str | None], figures: Sequence[str], *, compared: bool, apart: bool
) -> dict[str | None, Answer]:
    kept = subtotals.kept_for(scope, by, figures)
    dimensions = list(dict.fromkeys([*filter(None, by), *(["basis"] if apart else [])]))
    dimensions = [name for name in dimensions if name != MONTH]
    cells = _cells(scope, dimensions, figures) if set(by) - {MONTH} and not kept else []
    answers = {}
    for name in by:
        if kept and name != MONTH:
            cells = subtotals.cells(scope, name, by_basis=apart)
        if name is None:
            whole = _whole(scope, cells, figures)
            rows = [_compared(scope, whole) if compared else whole]
        elif name == MONTH:
            rows = _months(scope, *(subtotals.cells_by_month(scope) if kept else _cells_by_month(scope, cells)))
        else:
            rows = _rows(scope, cells, name, figures)
        answers[name] = Answer(scope.programme, name, scope.through, tuple(rows), scope.as_of)
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
_OWN_SUMS = (*_OF_PROJECTS, *_OF_REPORTS)
_OF_SOME = {Measure.ENTERPRISES_ATTRACTED.value, *MONTHLY}  # figures that not every record could have


def _prefixed(name: str) -> str:
    return f"{subtotals.SUMMED}{name}"


def _aggregates(expressions: Mapping[str, Any]) -> dict[str, Any]:
    return {_prefixed(name): expression for name, expression in expressions.items()}


def _cells(scope: Scope, dimensions: Iterable[str], figures: Sequence[str]) -> list[dict[str, Any]]:
    """Sums for each combination of keys: the finest groups that the breakdowns asked for are made of."""
    # joined once and to one entry at the most, so that the sums beside it are not multiplied
    projects, columns = _grouping(_with_entry(scope), dimensions)
    counted = [FIGURES[name] for name in figures if name not in _OWN_SUMS]
    if len(counted) == len(figures):
        return list(_counted(scope, projects, columns, counted))
    found = {}
    for cell in _grouped(projects, columns, _OF_PROJECTS):
        found[tuple(cell[column] for column in columns)] = cell
    for cell in _counted(scope, projects, columns, counted) if counted else ():
        found[tuple(cell[column] for column in columns)] |= cell

    reports = scope.span.reports().filter(entry__project__in=_keys(scope))
    reports, columns = _grouping(reports, dimensions, "entry__project__")
    for cell in _grouped(reports, columns, _OF_REPORTS):
        found[tuple(cell[column] for column in columns)] |= {name: cell[name] for name in _aggregates(_OF_REPORTS)}
    return [cell for cell in found.values() if cell[_prefixed("project_count")]]


def _counted(
    scope: Scope, projects: QuerySet, columns: list[str], figures: Iterable[Figure]
) -> Iterable[dict[str, Any]]:
    """The figures of each group that are counted over projects."""
    projects = with_figures(projects, scope.span)
    expressions: dict[str, Any] = {}
    for figure in figures:
        projects, more = _counts(projects, figure, scope.span)
        expressions |= more
    return _grouped(projects, columns, expressions)


def _with_entry(scope: Scope) -> QuerySet:
    """The projects of the question, joined to their place on the list: one at the most, so nothing is multiplied."""
    return Project.objects.filter(pk__in=_keys(scope)).annotate(
        entry=FilteredRelation("entries", condition=Q(entries__programme=scope.programme))
    )


def _grouping(queryset: QuerySet, dimensions: Iterable[str], path: str = "") -> tuple[QuerySet, list[str]]:
    """The queryset with the columns of all dimensions, for projects at `path`, and the columns' names."""
    columns: list[str] = []
    for name in dimensions:
        queryset, more = dimension_of(name).grouped(queryset, path)
        columns += more
    return queryset, columns


def _counts(projects: QuerySet, figure: Figure, span: Span) -> tuple[QuerySet, dict[str, Any]]:
    """Aggregates of a figure that is counted over projects, or summed over a part that each of them has.

    Each condition is a column of its own first: inside an aggregate a subquery would lose sight of its project.
    """
    applies = Q(figure.applies(span))
    columns = {
        figure.name: _one_if(applies & Q(figure.counted(span))),
        f"{figure.name}_known": _one_if(applies & Q(figure.known(span))),
        f"{figure.name}_of": _one_if(applies),
    }
    if figure.amount is not None:
        columns[figure.name] = figure.amount(span)
    projects = projects.annotate(**{f"part_of_{name}": column for name, column in columns.items()})
    return projects, {name: Sum(f"part_of_{name}") for name in columns}


def _one_if(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


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
        for prefixed, part in cell.items():
            if prefixed.startswith(_prefixed("")) and part is not None:
                name = prefixed.removeprefix(_prefixed(""))
                total[name] = (total.get(name) or 0) + int(part)
    return total


def _figures(sums: Mapping[str, int | None], names: Iterable[str]) -> dict[str, FigureValue]:
    count = sums.get("project_count") or 0
    figures = {}
    for name in names:
        of = (sums.get(f"{name}_of") or 0) if name in _OF_SOME else count
        known = count if name == Measure.PROJECT_COUNT else sums.get(f"{name}_known") or 0
        value = count if name == Measure.PROJECT_COUNT else sums.get(name)
        figures[name] = FigureValue(
            name=name, value=value if known or name == "project_count" else None, known=known, of=of
        )
    return figures


def _whole(scope: Scope, cells: list[dict[str, Any]], names: Sequence[str]) -> Row:
    found = _figures(_added(cells), names)
    return Row(None, "", "", found, tuple(scope.parameters()), _illustrative(cells, names))


def _compared(scope: Scope, row: Row) -> Row:
    """The row with the programme's targets beside its figures."""
    targets = Target.objects.filter(programme=scope.programme).select_related("programme", "source")
    span, whole = scope.span, scope.is_whole
    figures = {
        name: replace(figure, targets=tuple(comparisons(name, figure.value, targets, span=span, whole=whole)))
        for name, figure in row.figures.items()
    }
    return replace(row, figures=figures)


def _illustrative(cells: list[dict[str, Any]], names: Iterable[str]) -> dict[str, FigureValue] | None:
    """What of the cells rests on illustrative records; None when they are not told apart by basis."""
    if not all("basis" in cell for cell in cells):
        return None
    return _figures(_added(cell for cell in cells if cell["basis"] == Basis.ILLUSTRATIVE), names)


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
        found = _figures(_added(group), names)
        rows.append(Row(key, name_zh, name_en, found, parameters, _illustrative(group, names)))
    return rows


_COUNTED_BY_MONTH = ("project_count", "enterprises_attracted_of")


def _cells_by_month(
    scope: Scope, cells: list[dict[str, Any]]
) -> tuple[dict[int, list[dict[str, Any]]], list[dict[str, Any]]]:
    """What was reported in each month, by basis, and what there is of each basis, which `cells` may say already."""
    basis = "entry__project__basis"
    reports = scope.span.reports().filter(entry__project__in=_keys(scope))
    months: dict[int, list[dict[str, Any]]] = {}
    for cell in _grouped(reports, ["month", basis], _OF_REPORTS):
        months.setdefault(cell["month"], []).append(cell | {"basis": cell[basis]})
    if cells and all("basis" in cell for cell in cells):
        kept = ("basis", *map(_prefixed, _COUNTED_BY_MONTH))
        counts = [{name: cell[name] for name in kept} for cell in cells]
    else:
        counted = {name: _OF_PROJECTS[name] for name in _COUNTED_BY_MONTH}
        counts = list(_grouped(Project.objects.filter(pk__in=_keys(scope)), ["basis"], counted))
    return months, counts


def _months(scope: Scope, reported: Mapping[int, list[dict[str, Any]]], listed: list[dict[str, Any]]) -> list[Row]:
    """A row for each month of the span; only figures made of monthly reports can be broken down this way."""
    if scope.programme is None:
        return []
    names = [figure.name for figure in FIGURES.values() if figure.by_month]
    rows = []
    for number in range(scope.first_month, scope.last_month + 1):
        month = str(Month(scope.programme.year, number))
        cells = [*listed, *reported.get(number, [])]
        parameters = tuple(replace(scope, first_month=number, last_month=number).parameters())
        rows.append(Row(month, month, month, _figures(_added(cells), names), parameters, _illustrative(cells, names)))
    return rows
