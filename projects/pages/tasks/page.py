"""Page `/tasks/`: what waits for the signed-in user, then the figures of the own projects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.access import get_access
from projects.choices import Light, Measure, ReportPart, ReportState, Role, RoundState, TaskKind
from projects.history import as_of
from projects.models import MonthlyReport, Prefecture, Programme, Round
from projects.monitoring.report_counts import ReportCounts, count_reports_by_prefecture
from projects.monitoring.standings import load_records, sort_standings
from projects.monitoring.tasks import Task, Tasks, tasks_of
from projects.periods import Month
from projects.totals.pace import own_progress
from projects.totals.scope import Scope, year_of_record
from projects.totals.standings import Standing
from projects.totals.totals import Answer, breakdowns
from sectors.models import in_language

from .. import formatting, links
from ..decorators import no_store, work_page
from ..downloads import table_download
from ..figure_display import FigureDisplay
from ..frame import places_read, stay_in_year
from ..parameters import accepts_parameters
from ..reach import has_reach
from ..tables import (
    FILES,
    ChoiceColumn,
    Column,
    MoneyColumn,
    NumberColumn,
    PointsColumn,
    ShareColumn,
    Table,
    basis_column,
    project_columns,
)
from .lines import add_part, build_task_lines, days_left

_FIGURES = (
    Measure.PROJECT_COUNT.value,
    Measure.TOTAL_INVESTMENT.value,
    Measure.PLANNED_DISBURSEMENT.value,
    Measure.DISBURSED.value,
    Measure.DISBURSED_OF_PLAN.value,
)
MOST_PROJECTS = 50
_WITHOUT_TASKS = (Role.ADMINISTRATOR, Role.ANALYST, Role.PREFECTURE_READER)
_OF_REPORTS = (
    TaskKind.RETURNED_REPORTS,
    TaskKind.OVERDUE_REPORTS,
    TaskKind.DUE_REPORTS,
    TaskKind.REPORTS_TO_REVIEW,
    TaskKind.OUTSTANDING_REPORTS,
)


_RUNNING = (RoundState.OPEN, RoundState.LATE)
_MISSING = (TaskKind.RETURNED_REPORTS, TaskKind.OVERDUE_REPORTS, TaskKind.OUTSTANDING_REPORTS)


@dataclass(frozen=True)
class OwnProject:
    """One project with its state in the round that runs."""

    standing: Standing
    state: str
    state_label: str


@dataclass(frozen=True)
class RoundPlace:
    """A prefecture in the round that runs: how many reports are asked, and in which state they are."""

    name: str
    url: str
    counts: ReportCounts

    def get_url(self, part: ReportPart | None) -> str:
        """Return where exactly the reports of a part stand, or all that are asked."""
        return add_part(self.url, part) if part else self.url


@work_page
@accepts_parameters("sort", *FILES)
@no_store
def tasks(request: HttpRequest) -> HttpResponse:
    """List what waits for the user; without a task, say what the account is for."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    scope = _in_year_of_record(request, Scope.from_request(request))
    found = request.tasks_of_reader = tasks_of(request.user, programmes=scope.programmes)  # type: ignore[attr-defined]
    years = {programme.year: programme for programme in scope.programmes}
    places = _round_places(found, request.user)
    figures = _own_figures(request, scope, found, places) if found.kinds else {}
    access = get_access(request.user)
    tables = [figures["table"]] if "table" in figures else []
    if file := table_download(request, figures.get("own_scope", scope), tables):
        return file
    context: dict[str, Any] = {
        "scope": scope,
        "tasks": found,
        "at_work": [years[year] for year in sorted({task.year for task in found.items} & years.keys())],
        "title": _title(found, years),
        "is_of_one_year": {task.year for task in found.items} <= {scope.year, None},
        "lines": build_task_lines(
            found.items,
            request.user,
            scope.programmes,
            places={
                month: {place.name: place.counts.missing for place in rows if place.counts.missing}
                for month, (rows, _total) in places.items()
            },
        ),
        "absent": formatting.listing([str(kind.label) for kind in found.absent_kinds]),
        "access": access,
        "roles": [] if found.kinds else [role for role in _WITHOUT_TASKS if role in access.roles],
        "role_places": _places(request.user),
        "contact": settings.HELP_CONTACT,
    }
    return render(request, "tasks/tasks.html", context | figures)


