"""Money disbursed: the sum, each plan it is measured against, the months that led to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from projects.choices import Measure, TargetKind
from projects.pages import formatting, links
from projects.pages.figure_display import (
    FigureDisplay,
    get_illustrative_words,
    mark_illustrative,
    not_compared_sentence,
)
from projects.pages.month_notice import approved_of_asked
from projects.pages.targets import Compared, NamedProgress, build_comparison_display, named_progress
from projects.periods import Month
from projects.totals.pace import (
    MonthProgress,
    Progress,
    get_reported_by_month,
    month_by_month,
    own_progress,
    plan_progress,
)
from projects.totals.results import is_withheld
from projects.totals.scope import Scope
from projects.totals.targets import Comparison
from projects.totals.totals import Answer, Row

from ..charts.bars import Bullet
from ..charts.cumulative import CumulativeChart, MonthEnd, PlanOnChart, cumulative_chart
from ..charts.value_box import ValueBox
from . import findings


@dataclass(frozen=True)
class Disbursement:
    figure: FigureDisplay
    months: str  # such as 'January to June', and below the same with the year
    period: str
    against: list[NamedProgress]
    published: list[Compared]  # numbers published of the same months
    finding: str
    rows: list[dict[str, Any]]
    chart: CumulativeChart | None
    not_compared: str = ""  # what is on one side of the comparison alone, in words

    @property
    def due_share(self) -> Fraction | None:
        """The part of the first plan that is due in the months reported."""
        return self.against[0].progress.due_share if self.against else None

    @property
    def plans_disagree(self) -> bool:
        return len({plan.progress.planned for plan in self.against}) > 1

    @property
    def is_hollow(self) -> bool:
        """Return whether the chart has months of illustrative reports only."""
        return self.chart is not None and any(not dot.month.solid for dot in self.chart.dots)

    @property
    def bullets(self) -> list[tuple[NamedProgress, Bullet]]:
        """Return each plan with its bullet, all on one scale."""
        longest = max((plan.progress.planned for plan in self.against), default=0)
        return [(plan, self._build_bullet(plan, longest)) for plan in self.against]

    def _build_bullet(self, plan: NamedProgress, longest: int) -> Bullet:
        progress, name = plan.progress, formatting.sentence_case(plan.name)
        percent = formatting.percent(progress.share)
        box = ValueBox(
            name,
            (
                (Measure.DISBURSED.header, formatting.money(progress.done, "headline")),
                (_("Plan"), plan.planned),
                (Measure.DISBURSED_OF_PLAN.header, percent),
                (_("Pro-rata plan"), formatting.money(progress.due, "headline")),
                (_("Gap, percentage points"), formatting.points(progress.gap_share)),
                (_("Gap"), formatting.signed_money(progress.gap)),
            ),
            formatting.money_unit("headline"),
        )
        return Bullet(
            label=_("%(plan)s: %(percent)s") % {"plan": name, "percent": percent},
            url=self.figure.url,
            plan=progress.planned,
            done=progress.done,
            elapsed=progress.due_share,
            longest=longest,
            illustrative=bool(self.figure.illustrative_extent),
            box=box,
        )


def build_disbursement(scope: Scope, whole: Answer, by_month: Answer) -> Disbursement | None:
    """Return the section on money disbursed; None before the first approved report."""
    if scope.end_month is None or scope.programme is None:
        return None
    row = whole.total_row
    figure = row.figures[Measure.DISBURSED]
    progress = _get_progress(scope, whole)
    named = named_progress(progress)
    months = [] if scope.is_single_month else month_by_month(by_month, get_reported_by_month(scope))
    rows = [_build_month(scope, month, number, months[-1], progress) for number, month in enumerate(months, start=1)]
    published = [
        target
        for target in figure.targets
        if scope.is_whole and target.target.measure == Measure.DISBURSED and target.target.end_month
    ]
    first, last = scope.first_month, scope.last_month
    return Disbursement(
        figure=FigureDisplay(row, Measure.DISBURSED, form="headline"),
        months=formatting.months(first, last) + approved_of_asked(scope),
        period=formatting.months_of_year(first, last, scope.programme.year) + approved_of_asked(scope),
        against=named,
        published=[build_comparison_display(target) for target in published],
        finding=_build_finding(scope, row, progress),
        rows=rows,
        chart=_build_chart(scope, rows, named, published),
        not_compared="" if scope.is_single_month else not_compared_sentence(row.figures[Measure.DISBURSED_OF_PLAN]),
    )


def _build_month(
    scope: Scope, month: MonthProgress, number: int, last: MonthProgress, progress: list[Progress]
) -> dict[str, Any]:
    """Return a month of table and chart; `url` explains its sum since January.

    `expected` is what each plan asks for by then: of what it asks for by the last month the part that entries' plans do.
    """
    parameters = replace(scope, first_month=1, last_month=number).parameters()
    part = month.reported.due / last.reported.due if last.reported.due else 0
    return {
        "month": month,
        "number": number,
        "parameters": parameters,
        "url": links.page("figure", Measure.DISBURSED, query=parameters, filters=False),
        "expected": [plan.due * part for plan in progress],
    }


def _get_progress(scope: Scope, whole: Answer) -> list[Progress]:
    """Return progress against the programme's plans; of a part, and where none was published, against the records' own."""
    if scope.is_single_month:
        return []
    return (plan_progress(whole) if scope.is_whole else []) or own_progress(whole)


def _build_finding(scope: Scope, whole: Row, progress: list[Progress]) -> str:
    """Return what the sum comes to beside the plans, and how much of it is made up."""
    if pace := findings.pace_sentence(progress):
        return mark_illustrative(pace, whole, Measure.DISBURSED)
    value = whole.figures[Measure.DISBURSED].value
    if value is None:
        return _("Nothing reported for these months")
    values = {
        "amount": mark_illustrative(formatting.money_with_unit(value), whole, Measure.DISBURSED),
        "months": formatting.months(scope.first_month, scope.last_month),
    }
    if scope.is_single_month:
        return _("%(amount)s disbursed in %(months)s") % values
    if whole.figures[Measure.PLANNED_DISBURSEMENT].known and is_withheld(whole):
        return withheld_reason(scope, whole)
    return _("%(amount)s disbursed, %(months)s; no plan for the year is known to compare with") % values


def withheld_reason(scope: Scope, whole: Row) -> str:
    """Return why a sum is compared with no plan; empty where it is, or where there are none."""
    if scope.is_single_month or not is_withheld(whole):
        return ""
    figure = whole.figures[Measure.DISBURSED_OF_PLAN]
    values = {"known": formatting.count(figure.known), "of": formatting.count(figure.of)}
    return (
        _("%(known)s of %(of)s projects have both a plan and a report: too few for a comparison with a plan") % values
    )


def _build_chart(
    scope: Scope, rows: list[dict[str, Any]], named: list[NamedProgress], published: list[Comparison]
) -> CumulativeChart | None:
    if all(row["month"].done is None for row in rows):
        return None
    confirmed = {target.target.through_month for target in published if target.met}
    return cumulative_chart(
        [_build_month_end(scope, row, named, is_confirmed=row["number"] in confirmed) for row in rows],
        [_build_plan_line(scope, plan) for plan in named],
        label=_("Disbursed since January, and the pro-rata part of each plan"),
        unit=formatting.unit_of("table"),
        expected=named[0].progress.due if named else None,
    )


def _build_month_end(scope: Scope, row: dict[str, Any], named: list[NamedProgress], *, is_confirmed: bool) -> MonthEnd:
    month: MonthProgress = row["month"]
    values = {
        "month": formatting.month_name(row["number"]),
        "year": scope.year or "",
        "amount": formatting.money_with_unit(month.since_january),
    }
    return MonthEnd(
        number=row["number"],
        amount=month.since_january,
        url=links.records([*row["parameters"], ("counted_in", Measure.DISBURSED)]),
        label=_("Disbursed by the end of %(month)s %(year)s: %(amount)s") % values,
        solid=is_confirmed or not is_illustrative(month.row),
        box=_build_box(scope, row, named),
    )


def _build_box(scope: Scope, row: dict[str, Any], named: list[NamedProgress]) -> ValueBox:
    """Return the sums of the month and since January, and the gap to each plan."""
    month: MonthProgress = row["month"]
    rows = [
        (_("In the month"), "" if month.done is None else formatting.money(month.done)),
        (_("Since January"), formatting.money(month.since_january)),
    ]
    for plan, expected in zip(named, row["expected"], strict=True):
        name = {"plan": formatting.sentence_case(plan.name)}
        rows += [
            (_("%(plan)s, pro rata") % name, formatting.money(expected)),
            (_("%(plan)s, gap") % name, formatting.signed_money(month.reported.done - expected, "table")),
        ]
    figure = month.row.figures[Measure.DISBURSED]
    note = [formatting.money_unit("table"), _("%(known)s reports") % {"known": formatting.count(figure.known)}]
    return ValueBox(
        formatting.month_of_year(Month(scope.programme.year, row["number"])) if scope.programme else "",
        tuple(rows),
        formatting.clauses([*note, get_illustrative_words(month.row, Measure.DISBURSED)]),
    )


def is_illustrative(row: Row) -> bool:
    return row.illustrative is not None and bool(row.illustrative[Measure.DISBURSED].known)


def _build_plan_line(scope: Scope, named: NamedProgress) -> PlanOnChart:
    plan = named.progress.plan
    return PlanOnChart(
        name=formatting.sentence_case(named.name),
        value=named.progress.planned,
        text=named.planned,
        url=links.records([*scope.parameters(), ("counted_in", Measure.PLANNED_DISBURSEMENT)]),
        dashed=plan is not None and plan.kind != TargetKind.ANNOUNCED,
        short="" if plan else formatting.sentence_case(_("their own plans")),
    )
