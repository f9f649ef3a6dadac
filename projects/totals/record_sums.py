"""Sums over the records themselves, for the questions that `rollup_sums` does not answer; only `totals` asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    F,
    FilteredRelation,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)

from projects.choices import Listed
from projects.choices.headlines import HEADLINES, RATIOS, Ratio, Records
from projects.models import Project
from projects.models.entry import listed_in, part_of_list, was_on_list
from projects.periods import MONTHS_OF_YEAR, Month

from .aggregates import BESIDE_MONTHS, COUNTS, OF_PROJECTS, OF_REPORTS, TO_PROJECT, prefixed_all, ratio_over_reports
from .dimensions import MONTH, dimension_of
from .figures import COUNTED, FIGURES, Figure, Span, with_figures
from .rollup_sums import Cells, beside_months, prefixed
from .scope import Scope


def cells(scope: Scope, by: Sequence[str | None], figures: Sequence[str], *, by_basis: bool) -> dict[str | None, Cells]:
    """For each breakdown the same sums: of the finest groups that all of them are made of; of months what stands beside."""
    asked = [name for name in by if name != MONTH]
    together = _together(scope, _dimensions(by, by_basis=by_basis), figures) if asked else []
    found: dict[str | None, Cells] = dict.fromkeys(asked, together)
    if MONTH in by:
        found[MONTH] = _beside_months(scope, together)
    return found


def _together(scope: Scope, dimensions: Sequence[str], figures: Sequence[str]) -> Cells:
    """Sums for each combination of keys."""
    # joined once and to one entry at the most, so that the sums beside it are not multiplied
    projects, columns = _grouping(_with_entry(scope), dimensions)
    counted = [FIGURES[name] for name in figures if name in COUNTED]
    if len(counted) == len(figures):
        return list(_counted(scope, projects, columns, counted))
    found = {}
    projects, below = _below(projects, [each for each in RATIOS if each.name in figures], scope.span)
    for cell in _grouped(projects, columns, OF_PROJECTS | below):
        found[tuple(cell[column] for column in columns)] = cell
    for cell in _counted(scope, projects, columns, counted) if counted else ():
        found[tuple(cell[column] for column in columns)] |= cell

    paths = columns
    reports = scope.span.reports().filter(entry__project__in=_keys(scope.reported()))
    reports, columns = _grouping(reports, dimensions, TO_PROJECT)
    listed = _is_listed(scope)
    ratios = {name: sums for each in RATIOS for name, sums in ratio_over_reports(each, listed).items()}
    for cell in _grouped(reports, columns, OF_REPORTS | ratios):
        key = tuple(cell[column] for column in columns)
        place = found.setdefault(key, dict(zip(paths, key, strict=True)))  # new: of who has left alone
        place |= {name: cell[name] for name in prefixed_all(OF_REPORTS | ratios)}
    return [cell for cell in found.values() if has_records(cell)]


def has_records(cell: Mapping[str, Any]) -> bool:
    """Whether a cell counts anything: projects, or reports of who has left."""
    return any(cell.get(prefixed(name)) for name in COUNTS)


def off_list(scope: Scope, by: Sequence[str | None], *, by_basis: bool) -> Cells:
    """Of each group what the sums of reports hold of those that are off the list in the last month: `<figure>_off`, and
    `<figure>_off_known` of how many. One query, of the few that left or join later.
    """
    off = _entries_off_list(scope)
    if off is None:
        return []
    reports, columns = _grouping(_reports_of(off, scope), _dimensions(by, by_basis=by_basis), TO_PROJECT)
    return [
        {column.removeprefix(TO_PROJECT): cell[column] for column in columns} | _as_off(cell)
        for cell in _grouped(reports, columns, OF_REPORTS)
    ]


def _as_off(cell: Mapping[str, Any]) -> dict[str, Any]:
    """The sums of a cell of reports under the names of those that are off the list."""
    return {
        prefixed(f"{each.name}_off{kind}"): cell[prefixed(f"{each.name}{kind}")]
        for each in HEADLINES
        if each.records == Records.REPORTS
        for kind in ("", "_known")
    }


def off_ratios(scope: Scope, by: Sequence[str | None], *, by_basis: bool) -> Cells:
    """What sums that the database keeps have of ratios for those that are off the list, to be taken away. Two queries."""
    off = _entries_off_list(scope)
    if off is None:
        return []
    reports, dimensions = _reports_of(off, scope), _dimensions(by, by_basis=by_basis)
    cells: Cells = []
    for ratio in RATIOS:
        above, columns = _grouping(reports, dimensions, TO_PROJECT)
        cells += _taken_away(_grouped(above, columns, ratio_over_reports(ratio, Q())), columns, TO_PROJECT)
        has_one = reports.filter(**{f"{ratio.above_column}__isnull": False})
        below, columns = _grouping(off.filter(pk__in=has_one.order_by().values("entry")), dimensions, "project__")
        sums = {ratio.rollup_columns["below"]: Sum(ratio.below_column)}
        cells += _taken_away(_grouped(below, columns, sums), columns, "project__")
    return cells


def _entries_off_list(scope: Scope) -> Any:
    """Those that are off the list in the last month; None where no list is asked about."""
    month = scope.span.list_month
    if month is None or not scope.is_of_the_list:
        return None
    return scope.span.entries().off_list_in(month).filter(project__in=_keys(scope.reported()))


def _reports_of(entries: QuerySet, scope: Scope) -> Any:
    return scope.span.reports().filter(entry__in=entries.order_by().values("pk"))


def _dimensions(by: Iterable[str | None], *, by_basis: bool) -> list[str]:
    """The dimensions of the finest groups that all breakdowns are made of; months are told apart by themselves."""
    return list(dict.fromkeys([*(name for name in by if name and name != MONTH), *(["basis"] if by_basis else [])]))


def _taken_away(cells: Iterable[dict[str, Any]], columns: list[str], path: str) -> Iterator[dict[str, Any]]:
    for cell in cells:
        yield {
            name.removeprefix(path): value if name in columns or value is None else -value
            for name, value in cell.items()
        }


def parts_of_the_list(scope: Scope) -> dict[Listed, int]:
    """How many of the projects that are on the list at some time or other are in each part of it. One query."""
    assert scope.programme is not None  # noqa: S101  asked for a year alone
    month = Month(scope.programme.year, scope.last_month or MONTHS_OF_YEAR)
    entries = scope.span.entries().filter(project__in=_keys(scope.ever_listed()))
    counted = entries.order_by().aggregate(
        **{each.name: Count("pk", filter=part_of_list(each, month)) for each in Listed}
    )
    return {part: counted[part.name] for part in Listed}


def months_of_a_list(scope: Scope) -> dict[int, Cells]:
    """For each month of the span what stands beside its reports where the list changes in the year: who was on it, and what
    is off it. Two queries; rows are counted in the database by the days on which entries joined and left, which few have.
    """
    assert scope.programme is not None  # noqa: S101  asked for a year alone
    days = ("entry__joined", "entry__left")
    listed = list(_grouped(_with_entry(scope, scope.ever_listed()), ["basis", *days], BESIDE_MONTHS))
    reports = scope.span.reports().filter(entry__project__in=_keys(scope.reported()))
    reports, columns = _grouping(reports, ["basis"], TO_PROJECT)
    reported = list(_grouped(reports, [*columns, "month", *days], OF_REPORTS))
    months: dict[int, Cells] = {}
    for number in range(scope.first_month, scope.last_month + 1):
        month = Month(scope.programme.year, number)
        there = [cell for cell in listed if was_on_list(cell[days[0]], cell[days[1]], month)]
        off = [
            {"basis": cell[columns[0]]} | _as_off(cell)
            for cell in reported
            if cell["month"] == number and not was_on_list(cell[days[0]], cell[days[1]], month)
        ]
        months[number] = [
            *({name: cell[name] for name in ("basis", *prefixed_all(BESIDE_MONTHS))} for cell in there),
            *off,
        ]
    return months


def _counted(
    scope: Scope, projects: QuerySet, columns: list[str], figures: Sequence[Figure]
) -> Iterable[dict[str, Any]]:
    """The figures of each group that are counted over projects."""
    if not columns and len(figures) == 1 and figures[0].amount is None:
        return [_counted_alone(scope.projects(), figures[0], scope.span)]
    projects = with_figures(projects, scope.span)
    expressions: dict[str, Any] = {}
    for figure in figures:
        projects, more = _counts(projects, figure, scope.span)
        expressions |= more
    return _grouped(projects, columns, expressions)


def _counted_alone(projects: QuerySet, figure: Figure, span: Span) -> dict[str, Any]:
    """One figure of the whole: as conditions, which the database joins, where columns are looked up for each record."""
    applies = projects.filter(figure.applies(span)).order_by()
    parts = {figure.name: applies.filter(figure.counted(span)), f"{figure.name}_of": applies}
    if figure.known is not figure.applies:
        parts[f"{figure.name}_known"] = applies.filter(figure.known(span))
    counts = [
        part.annotate(part=Value(name, output_field=CharField())).values("part").annotate(number=Count("pk"))
        for name, part in parts.items()
    ]
    found = {count["part"]: count["number"] for count in counts[0].union(*counts[1:], all=True)}
    numbers = {name: found.get(name, 0) for name in parts}
    numbers.setdefault(f"{figure.name}_known", numbers[f"{figure.name}_of"])
    return {prefixed(name): number for name, number in numbers.items()}


def _with_entry(scope: Scope, projects: QuerySet | None = None) -> QuerySet:
    """The projects of the question, joined to their place on the list: one at the most, so nothing is multiplied."""
    projects = Project.objects.filter(pk__in=_keys(scope.projects() if projects is None else projects)).annotate(
        entry=FilteredRelation("entries", condition=Q(entries__programme=scope.programme))
    )
    listed = _is_listed(scope)
    amounts = {
        f"listed_{each.column}": Case(When(listed & Q(entry__pk__isnull=False), then=f"entry__{each.column}"))
        for each in HEADLINES
        if each.records == Records.ENTRIES
    }
    return projects.annotate(**amounts)


def _is_listed(scope: Scope) -> Q:
    """Of what has an `entry`: whether that is on the list of the last month."""
    month = scope.span.list_month
    return listed_in(month, "entry__") if month else Q()


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


def _below(projects: QuerySet, ratios: Sequence[Ratio], span: Span) -> tuple[QuerySet, dict[str, Any]]:
    """Aggregates of what stands below in ratios: of each project first, as above."""
    sums = {}
    for ratio in ratios:
        part = Case(When(Q(FIGURES[ratio.name].known(span)), then=F(f"entry__{ratio.below_column}")))
        part.output_field = BigIntegerField()
        projects = projects.annotate(**{f"below_{ratio.name}": part})
        sums[ratio.rollup_columns["below"]] = Sum(f"below_{ratio.name}")
    return projects, sums


def _one_if(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


def _grouped(queryset: Any, columns: list[str], expressions: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """One dictionary for each combination of `columns`; just one when there are none."""
    if not columns:
        return [queryset.aggregate(**prefixed_all(expressions))]
    return queryset.order_by().values(*columns).annotate(**prefixed_all(expressions))


def keys_of(scope: Scope) -> Any:
    return _keys(scope.projects())


def _keys(projects: QuerySet) -> Any:
    return projects.order_by().values("pk")


def reported_by_month(scope: Scope) -> dict[int, Cells]:
    """What was reported in each month, by basis."""
    basis = "entry__project__basis"
    reports = scope.span.reports().filter(entry__project__in=_keys(scope.reported()))
    months: dict[int, Cells] = {}
    for cell in _grouped(reports, ["month", basis], OF_REPORTS):
        months.setdefault(cell["month"], []).append(cell | {"basis": cell[basis]})
    return months


def _beside_months(scope: Scope, cells: Cells) -> Cells:
    """What a month's row counts beside its reports, by basis; `cells` save a query where they are told apart by it."""
    if cells and all("basis" in cell for cell in cells):
        return beside_months(cells)
    return list(_grouped(Project.objects.filter(pk__in=keys_of(scope)), ["basis"], BESIDE_MONTHS))