def _own_figures(
    request: HttpRequest,
    scope: Scope,
    found: Tasks,
    places_by_month: Mapping[Month, tuple[list[RoundPlace], RoundPlace]],
) -> dict[str, Any]:
    """Return the round that runs and the figures of the own projects, which end with the last month that counts."""
    user, mine = request.user, _own_scope(scope)
    running, counts = _get_running_round(scope, found)
    of_province = get_access(user).is_of_the_province and get_access(user).writes_all
    places, total = places_by_month.get(running.period, ([], None)) if running else ([], None)
    cards = _own_cards(mine)
    number = cards["figures"]["project_count"].value or 0
    stay_in_year(mine)
    context = {
        "lede": _lede(user, scope, running, total.counts if total else counts, number, found),
        "own_name": _("The whole province") if of_province else _places(user),
        "own_months": _months_in_words(mine),
        "read_places": places_read(mine.access),
        "has_reach": has_reach(user),
        "unit": formatting.money_unit("table"),
        "headline_unit": formatting.money_unit("headline"),
        "running": formatting.month_of_year(running.period) if running else "",
        "own_scope": mine,
        **cards,
    }
    if of_province:
        return context | {"places": places} | ({"table": _round_table(request, places, total)} if places else {})
    month = running.period if running else mine.end_month
    table = _project_table(request, mine, month)
    return context | {
        "table": table,
        "projects_url": links.records(mine.parameters()),
        "is_cut": len(table.records) > MOST_PROJECTS,
        "most": MOST_PROJECTS,
    }


def _round_table(request: HttpRequest, places: Sequence[RoundPlace], total: RoundPlace | None) -> Table:
    """Return the reports of the round that runs, by prefecture and state; each number opens to exactly its reports."""

    def column(name: str, label: str, count: str, part: ReportPart | None = None) -> Column:
        return NumberColumn(
            name=name,
            label=label,
            value=f"counts.{count}",
            url=lambda row: row.get_url(part),
            template="tasks/_cell_number.html",
        )

    columns = [
        Column(name="prefecture", label=_("Prefecture"), value="name", url="url", template="tables/name.html"),
        column("asked", _("Asked"), "asked"),
        column("approved", _("Approved"), "approved", ReportPart.APPROVED),
        column("waiting", _("Waiting for review"), "waiting", ReportPart.SUBMITTED),
        column("returned", _("Returned"), "returned", ReportPart.RETURNED),
        column("outstanding", _("Outstanding"), "missing", ReportPart.OUTSTANDING),
    ]
    caption = _("Reports asked in the month that is reported now, by their state")
    title = _("Reports by prefecture")
    return Table(request, "round", title, columns, places, total=total, caption=caption, place="round")


def _project_table(request: HttpRequest, own: Scope, month: Month | None) -> Table:
    """Return the own projects with their reports of a month, the furthest behind first; the page shows the first."""

    def url(measure: Measure) -> Callable[[OwnProject], str]:
        def figure_url(row: OwnProject) -> str:
            query = [("code", row.standing.project.code), ("programme", str(own.year))]
            return links.page("figure", measure.value, query=query)

        return figure_url

    columns = [
        *project_columns("standing.project", year=own.year, template="tasks/_cell_project.html"),
        basis_column("standing.project.basis", on_page=False),
        MoneyColumn(
            name="plan",
            label=Measure.PLANNED_DISBURSEMENT.header,
            value="standing.plan.amount",
            url=url(Measure.PLANNED_DISBURSEMENT),
        ),
        MoneyColumn(
            name="disbursed",
            label=Measure.DISBURSED.header,
            value="standing.disbursed",
            url=url(Measure.DISBURSED),
            figure=Measure.DISBURSED.value,
        ),
        ShareColumn(
            name="share",
            label=Measure.DISBURSED_OF_PLAN.header,
            value="standing.share",
            url=url(Measure.DISBURSED_OF_PLAN),
        ),
        PointsColumn(
            name="gap",
            label=_("Gap, percentage points"),
            value="standing.gap_share",
            url=url(Measure.DISBURSED_OF_PLAN),
        ),
        ChoiceColumn(
            name="light",
            label=_("Light"),
            choices=Light,
            value="standing.light",
            template="tables/light.html",
        ),
    ]
    if month:
        columns.append(
            Column(
                name="report",
                label=_("Report of %(month)s") % {"month": formatting.month_name(month.number)},
                value="state_label",
                template="tasks/_cell_report.html",
            )
        )
    title = _("Projects, the furthest behind first")
    caption = title + _("; ") + formatting.money_unit("table")
    projects = own_projects(own, month, request.user)
    return Table(request, "projects", title, columns, projects, caption=caption, size=MOST_PROJECTS, place="own")


