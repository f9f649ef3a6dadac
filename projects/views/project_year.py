"""One project's year: its plans side by side, lights and rating, what each month said, forecasts, and who did what.

A fixed number of queries: a page about one project asks for each kind of record once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from projects.choices import ReportState, Stage
from projects.models import Entry, LightRule, Milestone, MonthlyReport, Problem, Project, Rating, ReportEvent
from projects.monitoring.entry_status import has_started, newest_stage
from projects.monitoring.forecast import forecasts_of_entry
from projects.monitoring.lights import start_light
from projects.monitoring.plan_status import light_at
from projects.monitoring.plans import YearPlan, measured_against, plans_of
from projects.monitoring.running_totals import since_start
from projects.totals.scope import Scope
from projects.totals.totals import ratio

from . import formatting
from .monitoring import forecast
from .monitoring.entry_status_rows import Judgement, disagreement, judgement
from .monitoring.milestones import ProjectLine, project_lines
from .monitoring.problem_rows import ProblemLine, problem_line
from .monitoring.problems import overdue_first
from .monitoring.rule_description import plan_heading


@dataclass(frozen=True)
class PlanLine:
    """One plan in force. Texts are empty where nothing is recorded; `is_rated` when the light is measured against it."""

    plan: YearPlan
    label: str
    amount: str
    share: str
    decided: str
    curve: str
    is_rated: bool


@dataclass(frozen=True)
class MonthWords:
    """What a month's report says beside its amount."""

    month: str
    stage: str
    progress: str
    reason: str
    measure: str
    problems: str
    forecast: str


@dataclass(frozen=True)
class EventLine:
    """What was done with a report."""

    when: str
    who: str
    month: str
    action: str
    comment: str


@dataclass(frozen=True)
class Year:
    """Everything about the year. `since_start` is money disbursed from the start, empty if not known.

    `lights` are pairs of a light and its meaning; `heads` the plans of the forecasts.
    """

    since_start: str
    plans: list[PlanLine]
    differing: bool
    lights: list[tuple[str, str]]
    judgement: Judgement | None
    disagreement: str
    words: list[MonthWords]
    heads: list[forecast.PlanHead]
    forecasts: list[forecast.ForecastRow]
    milestones: list[ProjectLine]
    problems: list[ProblemLine]
    events: list[EventLine]
    today: Any = field(default=None)


def project_year(
    project: Project, entry: Entry, scope: Scope, *, reports: Sequence[MonthlyReport], done: int | None
) -> Year:
    """The year of an entry; `done` is CNY from January to the scope's last month, None when that is not shown."""
    plans, programme = plans_of(entry), entry.programme
    rule = programme.light_rule
    rated = measured_against(plans, rule) if rule else None
    to_date = [each for each in reports if each.month <= scope.last_month]
    light = light_at(rule, rated, month=scope.last_month, done=done)
    rating = _rating(entry, scope)
    outlooks = (
        forecasts_of_entry(plans, month=scope.last_month, done=done, said=_said(to_date)) if scope.through else []
    )
    total = since_start(entry, done) if scope.first_month == 1 else None
    return Year(
        since_start="" if total is None else formatting.money_with_unit(total, "table"),
        plans=[_plan_line(each, done, is_rated=each is rated) for each in plans.values()],
        differing=len({each.amount for each in plans.values()}) > 1,
        lights=_lights(rule, light, project, entry, to_date, scope),
        judgement=judgement(rating, scope.access),
        disagreement=disagreement(rating, light),
        words=[line for each in reports if (line := _month_words(each))],
        heads=[
            forecast.PlanHead(plan_heading(kind), formatting.money(plan.amount), None) for kind, plan in plans.items()
        ],
        forecasts=[forecast.line(each) for each in outlooks],
        milestones=_milestones(project, scope, entry),
        problems=_problems(project, scope, entry),
        events=[] if scope.access.public else _events(entry),
        today=programme.today,
    )


def _plan_line(plan: YearPlan, done: int | None, *, is_rated: bool) -> PlanLine:
    return PlanLine(
        plan=plan,
        label=plan_heading(plan.kind),
        amount=formatting.money(plan.amount),
        share=formatting.share(ratio(done, plan.amount)),
        decided=plan.record.decided_on.isoformat() if plan.record else "",
        curve=_("even pace") if plan.is_even else _("month by month"),
        is_rated=is_rated,
    )


def _lights(
    rule: LightRule | None,
    light: str | None,
    project: Project,
    entry: Entry,
    reports: Sequence[MonthlyReport],
    scope: Scope,
) -> list[tuple[str, str]]:
    """The light of progress, and that of the start where a day for it is known."""
    found = [(light or "", _("progress"))]
    if rule is not None and scope.through is not None:
        approved = [each for each in reports if each.state == ReportState.APPROVED]
        started = has_started(entry, approved, newest_stage(approved))
        start = start_light(rule, expected=project.started, is_started=started, month=scope.through)
        if start:
            found.append((start, _("start")))
    return found


def _rating(entry: Entry, scope: Scope) -> Rating | None:
    ratings = Rating.objects.visible_to(scope.user).filter(entry=entry).newest(through=scope.last_month)
    found = ratings.select_related("author").first()
    if found is not None:
        found.entry = entry  # its age is told by the programme's calendar, which is at hand
    return found


def _said(reports: Sequence[MonthlyReport]) -> int | None:
    """The officers' newest forecast that is approved."""
    approved = [each for each in reports if each.state == ReportState.APPROVED and each.forecast is not None]
    return approved[-1].forecast if approved else None


def _month_words(report: MonthlyReport) -> MonthWords | None:
    if not (report.stage or report.progress or report.reason or report.problems or report.forecast is not None):
        return None
    return MonthWords(
        month=formatting.month_name(report.month),
        stage=str(Stage(report.stage).label) if report.stage else "",
        progress=report.progress,
        reason=report.reason,
        measure=report.measure,
        problems=report.problems,
        forecast="" if report.forecast is None else formatting.money(report.forecast),
    )


def _milestones(project: Project, scope: Scope, entry: Entry) -> list[ProjectLine]:
    found = list(Milestone.objects.visible_to(scope.user).filter(project=project))
    for each in found:
        each.project = project
    return project_lines(found, entry.programme.today, year=entry.programme.year)


def _problems(project: Project, scope: Scope, entry: Entry) -> list[ProblemLine]:
    found = list(Problem.objects.visible_to(scope.user).filter(project=project))
    for each in found:
        each.project = project
    today = entry.programme.today
    return [problem_line(each, access=scope.access, today=today, steps=[]) for each in overdue_first(found, today)]


def _events(entry: Entry) -> list[EventLine]:
    """The steps of the year's reports, newest first: for readers with a grant only."""
    found = ReportEvent.objects.filter(report__entry=entry).select_related("report", "user")
    return [
        EventLine(
            when=f"{timezone.localtime(each.at):%Y-%m-%d %H:%M}",
            who=each.user.display_name,
            month=formatting.month_name(each.report.month),
            action=str(each.get_action_display()),
            comment=each.comment,
        )
        for each in found
    ]
