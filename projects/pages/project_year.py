"""One project's year: its plans side by side, lights and rating, what each month said, forecasts, and who did what.

A fixed number of queries: a page about one project asks for each kind of record once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.choices import Light, ReportState
from projects.models import Entry, LightRule, Milestone, MonthlyReport, Problem, Project, Rating, ReportEvent
from projects.monitoring.forecast import Forecast, Outlook, get_entry_forecast
from projects.monitoring.running_totals import since_start
from projects.totals.lights import light_at, start_light
from projects.totals.plans import PlanProgress, measured_against, plans_differ, plans_of, progress_by_plan
from projects.totals.scope import Scope
from projects.totals.standings import has_started

from .monitoring.milestones import MilestoneRow, ProjectMilestones, add_change_urls, group_by_project
from .monitoring.problems import ProblemRow, get_problem_rows
from .monitoring.project_records import get_change_url


@dataclass(frozen=True)
class Year:
    """Everything about the year. `since_start` is CNY disbursed from the start of the project, None if not known.

    `lights` are pairs of a light and its meaning, that of progress first; `reports` those that say more than an amount.
    """

    entry: Entry
    since_start: int | None
    plans: list[PlanProgress]
    plans_differ: bool
    lights: list[tuple[Light | None, str]]
    rating: Rating | None
    reports: list[MonthlyReport]
    forecast: Forecast
    milestones: list[ProjectMilestones]
    problems: list[ProblemRow]
    events: list[ReportEvent]

    @property
    def light(self) -> Light | None:
        return self.lights[0][0]

    @property
    def forecast_plans(self) -> list[tuple[str, Outlook]]:
        """The plans that the forecast is compared with, each with its name."""
        return [
            (str(line.plan.kind.label), each) for line, each in zip(self.plans, self.forecast.against, strict=False)
        ]

    @property
    def disagrees(self) -> bool:
        """Whether the reviewer and the rule say different things."""
        return self.rating is not None and self.light is not None and self.rating.light != self.light


def project_year(
    request: HttpRequest,
    project: Project,
    entry: Entry,
    scope: Scope,
    *,
    reports: Sequence[MonthlyReport],
    done: int | None,
) -> Year:
    """The year of an entry; `done` is CNY from January to the scope's last month, None when that is not shown."""
    plans, programme = plans_of(entry), entry.programme
    rule = programme.light_rule
    rated = measured_against(plans, rule) if rule else None
    is_held_against = done is not None or (scope.is_comparable and not scope.is_single_month)
    to_date = [each for each in reports if each.month <= scope.last_month]
    light = light_at(rule, rated, month=scope.last_month, done=done)
    return Year(
        entry=entry,
        since_start=since_start(entry, done) if scope.first_month == 1 else None,
        plans=progress_by_plan(plans, rated=rated, done=done, month=scope.last_month if is_held_against else 0),
        plans_differ=plans_differ(plans),
        lights=_lights(rule, light, project, entry, to_date, scope),
        rating=_rating(entry, scope),
        reports=[each for each in reports if _says_more(each)],
        forecast=get_entry_forecast(plans, month=scope.last_month, done=done if scope.end_month else None),
        milestones=_milestones(request, project, scope, entry),
        problems=_problems(request, project, scope, entry),
        events=[] if scope.access.public else _events(entry),
    )


def _lights(
    rule: LightRule | None,
    light: Light | None,
    project: Project,
    entry: Entry,
    reports: Sequence[MonthlyReport],
    scope: Scope,
) -> list[tuple[Light | None, str]]:
    """The light of progress, and that of the start where a day for it is known."""
    found = [(light, _("progress"))]
    if rule is not None and scope.end_month is not None:
        approved = [each for each in reports if each.state == ReportState.APPROVED]
        started = has_started(entry.status, approved)
        start = start_light(rule, expected=project.started, is_started=started, month=scope.end_month)
        if start:
            found.append((start, _("start")))
    return found


def _rating(entry: Entry, scope: Scope) -> Rating | None:
    ratings = Rating.objects.visible_to(scope.user).filter(entry=entry).most_recent(through=scope.last_month)
    rating = ratings.select_related("author").first()
    if rating is not None:
        rating.entry = entry  # its age follows from the programme's calendar, which is loaded
    return rating


def _says_more(report: MonthlyReport) -> bool:
    return bool(report.stage or report.progress or report.reason or report.problems or report.forecast is not None)


def _milestones(request: HttpRequest, project: Project, scope: Scope, entry: Entry) -> list[ProjectMilestones]:
    today = entry.programme.today
    milestones = Milestone.objects.visible_to(scope.user).filter(project=project).order_by("planned", "pk")
    rows = [MilestoneRow(milestone, today) for milestone in milestones]
    for row in rows:
        row.record.project = project
    groups = group_by_project(rows)
    add_change_urls(request, groups)
    return groups


def _problems(request: HttpRequest, project: Project, scope: Scope, entry: Entry) -> list[ProblemRow]:
    rows = get_problem_rows(Problem.objects.visible_to(scope.user).filter(project=project), entry.programme.today)
    for row in rows:
        row.problem.project = project
        row.change_url = get_change_url(request, row.problem)
    return rows


def _events(entry: Entry) -> list[ReportEvent]:
    """The steps of the year's reports, newest first: for readers with a grant only."""
    return list(ReportEvent.objects.filter(report__entry=entry).select_related("report", "user"))
