"""Sums of a scope: one GROUP BY over its projects with their entries, one over their approved reports, merged in Python.

A group has the columns of its dimensions and its sums by name: `<figure>` for the value, `<figure>_known` for the records
that have it, `<figure>_of` for those that could, where these are not all; `<figure>_absolute` for the sum of reports without
their signs, as one may take back what another adds. What entries that have left the list reported counts in the value;
`<figure>_off` and `<figure>_off_known` say how much of it that is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    Case,
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
from django.db.models.functions import Abs

from projects.choices import Measure, PlanKind, ReportState
from projects.models import Project
from projects.models.entry import listed_in, was_on_list
from projects.periods import Month

from .dimensions import dimension_of
from .figures import COUNTED, FIGURES, REPORTED, Figure, Records
from .scope import Scope
from .span import Span

_SUM = "sum_"  # before the names of aggregates: clear of the columns of a project
_BASIS = "basis"  # always a key: illustrative records are summed separately
_DAYS = ("entry__joined", "entry__left")


@dataclass
class Group:
    """The sums of the records that have the same keys."""

    keys: Mapping[str, Any]
    sums: Counter[str] = field(default_factory=Counter)  # fractions of CNY where plans are divided by months


def add_sums(groups: Iterable[Group]) -> dict[str, int]:
    """Return the sums of several groups together."""
    total = Counter[str]()
    for group in groups:
        total.update(group.sums)
    return total


def get_groups(scope: Scope, dimensions: Iterable[str], figures: Collection[str]) -> list[Group]:
    """Return the groups of a scope by these dimensions and by basis. One query, and one for what reports say.

    Figures that are counted on the list alone (`COUNTED`) make no group of projects that have left it.
    """
    names = dict.fromkeys([*dimensions, _BASIS])
    projects, columns = _with_keys(_projects(scope, _is_listed(scope)), names)
    groups: dict[tuple[Any, ...], Group] = {}
    for keys, sums in _iter_groups(projects, columns, _get_aggregates(scope, figures)):
        groups.setdefault(tuple(keys.values()), Group(keys)).sums.update(sums)
    rules = [figure for name in figures if (figure := FIGURES[name]).rule and not figure.ratio]
    for keys, sums in _read_rules(scope, projects, columns, rules):
        groups[tuple(keys.values())].sums.update(sums)
    if scope.last_month and any(FIGURES[name].ratio for name in figures):
        for keys, sums in _read_pairs(scope, _with_keys(_projects(scope), names)[0], columns):
            groups.setdefault(tuple(keys.values()), Group(keys)).sums.update(sums)
    if COUNTED.issuperset(figures) or not scope.last_month:
        return list(groups.values())
    reports, columns = _with_keys(_reported_projects(scope).annotate(on_list=_on_list(scope)), names)
    for keys, sums in _iter_groups(reports, [*columns, "on_list"], _report_aggregates()):
        if not keys.pop("on_list") and scope.is_of_the_list:
            if not any(sums.get(f"{figure.name}_known") for figure in REPORTED):
                continue
            sums |= _off_list(sums)
        groups.setdefault(tuple(keys.values()), Group(keys)).sums.update(sums)
    return list(groups.values())


def get_groups_by_month(scope: Scope) -> dict[int, list[Group]]:
    """Return for each month of the span what its reports say, and how many projects were on the list. Two queries."""
    months: dict[int, list[Group]] = {number: [] for number in scope.span.months}
    if not months or scope.programme is None:
        return months
    reports = _reported_projects(scope)
    for keys, sums in _iter_groups(reports, [_BASIS, "month", *_DAYS], _report_aggregates()):
        if scope.is_of_the_list and not _was_on_list(keys, scope, keys["month"]):
            sums |= _off_list(sums)
        months[keys["month"]].append(Group(keys, Counter(sums)))
    counts = {"project_count": Count("pk"), **_numbers_of_applicable()}
    for keys, sums in _iter_groups(_projects(scope), [_BASIS, *_DAYS], counts):
        for number, groups in months.items():
            if not scope.is_of_the_list or _was_on_list(keys, scope, number):
                groups.append(Group(keys, Counter(sums)))
    return months


# the projects


def _projects(scope: Scope, listed: Q | None = None) -> QuerySet:
    """All that the scope is about, each joined to its `entry`; of a list those too that have left it or join later, or
    only those that are `listed`.
    """
    entry = FilteredRelation("entries", condition=Q(entries__programme=scope.programme))
    if not scope.is_of_the_list or scope.programme is None:
        return scope.members().annotate(entry=entry).order_by()
    projects: Any = Project.objects.annotate(entry=entry).filter(listed or Q(), entry__programme=scope.programme)
    return scope.members_of(projects).order_by()


def _reported_projects(scope: Scope) -> QuerySet:
    """Those of them that have approved reports of the span, once for each report."""
    # a condition on `entry__reports` would join the reports a second time, beside those that are summed
    projects = _projects(scope).annotate(report_state=F("entry__reports__state"), month=F("entry__reports__month"))
    return projects.filter(report_state=ReportState.APPROVED, month__gte=scope.first_month, month__lte=scope.last_month)


def _is_listed(scope: Scope) -> Q:
    month = scope.span.list_month
    return listed_in(month, "entry__") if month else Q()


def _on_list(scope: Scope) -> Case | Value:
    condition = _is_listed(scope)
    return Case(When(condition, then=1), default=0, output_field=IntegerField()) if condition else Value(1)


# the queries


def _with_keys(projects: QuerySet, dimensions: Iterable[str]) -> tuple[QuerySet, list[str]]:
    """Projects with what the dimensions group by, and the columns of the keys."""
    columns: dict[str, None] = {}
    for name in dimensions:
        dimension = dimension_of(name)
        if dimension.annotation:
            projects = projects.annotate(**{dimension.columns[0]: dimension.annotation})
        columns |= dict.fromkeys(dimension.columns)
    return projects, list(columns)


def _iter_groups(
    projects: QuerySet, columns: Sequence[str], aggregates: Mapping[str, Any]
) -> Iterable[tuple[dict[str, Any], dict[str, int]]]:
    """Yield the keys of each group and those of its sums that are not null."""
    named = {f"{_SUM}{name}": aggregate for name, aggregate in aggregates.items()}
    for row in projects.values(*columns).annotate(**named).values_list(*columns, *named):
        keys, values = row[: len(columns)], row[len(columns) :]
        sums = {name: int(value) for name, value in zip(aggregates, values, strict=True) if value is not None}
        yield dict(zip(columns, keys, strict=True)), sums


def _read_rules(
    scope: Scope, projects: QuerySet, columns: Sequence[str], figures: Sequence[Figure]
) -> Iterable[tuple[dict[str, Any], dict[str, int]]]:
    """Yield the keys of each project with its parts of figures that have a rule."""
    if not figures:
        return
    facts = scope.facts
    entries = {entry.project_id: entry for entry in facts.entries}
    for key, *values in projects.values_list("pk", *columns):
        sums: dict[str, int] = {}
        for figure in figures:
            part = figure.part(facts, entries.get(key))
            sums |= {f"{figure.name}_of": int(part.applies), f"{figure.name}_known": int(part.known)}
            sums[figure.name] = part.value
        yield dict(zip(columns, values, strict=True)), sums


def _read_pairs(
    scope: Scope, projects: QuerySet, columns: Sequence[str]
) -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield the keys of each project with what its pairs of entry and month come to against its announced plan.

    Due and unreported are fractions of CNY, and not said of one month alone. Who has reported and has no plan counts in
    neither.
    """
    facts, name = scope.facts, Measure.DISBURSED_OF_PLAN
    entries = {entry.project_id: entry for entry in facts.entries}
    for key, *values in projects.values_list("pk", *columns):
        entry = entries.get(key)
        if entry is None:
            continue
        pairs, unreported = facts.get_pairs(entry), facts.get_unreported_months(entry)
        if not (pairs or unreported or facts.is_listed(entry)):
            continue
        plan = facts.plans[entry.pk].get(PlanKind.ANNOUNCED)
        sums: dict[str, Any] = {}
        if plan is not None and pairs:
            sums |= {name.value: sum(pairs.values()), f"{name}_known": 1, f"{name}_below": plan.amount}
            sums[f"{name}_absolute"] = sum(map(abs, pairs.values()))
            sums[f"{name}_off_known"] = int(not facts.is_listed(entry))
        if not scope.is_single_month:
            sums |= {f"{name}_reported": len(pairs) if plan else 0, f"{name}_gaps": len(facts.get_gaps(entry))}
            sums[f"{name}_unplanned"] = int(plan is None and bool(pairs))
        if plan is not None and not scope.is_single_month:
            sums |= {f"{name}_due": plan.get_due(pairs), f"{name}_unreported": plan.get_due(unreported)}
            sums[f"{name}_planned"] = plan.amount
        yield dict(zip(columns, values, strict=True)), sums


