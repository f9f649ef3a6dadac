"""The reports that wait in a month, each against last month, its plan and its light before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from projects.choices import Light, ListStatus
from projects.models import Entry, MonthlyReport, Programme, Round
from projects.monitoring.review import ReviewedReport, ReviewSums, biggest_change_first, hints
from projects.monitoring.sheet import add_amounts
from projects.pages import formatting, links
from projects.plausibility.checks import find_doubts_in_review
from projects.plausibility.rules import Doubt
from projects.totals.lights import behind_at, light_at, must_explain
from projects.totals.plans import Plans, YearPlan, measured_against, plans_by_entry
from projects.totals.standings import is_late
from projects.totals.totals import ratio

from .review_acts import chosen_as


@dataclass(frozen=True)
class WaitingReport:
    """One report that waits. Amounts in CNY, shares of 1; None where they are not known."""

    report: MonthlyReport
    reviewed: ReviewedReport
    plan: YearPlan | None
    due: Fraction | None  # what the plan asks for to date
    before: Light | None
    after: Light | None
    hints: list[str]
    is_own: bool  # submitted by the reviewer, who cannot approve it

    @property
    def year_plan(self) -> int | None:
        return self.plan.amount if self.plan else None


@dataclass(frozen=True)
class ReviewLine:
    """A line of the queue, or its foot. Amounts in CNY, shares of 1; None where they are not known."""

    last: int | None
    now: int | None
    change: int | None
    month_share: Fraction | None
    year_to_date: int | None
    share: Fraction | None
    gap: Fraction | None


@dataclass(frozen=True)
class ReviewRow:
    waiting: WaitingReport
    line: ReviewLine
    url: str
    hints: str
    amount: int

    @property
    def chosen_as(self) -> str:
        return chosen_as(self.waiting.report)

    @property
    def report(self) -> MonthlyReport:
        return self.waiting.report

    @property
    def project(self) -> Any:
        return self.waiting.report.entry.project


def submitted_reports(programme: Programme, month: int, *, user: Any) -> QuerySet:
    """What is submitted for a month, the biggest change first."""
    found = MonthlyReport.objects.visible_to(user).filter(entry__programme=programme, month=month).submitted()
    return biggest_change_first(found, user)


def waiting_reports(
    reports: list[MonthlyReport], programme: Programme, month: int, *, user: Any
) -> list[WaitingReport]:
    """What there is to know of reports that wait. Four queries, whatever their number."""
    if not reports:
        return []
    for report in reports:
        report.entry.programme = programme
    entries = [report.entry for report in reports]
    earlier: dict[int, dict[int, MonthlyReport]] = defaultdict(dict)
    found = MonthlyReport.objects.visible_to(user).filter(entry__in=[entry.pk for entry in entries], month__lt=month)
    for each in found:
        earlier[each.entry_id][each.month] = each
    plans = plans_by_entry(entries)
    round_ = Round.objects.visible_to(user).filter(programme=programme, month=month).first()
    months = {entry: [of[number] for number in sorted(of)] for entry, of in earlier.items()}
    doubts = find_doubts_in_review(reports, months)
    return [
        _waiting(each, earlier[each.entry_id], plans[each.entry_id], round_, doubts[each.pk], user) for each in reports
    ]


def with_projects(reports: QuerySet) -> QuerySet:
    """With what a line of the queue, and the rules in force, name of them."""
    return reports.select_related("entry__project__prefecture", "submitted_by", "entry__project__enterprise")


def _waiting(
    report: MonthlyReport,
    earlier: dict[int, MonthlyReport],
    plans: Plans,
    round_: Round | None,
    doubts: Iterable[Doubt],
    user: Any,
) -> WaitingReport:
    rule, month = report.entry.programme.light_rule, report.month
    plan = measured_against(plans, rule)
    before = add_amounts(each.disbursed for each in earlier.values())
    last = earlier.get(month - 1)
    done = int(before.amount or 0) + (report.disbursed or 0)
    reviewed = ReviewedReport(
        amount=report.disbursed or 0,
        last=last.disbursed if last else None,
        before=int(before.amount or 0),
        had_money=_had_money(report.entry),
        month_plan=plan.of_month(month) if plan else None,
        year_plan=plan.amount if plan else None,
        forecast=report.forecast,
        must_explain=must_explain(rule, behind_at(rule, plans, month=month, done=done)),
        is_explained=bool(report.reason.strip() and report.measure.strip()),
        is_late=is_late(report.handed_in_on, round_.punctual_until if round_ else None),
    )
    return WaitingReport(
        report=report,
        reviewed=reviewed,
        plan=plan,
        due=plan.to_date(month) if plan else None,
        before=light_at(rule, plan, month=month - 1, done=reviewed.before if before.known else None),
        after=light_at(rule, plan, month=month, done=done),
        hints=[*(str(hint.label) for hint in hints(reviewed)), *(doubt.message.rstrip(".。") for doubt in doubts)],
        is_own=report.submitted_by_id == user.pk,
    )


def _had_money(entry: Entry) -> bool:
    """Whether money was disbursed in earlier years: a continuing project had some, even where the amount is not known."""
    if entry.disbursed_before is None:
        return entry.status == ListStatus.CONTINUING
    return entry.disbursed_before > 0


def review_row(waiting: WaitingReport) -> ReviewRow:
    reviewed, report = waiting.reviewed, waiting.report
    return ReviewRow(
        waiting=waiting,
        line=_line(
            last=reviewed.last,
            now=reviewed.amount,
            change=reviewed.change,
            month_plan=reviewed.month_plan,
            done=reviewed.year_to_date,
            planned_done=reviewed.year_to_date,
            year_plan=waiting.year_plan,
            due=waiting.due,
        ),
        url=links.project(report.entry.project.code, year=report.entry.programme.year),
        hints=formatting.listing(waiting.hints),
        amount=reviewed.amount,
    )


def foot(sums: ReviewSums) -> ReviewLine:
    """Sums of all that are shown, on whatever page; percentages are of the reports that have a plan."""
    return _line(
        last=sums.last,
        now=sums.now,
        change=sums.change,
        month_plan=sums.month_plan,
        done=sums.year_to_date,
        planned_done=sums.planned_year_to_date,
        planned_now=sums.planned_now,
        year_plan=sums.year_plan,
        due=sums.due,
    )


def _line(
    *,
    last: int | None,
    now: int | None,
    change: int | None,
    month_plan: Fraction | int | None,
    done: int | None,
    planned_done: int | None,
    year_plan: int | None,
    due: Fraction | int | None,
    planned_now: int | None = None,
) -> ReviewLine:
    planned_now = now if planned_now is None else planned_now
    of_month = Fraction(planned_now) / month_plan if planned_now is not None and month_plan else None
    gap = (
        (planned_done - due) / Fraction(year_plan)
        if planned_done is not None and due is not None and year_plan
        else None
    )
    return ReviewLine(
        last=last,
        now=now,
        change=change,
        month_share=of_month,
        year_to_date=done,
        share=ratio(planned_done, year_plan),
        gap=gap,
    )
