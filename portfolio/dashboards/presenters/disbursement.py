"""Money disbursed: the sum, each plan it is measured against, the months that led to it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from projects.choices import Measure, TargetKind
from projects.models import Source
from projects.totals.pace import MonthProgress, Progress, even_pace, month_by_month, own_progress, plan_progress
from projects.totals.scope import Scope
from projects.totals.totals import Answer, Row
from projects.views import formatting, links
from projects.views.figure_display import FigureDisplay, shown
from projects.views.targets import Compared, compared, plan_names, planned_text

from ...charts.cumulative import CumulativeChart, MonthEnd, Plan, cumulative_chart
from ...charts.scale import along, part
from . import findings


@dataclass(frozen=True)
class AgainstPlan:
    """The sum against one plan, all as text; `filled` is the bar's length."""

    name: str
    in_sentence: str  # the name without its capital
    plan: str
    percent: str
    filled: str
    gap_points: str
    gap: str
    source: Source | None
    note: str


@dataclass(frozen=True)
class MonthRow:
    """A month of the table: in the month, since January, and where each plan's even pace would be."""

    label: str
    month: FigureDisplay
    since_january: str
    expected: list[str]


@dataclass(frozen=True)
class Disbursement:
    shown: FigureDisplay
    unit: str
    span: str  # the months, and below the same with their year
    period: str
    against: list[AgainstPlan]
    elapsed: str
    elapsed_x: str
    published: list[Compared]  # what was published of the same months
    newest_month: FigureDisplay | None
    newest_label: str
    finding: str
    plans: list[str]
    rows: list[MonthRow]
    chart: CumulativeChart | None
    plans_disagree: bool
    hollow: bool  # whether the chart has months that rest on illustrative reports only


def disbursement(scope: Scope, whole: Answer, by_month: Answer) -> Disbursement | None:
    """The section on money disbursed; None before the first approved report."""
    if scope.through is None or scope.programme is None:
        return None
    figure = whole.whole.figures[Measure.DISBURSED]
    single = scope.is_single_month
    progress = _progress(scope, whole)
    named = list(zip(progress, plan_names(progress), strict=True))
    months = [] if single else month_by_month(by_month, None)
    published = [each for each in figure.targets if each.target.measure == Measure.DISBURSED and each.target.through]
    published = published if scope.is_whole else []
    newest = by_month.rows[-1] if by_month.rows else None
    chart = _chart(scope, months, named, published)
    return Disbursement(
        shown=shown(whole.whole, Measure.DISBURSED, form="headline"),
        unit=formatting.money_unit("headline"),
        span=formatting.months(scope.first_month, scope.last_month),
        period=formatting.months_of_year(scope.first_month, scope.last_month, scope.programme.year),
        against=[_against(each, name) for each, name in named],
        elapsed=formatting.percent(whole.year_elapsed, 0),
        elapsed_x=along(whole.year_elapsed or 0),
        published=[compared(each) for each in published],
        newest_month=shown(newest, Measure.DISBURSED, form="headline") if newest and not single else None,
        newest_label=formatting.month_name(scope.last_month),
        finding=findings.pace(progress) or _without_plan(scope, whole.whole),
        plans=[formatting.sentence_case(name) for _each, name in named],
        rows=[_month_row(each, number, progress) for number, each in enumerate(months, start=1)],
        chart=chart,
        plans_disagree=len({each.planned for each in progress}) > 1,
        hollow=chart is not None and any(not dot.month.solid for dot in chart.dots),
    )


def _progress(scope: Scope, whole: Answer) -> list[Progress]:
    """What the sum is measured against: the programme's plans for its whole list, the records' own for a part of it."""
    if scope.is_single_month:
        return []
    return plan_progress(whole) if scope.is_whole else own_progress(whole)


def _without_plan(scope: Scope, whole: Row) -> str:
    value = whole.figures[Measure.DISBURSED].value
    if value is None:
        return _("Nothing reported for these months")
    values = {
        "amount": formatting.money_with_unit(value),
        "months": formatting.months(scope.first_month, scope.last_month),
    }
    if scope.is_single_month:
        return _("%(amount)s disbursed in %(months)s") % values
    return _("%(amount)s disbursed, %(months)s; no plan for the year is known to compare with") % values


def _against(progress: Progress, name: str) -> AgainstPlan:
    return AgainstPlan(
        name=formatting.sentence_case(name),
        in_sentence=name,
        plan=planned_text(progress),
        percent=formatting.percent(progress.share),
        filled=along(part(progress.done, progress.planned)),
        gap_points=formatting.points(progress.gap_share),
        gap=formatting.signed_money(progress.gap),
        source=progress.plan.source if progress.plan else None,
        note=progress.plan.note if progress.plan else "",
    )


def _month_row(month: MonthProgress, number: int, progress: list[Progress]) -> MonthRow:
    return MonthRow(
        label=month.row.name_zh,
        month=shown(month.row, Measure.DISBURSED),
        since_january=formatting.money(month.since_january),
        expected=[formatting.money(even_pace(each.planned, number)) for each in progress],
    )


def _chart(
    scope: Scope, months: list[MonthProgress], named: list[tuple[Progress, str]], published: list
) -> CumulativeChart | None:
    if not months or all(month.done is None for month in months):
        return None
    confirmed = {each.target.through_month for each in published if each.met}
    return cumulative_chart(
        [_month_end(scope, month, number, number in confirmed) for number, month in enumerate(months, start=1)],
        [_plan(scope, each, name) for each, name in named],
        label=_("Disbursed since January, and the even pace of each plan"),
        unit=formatting.unit_of("table"),
        expected=named[0][0].expected if named else None,
    )


def _month_end(scope: Scope, month: MonthProgress, number: int, confirmed: bool) -> MonthEnd:
    through = replace(scope, first_month=1, last_month=number)
    values = {
        "month": formatting.month_name(number),
        "year": scope.programme.year if scope.programme else "",
        "amount": formatting.money_with_unit(month.since_january),
    }
    return MonthEnd(
        number=number,
        amount=month.since_january,
        url=links.records([*through.parameters(), ("counted_in", Measure.DISBURSED)]),
        label=_("Disbursed by the end of %(month)s %(year)s: %(amount)s") % values,
        solid=confirmed or not is_illustrative(month.row),
    )


def is_illustrative(row: Row) -> bool:
    return row.illustrative is not None and bool(row.illustrative[Measure.DISBURSED].known)


def _plan(scope: Scope, progress: Progress, name: str) -> Plan:
    return Plan(
        name=formatting.sentence_case(name),
        value=progress.planned,
        text=planned_text(progress),
        url=links.records([*scope.parameters(), ("counted_in", Measure.PLANNED_DISBURSEMENT)]),
        dashed=bool(progress.plan) and progress.plan.kind != TargetKind.ANNOUNCED,
    )
