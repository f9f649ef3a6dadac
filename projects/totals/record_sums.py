"""Sums over the records themselves, for the questions that `rollup_sums` does not answer; only `totals` asks for them.

All that is asked of the projects of a question is summed in one statement (`record_rows`), and of their months in another.
Groups are told apart by the days on which their entries joined and left, which few have: what of them is on the list of a
month follows from these.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count, Q

from projects.choices import Listed
from projects.choices.headlines import HEADLINES, RATIOS, Records
from projects.database.sql import Sql
from projects.models.entry import part_of_list, was_on_list
from projects.periods import MONTHS_OF_YEAR, Month

from .aggregates import BESIDE_MONTHS, REPORTED, aggregates_of, by_month
from .dimensions import MONTH, dimension_of
from .figures import COUNTED, FIGURES, OF_SHARES, Condition, always, beside_entry
from .month_rows import day_of
from .record_rows import DAYS, Rows, one_if
from .rollup_sums import SUMMED, Cells, names_of, prefixed
from .scope import Scope
from .scope_statements import statement_of

_BESIDE = ("basis", *map(prefixed, BESIDE_MONTHS))
_KNOWN = tuple(prefixed(each.rollup_columns["known"]) for each in REPORTED)
_OF_REPORTS = (*_KNOWN, *(prefixed(each.name) for each in REPORTED))
_OF_RATIOS = tuple(prefixed(name) for each in RATIOS for name in each.rollup_columns.values())
_BOTH = ("_known", "_of")
# what counts of entries on the list alone
_OF_LISTED = (
    *_OF_RATIOS,
    *(prefixed(name) for each in HEADLINES if each.records == Records.ENTRIES for name in each.rollup_columns.values()),
)


def cells(scope: Scope, by: Sequence[str | None], figures: Sequence[str], *, by_basis: bool) -> dict[str | None, Cells]:
    """For each breakdown the same sums: of the finest groups that all of them are made of. `months` goes on with its own."""
    asked, own = [name for name in by if name != MONTH], dimensions_of(by, by_basis=by_basis)
    of_conditions, keys = COUNTED.issuperset(figures), own
    if MONTH in by:
        names, keys = [*figures, *(each.name for each in REPORTED)] if asked else [], dimensions_of([*own, "basis"])
        groups = _groups(scope, Rows.ever_listed, keys, names, beside_months=True)
    elif of_conditions:  # of those alone that are on the list, whose days need not be told apart
        groups = _groups(scope, Rows.listed, keys, figures, days=())
    else:
        # who is off the list has a row by whatever was reported of it, be it asked or not
        of_reports = bool(aggregates_of(figures).reported)
        names = [*figures, *(each.name for each in REPORTED if of_reports and each.name not in figures)]
        groups = _groups(scope, Rows.ever_listed if of_reports else Rows.listed_or_reported, keys, names)
    together = [cell for group in groups for cell in _counting(group, scope, without_reports=of_conditions)]
    if "basis" not in own:
        together = [_without(["basis"], cell) for cell in together]
    if of_conditions and not own:
        together = together or [{}]  # none of them is still a number
    return dict.fromkeys(asked, together) | {MONTH: groups}


def months(scope: Scope, groups: Cells, figures: Sequence[str]) -> dict[int, Cells]:
    """For each month what was reported, by basis, and what stands beside it; `groups` are those of `cells`."""
    found = _reported(scope, Rows.ever_listed, figures)
    for number, cells in found.items():
        there = [group for group in groups if not scope.is_of_the_list or _is_on_list(group, _month(scope, number))]
        cells += [{name: group[name] for name in _BESIDE} for group in there]
    return found


def off_list(scope: Scope, by: Sequence[str | None], figures: Sequence[str], *, by_basis: bool) -> Cells:
    """What sums that the database keeps hold of those that are off the list in the last month, as `<figure>_off` and
    `<figure>_off_known`, and what of ratios is to be taken away. One statement, about the few that left or join later.
    """
    month = scope.span.list_month
    if month is None or not scope.is_of_the_list:
        return []
    summed = [name for name in figures if name not in COUNTED]  # what is counted is of who is on the list alone
    groups = _groups(scope, Rows.off_list, dimensions_of(by, by_basis=by_basis), summed)
    return [
        _keys_of(group) | _as_off(group) | {name: -group[name] for name in _OF_RATIOS if group.get(name) is not None}
        for group in groups
        if _is_reported(group)
    ]


def off_list_by_month(scope: Scope, figures: Sequence[str]) -> dict[int, Cells]:
    """The same of each month, by basis; it has no ratios."""
    found = _reported(scope, Rows.ever_off_list, figures)
    return {number: [_without(_OF_REPORTS, cell) for cell in cells] for number, cells in found.items()}


def parts_of_the_list(scope: Scope) -> dict[Listed, int]:
    """How many of the projects that are on the list at some time or other are in each part of it. One query."""
    month = _month(scope, scope.last_month or MONTHS_OF_YEAR)
    entries = scope.span.entries().filter(project__in=scope.ever_listed().order_by().values("pk"))
    counted = entries.order_by().aggregate(
        **{each.name: Count("pk", filter=part_of_list(each, month)) for each in Listed}
    )
    return {part: counted[part.name] for part in Listed}


def dimensions_of(by: Iterable[str | None], *, by_basis: bool = False) -> list[str]:
    """The dimensions of the finest groups that all breakdowns are made of; months are told apart by themselves."""
    return list(dict.fromkeys([*(name for name in by if name and name != MONTH), *(["basis"] if by_basis else [])]))


def _groups(
    scope: Scope,
    rows: Callable[[Scope], Rows],
    dimensions: Sequence[str],
    figures: Sequence[str],
    *,
    beside_months: bool = False,
    days: Sequence[str] = DAYS,
) -> Cells:
    """The sums for each combination of keys, with the names of these. Two queries, one where none of them is a reference."""

    def build(question: Scope) -> Sql:
        sums = aggregates_of(figures, beside_months=beside_months)
        some, counts = counted(rows(question), [name for name in figures if name in COUNTED])
        some, keys = keyed(some, dimensions)
        keys += days
        return some.reading(*keys, *sums.columns).summed(keys, sums.sums | counts, sums.reported)

    kind = ("sums", rows.__name__, tuple(dimensions), tuple(figures), beside_months, days)
    return named(scope, statement_of(scope, kind, build).dictionaries(), dimensions)


def keyed(rows: Rows, dimensions: Sequence[str]) -> tuple[Rows, list[str]]:
    """Rows with the columns that they are grouped by, and the names of these."""
    keys: list[str] = []
    for name in dimensions:
        projects, more = dimension_of(name).keyed(rows.projects)
        rows, keys = rows.of(projects), [*keys, *more]
    return rows, keys


def named(scope: Scope, cells: Cells, dimensions: Sequence[str]) -> Cells:
    """Cells with the columns of the reference data that they are keyed by. One query, where there is any."""
    referred = [name for name in dimensions if dimension_of(name).relation] if cells else []
    names = names_of(referred, scope.read)
    for cell in cells:
        for name in referred:
            dimension = dimension_of(name)
            cell |= names.get((name, cell[f"{dimension.relation}_id"])) or dict.fromkeys(dimension.columns)
    return cells


def counted(rows: Rows, figures: Sequence[str]) -> tuple[Rows, dict[str, str]]:
    """Aggregates of figures that are counted over projects, or summed over a part that each of them has.

    Each condition is a column of the rows, and looked up once for all figures that share it.
    """
    if not figures:
        return rows, {}
    span = rows.scope.span
    rows = rows.with_figures() if OF_SHARES.intersection(figures) else rows
    columns: dict[Condition, str] = {}
    sums: dict[str, str] = {}
    for name in figures:
        figure = beside_entry(FIGURES[name], span) if rows.by_reported_months else FIGURES[name]
        if figure.amount is not None:
            rows = rows.reading(**{f"part_of_{name}": figure.amount(span)})
        if figure.amount is not None and figure.applies is figure.known is not always:  # no other has a part of it
            sums |= {name: f"SUM(part_of_{name})"} | {f"{name}{kind}": f"COUNT(part_of_{name})" for kind in _BOTH}
            continue
        applies, known = (_column(each, columns) for each in (figure.applies, figure.known))
        sums |= {f"{name}_known": _number_of(applies, known), f"{name}_of": _number_of(applies)}
        if figure.amount is None:
            sums[name] = _number_of(applies, _column(figure.counted, columns))
        else:
            sums[name] = f"SUM(part_of_{name})"
    return rows.reading(**{name: one_if(Q(condition(span))) for condition, name in columns.items()}), sums


def _column(condition: Condition, columns: dict[Condition, str]) -> str:
    """The column of a condition; none for what is always so."""
    return "" if condition is always else columns.setdefault(condition, f"is_{len(columns)}")


def _number_of(*columns: str) -> str:
    """How many rows have all of these: each column is looked at in every row, so none twice."""
    some = dict.fromkeys(filter(None, columns))
    return f"SUM({' * '.join(some)})" if some else "COUNT(*)"


def _reported(scope: Scope, rows: Callable[[Scope], Rows], figures: Sequence[str]) -> dict[int, Cells]:
    """For each month of the span what was reported, by basis, told apart by who was on the list then. One statement."""
    months: dict[int, Cells] = {number: [] for number in scope.span.months}
    sums, keys = by_month(figures), ("basis", *DAYS)
    if not sums.sums:
        return months

    def build(question: Scope) -> Sql:
        return rows(question).reading(*keys, *sums.columns).summed_by_month(keys, sums.sums, sums.reported)

    for cell in statement_of(scope, ("sums by month", rows.__name__, tuple(figures)), build).dictionaries():
        is_off = scope.is_of_the_list and not _is_on_list(cell, _month(scope, cell["month"]))
        months[cell["month"]].append(cell | (_as_off(cell) if is_off else {}))
    return months


def _counting(group: Mapping[str, Any], scope: Scope, *, without_reports: bool) -> Cells:
    """What of a group counts in the last month: of those that are off the list what they reported, if they did."""
    month = scope.span.list_month
    if month is None or _is_on_list(group, month):
        return [dict(group)]
    if not scope.is_of_the_list:
        return [_without(_OF_LISTED, group)]
    if without_reports or (any(name in group for name in _KNOWN) and not _is_reported(group)):
        return []
    return [_keys_of(group) | {name: group[name] for name in _OF_REPORTS if name in group} | _as_off(group)]


def _is_reported(group: Mapping[str, Any]) -> bool:
    return any(group.get(name) for name in _KNOWN)


def _is_on_list(group: Mapping[str, Any], month: Month) -> bool:
    joined, left = (day_of(group.get(name)) for name in DAYS)
    return was_on_list(joined, left, month)


def _as_off(cell: Mapping[str, Any]) -> dict[str, Any]:
    """The sums of reports in a cell under the names of those that are off the list."""
    return {
        prefixed(f"{each.name}_off{kind}"): cell[prefixed(f"{each.name}{kind}")]
        for each in REPORTED
        if prefixed(each.name) in cell
        for kind in ("", "_known")
    }


def _keys_of(cell: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in cell.items() if not name.startswith(SUMMED)}


def _without(names: Collection[str], cell: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in cell.items() if name not in names}


def _month(scope: Scope, number: int) -> Month:
    assert scope.programme is not None  # noqa: S101  asked for a year alone
    return Month(scope.programme.year, number)