def _get_aggregates(scope: Scope, figures: Collection[str]) -> dict[str, Any]:
    """What is read from projects and their entries."""
    aggregates: dict[str, Any] = {"project_count": Count("pk"), **_numbers_of_applicable()}
    for name in figures:
        figure = FIGURES[name]
        if figure.ratio:
            aggregates |= _entry_aggregates(FIGURES[figure.ratio.below], scope)
        elif figure.records == Records.ENTRIES:
            aggregates |= _entry_aggregates(figure, scope)
        elif figure.records == Records.PROJECTS and not figure.rule and name != Measure.PROJECT_COUNT:
            aggregates |= _project_aggregates(figure, scope.span)
    return aggregates


def _numbers_of_applicable() -> dict[str, Any]:
    """How many projects could have a sum of reports that is not one of all."""
    return {f"{figure.name}_of": Count("pk", filter=figure.applies_to.q()) for figure in REPORTED if figure.applies_to}


def _entry_aggregates(figure: Figure, scope: Scope) -> dict[str, Any]:
    listed = _is_listed(scope) or None
    column = f"entry__{figure.column}"
    return {figure.name: Sum(column, filter=listed), f"{figure.name}_known": Count(column, filter=listed)}


def _project_aggregates(figure: Figure, span: Span) -> dict[str, Any]:
    applies = figure.applicable_condition(span) if figure.applies_if else Q()
    amount = figure.amount(span) if figure.amount else figure.column
    value = Sum(amount) if amount else Count("pk", filter=applies & figure.counted_condition(span))
    return {
        figure.name: value,
        f"{figure.name}_known": Count("pk", filter=applies & figure.known_condition(span)),
        f"{figure.name}_of": Count("pk", filter=applies or None),
    }


