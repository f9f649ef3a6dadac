"""Money disbursed: the sum, each plan it is measured against, the months that led to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Measure, TargetKind
from projects.pages import formatting, links
from projects.pages.figure_display import FigureDisplay, made_up, marked, shown
from projects.pages.month_notice import in_brackets
from projects.pages.sort_heads import SortColumn
from projects.pages.table_columns import amount, text
from projects.pages.targets import Compared, NamedProgress, compared, named_progress
from projects.pagination import both_ways
from projects.periods import Month
from projects.totals.pace import (
    MonthProgress,
    Progress,
    even_pace,
    month_by_month,
    own_progress,
    plan_progress,
)
from projects.totals.results import is_withheld
from projects.totals.scope import Scope
from projects.totals.totals import Answer, Row

from ...charts.cumulative import CumulativeChart, MonthEnd, PlanOnChart, cumulative_chart
from ...charts.value_box import ValueBox
from . import findings

MONTHS = "months"
PLANS = tuple(f"plan_{place}" for place in range(1 + len(TargetKind)))  # of which a year and month has some
ORDERS_OF_MONTHS = both_ways(("month", "done", "since_january", *PLANS))


@dataclass(frozen=True)
class EvenPace:
    """Where the even pace of a plan would be, in CNY. `is_divided`: where it leads stands the plan, not this part of it."""

    amount: Fraction
    url: str
    is_divided: bool


@dataclass(frozen=True)
class DisbursedMonth:
    """A month of the table: where its sum since January is explained, and where each plan's even pace would be."""

    month: MonthProgress
    url: str
    expected: list[EvenPace]


@dataclass(frozen=True)
class Disbursement:
    shown: FigureDisplay
    unit: str
    span: str  # the months, and below the same with their year
    period: str
    against: list[NamedProgress]
    elapsed: Fraction | None
    published: list[Compared]  # what was published of the same months
    finding: str
    rows: list[DisbursedMonth]
    columns: list[SortColumn]  # of the table of months
    chart: CumulativeChart | None
    plans_disagree: bool
    hollow: bool  # whether the chart has months that rest on illustrative reports only
    only: str = ""  # of which projects alone all of it speaks: in an open month those that have reported


def disbursement(scope: Scope, whole: Answer, by_month: Answer) -> Disbursement | None:
    """The section on money disbursed; None before the first approved report."""
    if scope.end_month is None or scope.programme is None:
        return None
    figure = whole.total_row.figures[Measure.DISBURSED]
    progress = _progress(scope, whole)
    named = named_progress(progress)
    months = [] if scope.is_single_month else month_by_month(by_month, None)
    published = [each for each in figure.targets if each.target.measure == Measure.DISBURSED and each.target.end_month]
    published = published if scope.is_whole else []
    only = _only(scope, figure.known)
    chart = _chart(scope, months, named, published, only)
    return Disbursement(
        shown=shown(whole.total_row, Measure.DISBURSED, form="headline"),
        unit=formatting.money_unit("headline"),
        span=formatting.months(scope.first_month, scope.last_month) + in_brackets(scope),
        period=formatting.months_of_year(scope.first_month, scope.last_month, scope.programme.year)
        + in_brackets(scope),
        against=named,
        elapsed=whole.year_elapsed,
        published=[compared(each) for each in published],
        finding=_finding(scope, whole.total_row, progress),
        rows=[_month_row(scope, each, number, progress) for number, each in enumerate(months, start=1)],
        columns=_columns(named),
        chart=chart,
        plans_disagree=len({each.planned for each in progress}) > 1,
        hollow=chart is not None and any(not dot.month.solid for dot in chart.dots),
        only=only,
    )


def _only(scope: Scope, count: int) -> str:
    """Of how many projects the sums of an open month are; empty of any other, where they are of all."""
    if scope.open_month is None:
        return ""
    text = ngettext("of the %(count)s project compared alone", "of the %(count)s projects compared alone", count)
    return text % {"count": formatting.count(count)}


def _columns(named: list[NamedProgress]) -> list[SortColumn]:
    """Of the months: what was done in each and by its end, and where the even pace of each plan would be."""

    def money(name: str, label: str, value: Any, *, figure: str = "", kind: str = "") -> SortColumn:
        return SortColumn(name, label, numeric=True, kind=kind, in_files=(amount(label, value, figure=figure),))

    def pro_rata(place: int, plan: NamedProgress) -> SortColumn:
        label = _("%(plan)s, pro rata") % {"plan": formatting.sentence_case(plan.name)}
        return money(PLANS[place], label, lambda line: line.expected[place].amount, kind="far")

    month = _("Month")
    return [
        SortColumn("month", month, in_files=(text(month, lambda line: line.month.row.name_zh),)),
        money("done", _("In the month"), lambda line: line.month.done, figure=Measure.DISBURSED.value),
        money("since_january", _("Since January"), lambda line: line.month.since_january),
        *(pro_rata(place, plan) for place, plan in enumerate(named)),
    ]


