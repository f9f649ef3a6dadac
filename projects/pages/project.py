"""`/projects/<code>/`: what is known of one project and from where, statements that disagree, its years, months, history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from projects.access import Access, get_access
from projects.choices import Light, Measure, PlanKind, ReportState
from projects.history import as_of
from projects.models import (
    Claim,
    Entry,
    LightRule,
    Milestone,
    MonthlyReport,
    Problem,
    Project,
    Proposal,
    Rating,
    ReportEvent,
)
from projects.models.entry import was_on_list
from projects.models.fields import code_asked
from projects.monitoring.forecast import Forecast, Outlook, get_entry_forecast
from projects.monitoring.running_totals import since_start
from projects.provenance.origins import LastChange, entered_columns, entered_values
from projects.totals.lights import start_light
from projects.totals.pace import MonthProgress, get_reported_by_month, month_by_month
from projects.totals.plans import PlanProgress
from projects.totals.programmes import get_reader
from projects.totals.scope import Scope, year_of_record
from projects.totals.standings import Standing, has_started
from projects.totals.totals import Answer, Row, breakdowns

from . import formatting, links
from .changes.events import get_log_files, get_log_url, get_project_events
from .decorators import page
from .facts import ProjectFacts, get_waiting_values, unsourced_in_words, with_waiting_values
from .figure_display import FigureDisplay, begin_with_mark, not_compared_sentence
from .frame import bar
from .monitoring.milestones import MilestoneRow, ProjectMilestones, add_change_urls, group_by_project
from .monitoring.problems import ProblemRow, get_problem_rows
from .monitoring.project_records import get_change_url
from .notes import get_notes
from .parameters import NOTE, accepts_parameters
from .reach import reach_parameters, set_reader_of_project
from .return_address import opened_from
from .statements import acts_of, statements_about

# filters that say the same of a project in every month
_OF_THE_PROJECT = ("sector", "chain_link", "prefecture", "enterprise", "basis", "transferred", "kind", "status")


@dataclass(frozen=True)
class ProjectMonth:
    """A month of the year with its report; officials also see one that is not approved yet. `planned` is CNY."""

    progress: MonthProgress
    report: MonthlyReport | None
    planned: Fraction | None


@dataclass(frozen=True)
class Months:
    """The year month by month, up to the one that the page looks through; `plan` is the entry's own, in CNY."""

    months: list[ProjectMonth]
    plan: int | None

    @property
    def any_report(self) -> bool:
        return any(month.report for month in self.months)

    @property
    def bars(self) -> list[Row]:
        return [month.progress.row for month in self.months]


@page
@accepts_parameters("ordering", NOTE)
def project(request: HttpRequest, code: str) -> HttpResponse:
    """A project of the list of the year asked for, or of its newest list."""
    reader = set_reader_of_project(request, code_asked(code))
    found = get_object_or_404(Project.objects.visible_to(reader).with_references(), code=code_asked(code))
    entries = list(found.entries.select_related("programme__light_rule", "source"))
    listed, scope = _scopes(request, found, entries)
    entry = next((each for each in entries if scope.programme and each.programme_id == scope.programme.pk), None)
    answers = breakdowns(scope, None, "month", "basis", compared=False)
    whole = answers[None].total_row
    access = get_access(reader)
    claims = list(Claim.objects.visible_to(reader).filter(project=found).select_related("source", "project"))
    reports = _reports_of(entry, access) if entry else []
    facts = ProjectFacts(found, entry, claims, access, _entered(found, scope)).get_facts()
    facts, waiting = with_waiting_values(facts, get_waiting_values(found, reader))
    standing = scope.facts.standings_by_project.get(found.pk)
    year = get_project_year(request, found, entry, scope, reports=reports, standing=standing) if entry else None
    unsourced = unsourced_in_words(entries, scope)
    statements = statements_about(found, claims, acts=acts_of(request))
    context = {
        "bar": bar(request, scope, record=found),
        "scope": scope,
        "project": found,
        "entry": entry,
        "lede": formatting.sentences(
            [
                begin_with_mark(_lede(scope, whole, entry), whole.illustrative_share(Measure.DISBURSED)),
                not_compared_sentence(whole.figures[Measure.DISBURSED_OF_PLAN]),
            ]
        ),
        "facts": facts,
        "waiting": waiting,
        "statements": statements,
        "notes": get_notes(request, programme=scope.programme, project=found),
        "entries": entries,
        "unsourced": unsourced,
        "year": year,
        "silent": bool(year) and not year.plans and not year.reports and not reports and standing.disbursed is None,
        "around": get_neighbours(listed, found) if entry else None,
        "year_months": _months(scope, answers["month"], standing, reports),
        **_of_months(scope, whole),
    }
    return render(request, "projects/project.html", context | _history(request, found) | _acts(request, found))