def _report_aggregates() -> dict[str, Any]:
    """What is read from reports, of which a project has several: it is counted once."""
    aggregates: dict[str, Any] = {}
    for figure in REPORTED:
        applies = figure.applies_to.q() if figure.applies_to else Q()
        aggregates |= _sum_of_reports(figure.name, figure.column, applies)
    return aggregates


def _sum_of_reports(name: str, column: str, condition: Q) -> dict[str, Any]:
    has_it = Q(**{f"entry__reports__{column}__isnull": False}) & condition
    return {
        name: Sum(f"entry__reports__{column}", filter=condition or None),
        f"{name}_absolute": Sum(Abs(f"entry__reports__{column}"), filter=condition or None),
        f"{name}_known": Count("pk", distinct=True, filter=has_it),
    }


def _off_list(sums: Mapping[str, int]) -> dict[str, int]:
    """The same sums under the names of what entries that are off the list reported."""
    names = [(figure.name, kind) for figure in REPORTED for kind in ("", "_known")]
    return {f"{name}_off{kind}": sums[f"{name}{kind}"] for name, kind in names if f"{name}{kind}" in sums}


def _was_on_list(keys: Mapping[str, Any], scope: Scope, number: int) -> bool:
    joined, left = (keys[name] for name in _DAYS)
    return was_on_list(joined, left, Month(scope.programme.year, number))  # type: ignore[union-attr]  # of a list