def _in_year_of_record(request: HttpRequest, scope: Scope) -> Scope:
    """Return the scope; of a bureau none of whose projects is on the current list in the year of their records."""
    if get_access(request.user).is_of_the_province or scope.programme is None or scope.programme.has_projects:
        return scope
    listed = [programme.year for programme in scope.programmes if programme.has_projects]
    year = year_of_record(request.GET, scope.programme, listed)
    return Scope.from_request(request, year=year) if year else scope


def _get_running_round(scope: Scope, found: Tasks) -> tuple[Round | None, ReportCounts]:
    """Return the newest round of the programme that takes reports, with what of it is in, as the tasks were told from it."""
    rounds = [each for each in found.rounds if scope.programme and each.round.programme_id == scope.programme.pk]
    running = [each for each in rounds if each.round.state in _RUNNING]
    newest = max(running, key=lambda each: each.round.month, default=None)
    return (newest.round, newest.arrivals) if newest else (None, ReportCounts())


def _title(found: Tasks, years: dict[int, Programme]) -> str:
    """Return the reports of the most urgent month, if there are any: 'Reports of July 2023, 3 days left: 1 returned'."""
    if not found.kinds:
        return _("What you can do here")
    reports = [each for each in found.items if each.kind in _OF_REPORTS and each.month]
    if not reports:
        waiting = ngettext("%(count)s task waits for you", "%(count)s tasks wait for you", found.own_count)
        return waiting % {"count": formatting.count(found.own_count)} if found.own_count else _("Nothing waits for you")
    if len({each.year for each in found.items if each.year}) > 1:
        return _("My tasks")
    first = min(reports, key=lambda each: (each.month, each.kind.value))
    same = [each for each in reports if each.month == first.month]
    values = {
        "month": formatting.month_of_year(first.month) if first.month else "",
        "parts": formatting.clauses([_count_in_words(task) for task in same]),
        "left": _days_left(same, years),
    }
    if not values["left"]:
        return _("Reports of %(month)s: %(parts)s") % values
    return _("Reports of %(month)s, %(left)s: %(parts)s") % values


def _days_left(same: Sequence[Task], years: dict[int, Programme]) -> str:
    due = [each for each in same if each.day and each.kind != TaskKind.REPORTS_TO_REVIEW]
    today = years[due[0].year].today if due and due[0].year in years else as_of.today()
    return days_left((due[0].day - today).days) if due and due[0].day else ""


def _count_in_words(task: Task) -> str:
    texts = {
        TaskKind.RETURNED_REPORTS: _("%(count)s returned"),
        TaskKind.REPORTS_TO_REVIEW: _("%(count)s waiting for review"),
        TaskKind.OUTSTANDING_REPORTS: _("%(count)s outstanding"),
    }
    text = texts.get(task.kind) or _("%(count)s not submitted")
    return text % {"count": formatting.count(task.number)}


def _lede(user: Any, scope: Scope, running: Round | None, counts: ReportCounts, projects: int, found: Tasks) -> str:
    """Return a sentence on the year whose figures stand below."""
    values = {
        "who": _places(user),
        "projects": formatting.count(projects),
        "asked": formatting.count(counts.asked),
        "unasked": formatting.count(max(projects - counts.asked, 0)),
        "approved": formatting.count(counts.approved),
        "year": scope.year or "",
    }
    if running is None and any(task.kind in _MISSING and task.year == scope.year for task in found.items):
        return _("No month of %(year)s is open; missing reports of closed months can still be submitted.") % values
    if running is None and get_access(user).writes_all:
        return _("No month of %(year)s takes reports now.") % values
    if running is None:
        return _("%(who)s: %(projects)s projects; no month of %(year)s takes reports now.") % values
    values |= {"day": running.programme.today.isoformat(), "month": formatting.month_of_year(running.period)}
    if get_access(user).writes_all:
        return _("%(day)s: %(asked)s reports of %(month)s are due, %(approved)s are approved.") % values
    if counts.asked >= projects:
        return _("%(who)s, %(year)s: all %(projects)s projects report monthly.") % values
    return (
        _(
            "%(who)s, %(year)s: %(asked)s of %(projects)s projects report monthly; "
            "no report is needed of the other %(unasked)s."
        )
        % values
    )