def _reports_of(entry: Entry, access: Access) -> list[MonthlyReport]:
    reports = MonthlyReport.objects.filter(entry=entry)
    return list(reports.approved() if access.public else reports)


def _entered(found: Project, scope: Scope) -> Mapping[str, LastChange]:
    """Return the changes by which somebody entered what the project's source does not say, by column."""
    until = scope.as_of.revision if scope.as_of else None
    return entered_values(Project, entered_columns(Project), [found.pk], until=until).get(found.pk, {})


def _of_months(scope: Scope, whole: Row) -> dict[str, Any]:
    """What the months of the question come to."""
    return {
        "disbursed": FigureDisplay(whole, Measure.DISBURSED),
        "of_plan": FigureDisplay(whole, Measure.DISBURSED_OF_PLAN),
        "span": formatting.months(scope.first_month, scope.last_month) if scope.end_month else "",
        "unit": formatting.money_unit("table"),
    }


def _history(request: HttpRequest, found: Project) -> dict[str, Any]:
    in_log = [("project", found.code), *reach_parameters(request)]
    return {
        "events": get_project_events(found, get_reader(request)),
        "all_changes_url": get_log_url(in_log),
        "files_of_changes": get_log_files(in_log),
    }


def _acts(request: HttpRequest, found: Project) -> dict[str, Any]:
    """What the reader may do about it."""
    return {
        "add_milestone_url": _build_add_url(request, Milestone(project=found)),
        "add_problem_url": _build_add_url(request, Problem(project=found)),
        "may_propose": request.user.has_perm("projects.add_proposal", Proposal(project=found)),
        "may_change": request.user.has_perm("projects.change_project", found),
    }


def _build_add_url(request: HttpRequest, record: Milestone | Problem) -> str:
    """Return the form for a new record of the project; '' where the reader may not add one, and of the past."""
    name = record._meta.model_name
    if as_of.get_as_of() or not request.user.has_perm(f"projects.add_{name}", record):
        return ""
    return opened_from(request, f"{name}-add", anchor=f"{name}s", project=record.project.code)


def _scopes(request: HttpRequest, found: Project, entries: list[Entry]) -> tuple[Scope, Scope]:
    """The list that it was reached from, and the question about this one project, in the year of its record.

    Of the filters of a list that it was reached from those go on that say what the project is.
    """
    scope = Scope.from_request(request)
    years = [each.programme.year for each in entries]
    if year := year_of_record(request.GET, scope.programme, years):
        scope = Scope.from_request(request, year=year)
    own = (("code", found.code),)
    asked = tuple(pair for pair in scope.filters if pair[0] in _OF_THE_PROJECT)
    narrowed = replace(scope, filters=(*asked, *own))
    return scope, narrowed if asked and narrowed.projects().exists() else replace(scope, filters=own)


def _is_off_list(scope: Scope, entry: Entry | None) -> bool:
    month = scope.span.list_month
    return entry is not None and month is not None and not was_on_list(entry.joined, entry.left, month)


