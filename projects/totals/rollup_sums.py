"""Sums out of the rollup (`projects.database.rollups.cells`), for the questions that it answers.

Those are of the present, without filters or with filters by sector, prefecture and basis alone, of the figures and
dimensions below: what dashboards and other systems ask over and over. Whatever else is asked is summed over the records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self

from django.db.models import BigIntegerField, CharField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast

from projects.choices import Measure
from projects.choices.headlines import HEADLINES, RATIOS, Records
from projects.choices.kept_counts import KEPT_COUNTS, UNBROKEN
from projects.database.prepared_statements import prepared
from projects.models import Project
from projects.models.rollups import ALL
from projects.periods import Month
from sectors.models import Sector

from .aggregates import BESIDE_MONTHS, REPORTED
from .cell_question import CellQuestion, is_kept
from .dimensions import MONTH, dimension_of
from .figures import OF_FEW, OF_PROBLEMS, OF_ROUND
from .scope import Scope

SUMMED = "sum_"  # before the name of each sum: clear of the columns' own names

_BY = frozenset({None, "direction", "sector", "chain_link", "prefecture", "basis", MONTH})
_NAMES = {each.name for each in (*HEADLINES, *RATIOS)}
_COUNTED = {each.name: each for each in KEPT_COUNTS}
_FLOOR = Measure.MINIMUM_PROJECT_INVESTMENT
_IN_ROUND = "approved_in_round"  # a sum: the approved reports of the last month
_HAS_FLOOR = "total_investment_known"  # of whom it can be said whether they miss it
_COUNTS = ("project_count", *(each.rollup_columns["known"] for each in REPORTED))
_MOST_RANKS = 2  # columns that a dimension is ordered by

Cells = list[dict[str, Any]]


def prefixed(name: str) -> str:
    return f"{SUMMED}{name}"


_BESIDE = ("basis", *map(prefixed, BESIDE_MONTHS))


def answers(scope: Scope, by: Sequence[str | None], figures: Sequence[str]) -> bool:
    """Whether the database keeps sums of these groups, and of any of these figures: what they lack, few records tell.
    Nothing else decides it.
    """
    some = (*_NAMES.intersection(figures), *kept_counts(scope, figures))
    return is_kept(scope) and _BY.issuperset(by) and any((*some, *FewFigures.of(scope, figures)))


def kept_counts(scope: Scope, figures: Sequence[str]) -> list[str]:
    """The figures among these that are counted by conditions and kept: up to a month, of those that are on the list."""
    return [name for name in figures if name in _COUNTED and scope.on_list and scope.first_month <= 1]


class FewFigures(NamedTuple):
    """Figures that are told by looking at few records besides: at the few projects that count in them, at problems, at the
    entries that stand otherwise in the last month's round than kept sums say.
    """

    of_few: list[str]
    of_problems: list[str]
    of_round: list[str]

    @classmethod
    def of(cls, scope: Scope, figures: Sequence[str]) -> Self:
        some = (OF_FEW, *((OF_PROBLEMS, OF_ROUND) if scope.span.last else ((), ())))
        return cls(*([name for name in figures if name in each and scope.on_list] for each in some))


def cells(scope: Scope, by: Sequence[str | None], figures: Sequence[str], *, by_basis: bool) -> dict[str | None, Cells]:
    """For each breakdown the sums of each of its keys, with the columns by which it groups; by basis too if asked.

    One query whatever their number, and one for the names of reference data.
    """
    names = list(dict.fromkeys("basis" if name == MONTH else name for name in by))
    told = FewFigures.of(scope, figures)
    has_floor = bool(told.of_few) and any(each.measure == _FLOOR for each in scope.targets)
    counted = (*kept_counts(scope, figures), *([_IN_ROUND] if told.of_round else []))
    kind = ("cells", tuple(names), by_basis, counted)
    query = CellQuestion.of(scope).statement(
        kind, lambda question: _together(question, names, counted, by_basis=by_basis)
    )
    found: dict[str | None, Cells] = {name: [] for name in names}
    for cell in query.dictionaries():
        if any(cell[prefixed(name)] for name in _COUNTS):
            name = names[cell.pop("dimension")]
            if not by_basis and name != "basis":  # a column that they share with those that are told apart by it
                cell.pop("basis", None)
            found[name].append(cell | _without_few(cell, told, has_floor=has_floor))
    referred = [str(name) for name in names if name not in (None, "basis")]
    named = names_of(referred, scope.read)
    for name in referred:
        nothing: dict[str, Any] = dict.fromkeys(dimension_of(name).columns)
        found[name] = [cell | named.get((name, cell["key"]), nothing) for cell in found[name]]
    if MONTH in by:
        found[MONTH] = found["basis"]
    return found


def _without_few(cell: Mapping[str, Any], told: FewFigures, *, has_floor: bool) -> dict[str, Any]:
    """What figures are of which few records tell the rest: known of those that have what is counted by."""
    number = cell[prefixed("project_count")]
    found: dict[str, Any] = {}
    for name in told.of_few:
        is_said = has_floor and name == Measure.AT_FLOOR_COUNT
        known, of = (cell[prefixed(_HAS_FLOOR)], number) if is_said else (0, 0)
        found |= {prefixed(name): 0, prefixed(f"{name}_known"): known, prefixed(f"{name}_of"): of}
    for name in told.of_problems:
        found |= {prefixed(name): 0, prefixed(f"{name}_known"): number}
    return found | _of_round(cell, told.of_round)


def _of_round(cell: Mapping[str, Any], figures: Sequence[str]) -> dict[str, Any]:
    """Those of the round, as if all were asked and none came late or waited; see `few_sums`."""
    if not figures:
        return {}
    asked, approved = cell[prefixed("project_count")] or 0, cell[prefixed(_IN_ROUND)] or 0
    said = {Measure.REPORTS_MISSING: asked - approved, Measure.REPORTS_LATE: 0}
    found = {prefixed(name): said.get(name, approved) for name in figures}  # type: ignore[call-overload]
    return found | {prefixed(f"{name}_{kind}"): asked for name in figures for kind in ("known", "of")}


def _together(
    question: CellQuestion, names: Sequence[str | None], counted: Sequence[str], *, by_basis: bool
) -> QuerySet:
    parts = []
    for number, name in enumerate(names):
        rows = question.cells(by=name).filter(question.of_list | question.months).order_by()
        rows = rows.annotate(dimension=_number(number), key=_key(name))
        basis = ["basis"] if by_basis or name == "basis" else []
        if not basis:
            rows = rows.annotate(of=Value("", output_field=CharField()))
        parts.append(rows.values("dimension", "key", *(basis or ["of"])).annotate(**_sums(question, counted)))
    return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]


def _key(name: str | None) -> Any:
    if name == "direction":
        return Subquery(Sector.objects.filter(pk=OuterRef("sector")).order_by().values("direction"))
    return F(name) if name not in (None, "basis") else _number(0)


def _number(value: int) -> Cast:
    # with its type, which nothing else says to a database that plans before it knows the value
    return Cast(Value(value), BigIntegerField())


def names_of(dimensions: Sequence[str], read: dict[Any, Any] | None) -> dict[tuple[str, int], dict[str, Any]]:
    """The columns of reference data that dimensions group by, for each record of each. One query, if there are any that were
    not `read` for the same question.
    """
    if not dimensions:
        return {}
    asked = "names", tuple(dimensions)
    if read is None:
        return _names_read(dimensions)
    if asked not in read:
        read[asked] = _names_read(dimensions)
    found: dict[tuple[str, int], dict[str, Any]] = read[asked]
    return found


def _names_read(dimensions: Sequence[str]) -> dict[tuple[str, int], dict[str, Any]]:

    def query() -> QuerySet:
        parts = []
        for number, name in enumerate(dimensions):
            relation = dimension_of(name).relation
            code, name_zh, name_en, *order = [each.removeprefix(f"{relation}__") for each in dimension_of(name).columns]
            model: Any = Project
            for part in relation.split("__"):
                model = model._meta.get_field(part).related_model
            ranks = [F(each) for each in order] + [_number(0)] * (_MOST_RANKS - len(order))
            rows = model._default_manager.order_by().annotate(
                dimension=_number(number), first=ranks[0], second=ranks[1]
            )
            parts.append(rows.values_list("dimension", "pk", code, name_zh, name_en, "first", "second"))
        return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]

    named = {}
    for number, pk, *values in prepared(("names", tuple(dimensions)), query).rows():
        name = dimensions[number]
        columns = dimension_of(name).columns
        named[name, pk] = dict(zip(columns, values[: len(columns)], strict=True))
    return named


def months(scope: Scope, by_basis: Cells, *, list_changes: bool) -> dict[int, Cells]:
    """For each month what was reported, by basis, and what stands beside it: `by_basis`, or where the list changes in the
    year who was on it then. One query, two of a list that changes.
    """
    found = _reported_by_month(scope)
    listed = _listed_by_month(scope) if list_changes else dict.fromkeys(found, by_basis)
    for number, cells in found.items():
        cells += [{name: cell.get(name) for name in _BESIDE} for cell in listed[number]]  # none of who has left alone
    return found


def _reported_by_month(scope: Scope) -> dict[int, Cells]:
    def query(question: CellQuestion) -> QuerySet:
        rows = question.cells(by=None).filter(question.months, programme=question.programme)
        rows = rows.order_by().values("month", "basis")
        names = [each.rollup_columns[kind] for each in REPORTED for kind in ("value", "known")]
        return rows.annotate(**{prefixed(name): Sum(name) for name in names})

    months: dict[int, Cells] = {number: [] for number in scope.span.months}
    for cell in CellQuestion.of(scope).statement("reported cells", query).dictionaries():
        months[cell["month"]].append(cell)
    return months


def _listed_by_month(scope: Scope) -> dict[int, Cells]:
    """Who was on the list of each month of the span, by basis: at the start of the year, and what has changed up to then."""
    assert scope.programme is not None  # noqa: S101  asked for a year alone
    year = scope.programme.year

    def query(question: CellQuestion) -> QuerySet:
        rows = question.cells(by=None).filter(question.of_list, programme=question.programme)
        return (
            rows.order_by().values("month", "basis").annotate(**{prefixed(name): Sum(name) for name in BESIDE_MONTHS})
        )

    cells = CellQuestion.of(scope).statement("listed cells", query).dictionaries()
    return {
        number: [cell for cell in cells if cell["month"] <= Month(year, number).serial] for number in scope.span.months
    }


def number_of_projects(scope: Scope) -> QuerySet | None:
    """How many projects a scope has, as a query for one number, or for none where there are no cells; None if the database
    does not keep it.
    """
    if not answers(scope, (None,), ("project_count",)):
        return None
    question = CellQuestion.of(scope)
    rows = question.cells(by=None).filter(question.of_list, programme=question.programme if scope.on_list else ALL)
    return rows.order_by().values("programme").annotate(number=Sum("project_count")).values_list("number")


def unbroken(scope: Scope) -> int | None:
    """How many have an approved report of each month from January on; None if the database does not keep it. One query."""
    if not (is_kept(scope) and scope.on_list and scope.first_month == 1):
        return None

    def query(question: CellQuestion) -> QuerySet:
        rows = question.cells(by=None).filter(programme=question.programme, month=question.last)
        return rows.order_by().values("programme").annotate(number=Sum(UNBROKEN)).values_list("number")

    found = CellQuestion.of(scope).statement("unbroken cells", query).rows()
    return int(found[0][0]) if found else 0


def _sums(question: CellQuestion, counted: Sequence[str]) -> dict[str, Any]:
    """The sums under the names of `totals`, of what is `counted` by months those that are asked for. What is not on the
    list counts where all projects are asked about.
    """
    of_list = None if question.on_list else Q(programme=question.programme) & ~Q(programme=ALL)
    of_all = None if question.on_list else Q(programme=ALL)
    sums = {}
    for headline in HEADLINES:
        which = of_all if headline.records == Records.PROJECTS else of_list
        for kind, column in headline.rollup_columns.items():
            if kind != "first":
                sums[column] = Sum(column, filter=of_all if kind == "of" else which)
        if headline.records == Records.REPORTS and question.since_january:
            # an entry counts once, in the first of the months that it has a figure for
            sums[headline.rollup_columns["known"]] = Sum(headline.rollup_columns["first"], filter=of_list)
    for ratio in RATIOS:
        columns = ratio.rollup_columns
        sums[columns["value"]] = Sum(columns["value"], filter=of_list)
        sums[columns["known"]] = Sum(columns["first" if question.since_january else "known"], filter=of_list)
        sums[columns["below"]] = Sum(columns["below_first" if question.since_january else "below"], filter=of_list)
    for name in counted:
        if name == _IN_ROUND:
            sums[name] = Sum("approved", filter=Q(month=question.last))
        else:
            sums |= {name: Sum(name), f"{name}_known": Sum(_COUNTED[name].known)}
    return {prefixed(name): expression for name, expression in sums.items()}