def _places(user: Any) -> str:
    writer_of = get_access(user).places
    return formatting.listing([in_language(zh, en) for _adcode, zh, en in writer_of])


def _own_scope(scope: Scope) -> Scope:
    """Return the scope of the projects that its reader writes."""
    access, scope = scope.access, replace(scope, filters=())
    if access.writes_all or not access.can_write:
        return scope
    adcodes = Prefecture.objects.filter(pk__in=access.writes_in).order_by("adcode").values_list("adcode", flat=True)
    return scope.with_filters(prefecture=list(adcodes))


def _own_cards(own: Scope) -> dict[str, Any]:
    """Return the cards of the own part: what is done, of which plan, how far from it, of how much."""
    answer = breakdowns(own, None, compared=False, illustrative=True, figures=_FIGURES)[None]
    whole = answer.total_row
    displays = [FigureDisplay(whole, name, form="headline") for name in _FIGURES]
    return {
        "figures": dict(zip(_FIGURES, displays, strict=True)),
        "gap": _gap(own, answer),
        "has_projects": bool(whole.figures[Measure.PROJECT_COUNT].value),
    }


def _gap(own: Scope, answer: Answer) -> dict[str, str] | None:
    """Return how far the money is from the pro-rata plan, in points and in money, of the records that have both."""
    progress = [] if own.is_single_month else own_progress(answer)
    if not progress:
        return None
    return {
        "points": formatting.points(progress[0].gap_share),
        "amount": formatting.signed_money(progress[0].gap),
        "plan": formatting.money(progress[0].planned, "table"),
        "url": links.figure_address(answer.total_row, Measure.DISBURSED_OF_PLAN),
    }


def own_projects(own: Scope, month: Month | None, user: Any) -> list[OwnProject]:
    """Return one's projects, the furthest behind first, each with its report of a month."""
    standings = load_records(sort_standings(own.standings))
    states: dict[int, str] = {}
    if month is not None:
        reports = MonthlyReport.objects.visible_to(user).filter(
            entry__in=[each.entry.pk for each in standings], month=month.number, entry__programme__year=month.year
        )
        states = dict(reports.order_by().values_list("entry", "state"))
    return [_own_project(each, states.get(each.entry.pk, "")) for each in standings]


def _own_project(standing: Standing, state: str) -> OwnProject:
    if state:
        return OwnProject(standing, state, str(ReportState(state).label))
    if standing.entry.is_asked:
        return OwnProject(standing, "draft", _("not begun"))
    return OwnProject(standing, "", _("none asked"))


def _round_places(found: Tasks, user: Any) -> dict[Month, tuple[list[RoundPlace], RoundPlace]]:
    """Return by month, for the province, the prefectures of which reports of a round that runs or lacks some are asked, and
    all of them together.
    """
    if TaskKind.OUTSTANDING_REPORTS not in found.kinds:
        return {}
    rounds = [each.round for each in found.rounds if each.round.state in _RUNNING or each.arrivals.missing]
    by_round = count_reports_by_prefecture(rounds, user=user)
    keys = {key for counts in by_round.values() for key in counts if key}
    prefectures = {prefecture.pk: prefecture for prefecture in Prefecture.objects.filter(pk__in=keys)}
    places = {}
    for round_ in rounds:
        month, rows = str(round_.period), []
        for key, counts in by_round[round_.pk].items():
            place = prefectures.get(key)
            url = links.page("round", month, query=[("prefecture", place.adcode if place else "none")])
            rows.append(RoundPlace(place.name if place else _("not known"), url, counts))
        rows.sort(key=lambda row: (-row.counts.missing, row.name))
        every = ReportCounts(*map(sum, zip(*by_round[round_.pk].values(), strict=True)))
        places[round_.period] = rows, RoundPlace(_("Total"), links.page("round", month), every)
    return places


def _months_in_words(scope: Scope) -> str:
    """Return the months that the figures are of, and whether they are all in: '2023 January to June'."""
    if scope.programme is None or not scope.last_month:
        return ""
    return formatting.months_of_year(scope.first_month, scope.last_month, scope.programme.year)