def _month_row(scope: Scope, month: MonthProgress, number: int, progress: list[Progress]) -> DisbursedMonth:
    url, by_now = _explained(replace(scope, first_month=1, last_month=number)), _explained(scope)
    expected = [
        # by another month other records have both a plan and a report, so that their own plans come to something else
        EvenPace(even_pace(each.planned, number), f"{url if each.plan else by_now}#plans", is_divided=each.plan is None)
        for each in progress
    ]
    return DisbursedMonth(month, url, expected)


def _explained(scope: Scope) -> str:
    return links.page("figure", Measure.DISBURSED, query=scope.parameters(), filters=False)


def _progress(scope: Scope, whole: Answer) -> list[Progress]:
    """What the sum is measured against: the programme's plans for its whole list, the records' own for a part of it, and
    where none was said of the programme.
    """
    if scope.is_single_month:
        return []
    return (plan_progress(whole) if scope.is_whole else []) or own_progress(whole)


def _finding(scope: Scope, whole: Row, progress: list[Progress]) -> str:
    """What the sum comes to beside the plans, and how much of it is made up."""
    found = findings.pace(progress)
    return marked(found, whole, Measure.DISBURSED) if found else _without_plan(scope, whole)


def _without_plan(scope: Scope, whole: Row) -> str:
    value = whole.figures[Measure.DISBURSED].value
    if value is None:
        return _("Nothing reported for these months")
    values = {
        "amount": marked(formatting.money_with_unit(value), whole, Measure.DISBURSED),
        "months": formatting.months(scope.first_month, scope.last_month),
    }
    if scope.is_single_month:
        return _("%(amount)s disbursed in %(months)s") % values
    if whole.figures[Measure.PLANNED_DISBURSEMENT].known and is_withheld(whole):
        return withheld(scope, whole)
    return _("%(amount)s disbursed, %(months)s; no plan for the year is known to compare with") % values


def withheld(scope: Scope, whole: Row) -> str:
    """Why a sum is held against no plan, where there are plans; empty where it is, or where there are none."""
    if scope.is_single_month or not is_withheld(whole):
        return ""
    figure = whole.figures[Measure.DISBURSED_OF_PLAN]
    values = {"known": formatting.count(figure.known), "of": formatting.count(figure.of)}
    return (
        _("%(known)s of %(of)s projects have both a plan and a report: too few for a comparison with a plan") % values
    )


def _chart(
    scope: Scope, months: list[MonthProgress], named: list[NamedProgress], published: list, only: str
) -> CumulativeChart | None:
    if not months or all(month.done is None for month in months):
        return None
    confirmed = {each.target.through_month for each in published if each.met}
    return cumulative_chart(
        [
            _month_end(scope, month, number, number in confirmed, named, only)
            for number, month in enumerate(months, start=1)
        ],
        [_plan(scope, each) for each in named],
        label=formatting.clauses([_("Disbursed since January, and the pro-rata part of each plan"), only]),
        unit=formatting.unit_of("table"),
        expected=named[0].progress.expected_amount if named else None,
    )


def _month_end(
    scope: Scope, month: MonthProgress, number: int, confirmed: bool, named: list[NamedProgress], only: str
) -> MonthEnd:
    through = replace(scope, first_month=1, last_month=number)
    values = {
        "month": formatting.month_name(number),
        "year": scope.year or "",
        "amount": formatting.money_with_unit(month.since_january),
    }
    return MonthEnd(
        number=number,
        amount=month.since_january,
        url=links.records([*through.parameters(), ("counted_in", Measure.DISBURSED)]),
        label=formatting.clauses([_("Disbursed by the end of %(month)s %(year)s: %(amount)s") % values, only]),
        solid=confirmed or not is_illustrative(month.row),
        box=_box(scope, month, number, named),
    )


def _box(scope: Scope, month: MonthProgress, number: int, named: list[NamedProgress]) -> ValueBox:
    """What was done in the month and by its end, and how far that is from each plan."""
    rows = [
        (_("In the month"), "" if month.done is None else formatting.money(month.done)),
        (_("Since January"), formatting.money(month.since_january)),
    ]
    for each in named:
        expected = even_pace(each.progress.planned, number)
        plan = formatting.sentence_case(each.name)
        rows += [
            (_("%(plan)s, pro rata") % {"plan": plan}, formatting.money(expected)),
            (_("Gap"), formatting.signed_money(month.since_january - expected, "table")),
        ]
    figure = month.row.figures[Measure.DISBURSED]
    note = [formatting.money_unit("table"), _("%(known)s reports") % {"known": formatting.count(figure.known)}]
    return ValueBox(
        formatting.month_of_year(Month(scope.programme.year, number)) if scope.programme else "",
        tuple(rows),
        formatting.clauses([*note, made_up(month.row, Measure.DISBURSED)]),
    )


def is_illustrative(row: Row) -> bool:
    return row.illustrative is not None and bool(row.illustrative[Measure.DISBURSED].known)


def _plan(scope: Scope, named: NamedProgress) -> PlanOnChart:
    plan = named.progress.plan
    return PlanOnChart(
        name=formatting.sentence_case(named.name),
        value=named.progress.planned,
        text=named.planned,
        url=links.records([*scope.parameters(), ("counted_in", Measure.PLANNED_DISBURSEMENT)]),
        dashed=plan is not None and plan.kind != TargetKind.ANNOUNCED,
        short="" if plan else formatting.sentence_case(_("their own plans")),
    )