def _lede(scope: Scope, whole: Row, entry: Entry | None) -> str:
    """The project's progress in one sentence; empty without reports."""
    done = whole.figures[Measure.DISBURSED].value
    if done is None or scope.end_month is None:
        return ""
    values: dict[str, Any] = {
        "amount": formatting.money_with_unit(done, "table"),
        "months": formatting.months(scope.first_month, scope.last_month),
        "year": scope.end_month.year,
    }
    if whole.progress is None and _is_off_list(scope, entry):
        values["month"] = formatting.month_name(scope.last_month)
        told = _(
            "%(amount)s disbursed, %(months)s %(year)s; off the list in %(month)s, so that no plan is held against it."
        )
        return told % values
    if whole.figures[Measure.DISBURSED_OF_PLAN].is_plan_zero:
        return _("%(amount)s disbursed, %(months)s %(year)s; the annual plan is zero.") % values
    if whole.progress is None:
        return _("%(amount)s disbursed, %(months)s %(year)s; no annual plan is known.") % values
    values["percent"] = formatting.percent(whole.progress)
    if scope.is_single_month:
        return _("%(amount)s disbursed in %(months)s %(year)s, %(percent)s of the year's plan.") % values
    values["gap"] = formatting.compared_points(
        whole.gap_share,
        behind=_("%(points)s percentage points behind the pro-rata plan"),
        level=_("level with the pro-rata plan"),
        ahead=_("%(points)s percentage points ahead of the pro-rata plan"),
    )
    return _("%(amount)s disbursed, %(months)s %(year)s: %(percent)s of the year's plan, %(gap)s.") % values


def _months(scope: Scope, by_month: Answer, standing: Standing | None, reports: list[MonthlyReport]) -> Months:
    announced = standing.plans.get(PlanKind.ANNOUNCED) if standing else None
    plan = announced.amount if announced else None
    by_number = {report.month: report for report in reports}
    months = [] if scope.is_single_month else month_by_month(by_month, get_reported_by_month(scope), plan)
    return Months(
        [
            ProjectMonth(month, by_number.get(number), announced.of_month(number) if announced else None)
            for number, month in enumerate(months, start=1)
        ],
        plan,
    )


def get_neighbours(listed: Scope, project: Project) -> dict[str, Any] | None:
    """Return the projects before and after one in the order of a list, None at its ends.

    None too if the list does not hold it. Two queries.
    """
    # an address that names the project alone, such as that of a figure, says nothing of a list
    scope = replace(listed, filters=tuple(pair for pair in listed.filters if pair[0] != "code"))
    keys = list(scope.projects().values_list("pk", flat=True))
    if project.pk not in keys:
        return None
    place = keys.index(project.pk)
    sides = [keys[place - 1] if place else None, keys[place + 1] if place + 1 < len(keys) else None]
    named = Project.objects.visible_to(scope.user).in_bulk([key for key in sides if key])
    query = [*scope.of_year, *scope.ordering]  # beside what travels with every link

    def link(neighbour: Project | None) -> links.PageLink | None:
        return neighbour and links.PageLink(neighbour.name, links.page("project", neighbour.code, query=query))

    before, after = (link(named.get(key)) for key in sides)
    return {"before": before, "after": after, "list_url": links.page("projects", query=query)}


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


def get_project_year(
    request: HttpRequest,
    project: Project,
    entry: Entry,
    scope: Scope,
    *,
    reports: Sequence[MonthlyReport],
    standing: Standing,
) -> Year:
    """Return the year of an entry, at the end of the scope's last month."""
    rule, plans, done = scope.facts.rule, standing.by_plan, standing.disbursed
    to_date = [each for each in reports if each.month <= scope.last_month]
    return Year(
        entry=entry,
        since_start=since_start(entry, done) if scope.first_month == 1 else None,
        plans=plans,
        plans_differ=standing.plans_differ,
        lights=_lights(rule, standing.light, project, entry, to_date, scope),
        rating=_get_rating(entry, scope),
        reports=[each for each in reports if _says_more(each)],
        forecast=Forecast(None, 0, 1, is_over=True) if scope.year_is_over else get_entry_forecast(plans),
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


def _get_rating(entry: Entry, scope: Scope) -> Rating | None:
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
