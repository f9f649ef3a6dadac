"""`/tasks/`: the first page of whoever is signed in. What waits for this person, then the figures of the own projects."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.access import get_access
from projects.choices import Role, RoundState, TaskKind
from projects.history import as_of
from projects.models import Programme, Round
from projects.monitoring.report_counts import ReportCounts
from projects.monitoring.tasks import Task, Tasks, tasks_of
from projects.pages import formatting, links
from projects.pages.decorators import of_now, work_page
from projects.pages.frame import places_read, stay_in_year
from projects.pages.line_order import in_order
from projects.pages.parameters import reads
from projects.pages.sort_heads import sort_heads
from projects.pages.table_files import at_hand, file_asked, file_links, sorted_by, table_heads
from projects.totals.scope import Scope, year_of_record
from sectors.models import in_language

from ..table_files import FILES
from .own_figures import (
    MOST_PROJECTS,
    outstanding_by_place,
    own_cards,
    own_projects,
    own_scope,
    round_places,
    with_month,
)
from .role_words import role_words
from .tables_of_figures import own_columns, own_table, round_table
from .task_lines import days_left, task_lines

_OF_REPORTS = (
    TaskKind.RETURNED_REPORTS,
    TaskKind.OVERDUE_REPORTS,
    TaskKind.DUE_REPORTS,
    TaskKind.REPORTS_TO_REVIEW,
    TaskKind.OUTSTANDING_REPORTS,
)


@work_page
@reads(sorted_by("round"), *FILES)
@of_now
def tasks(request: HttpRequest) -> HttpResponse:
    """What an account without a task is to do is said as well."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    scope = _in_year_of_record(request, Scope.from_request(request))
    found = request.tasks_of_reader = tasks_of(request.user, programmes=scope.programmes)  # type: ignore[attr-defined]
    years = {each.year: each for each in scope.programmes}
    beside = _beside(request, scope, found) if found.kinds else {}
    at_work = [years[year] for year in sorted({each.year for each in found.items} & years.keys())]
    if file := file_asked(request, beside.get("own_scope", scope), beside.get("files_of_tables", {})):
        return file
    context: dict[str, Any] = {
        "scope": scope,
        "tasks": found,
        "at_work": at_work,
        "title": _title(found, years),
        "lines": task_lines(found.items, request.user, scope.programmes, by_place=outstanding_by_place(beside)),
        "absent": _absent(found),
        "work_pages": _work_pages(request.user),
        "administers": Role.ADMINISTRATOR in get_access(request.user).roles,
        "without_role": not get_access(request.user).roles,
        "roles": [] if found.kinds else role_words(request.user),
        "contact": settings.HELP_CONTACT,
    }
    return render(request, "tasks/tasks.html", context | beside)


def _beside(request: HttpRequest, scope: Scope, found: Tasks) -> dict[str, Any]:
    """The round that runs and the figures of the own projects, which end with the last month that counts."""
    user, mine = request.user, own_scope(scope)
    running, counts = _running(scope, found)
    of_province = get_access(user).is_of_the_province and get_access(user).writes_all
    places, total = round_places(running, user) if running and of_province else ([], None)
    counts = total.counts if total else counts
    cards = own_cards(mine)
    stay_in_year(mine)
    context = {
        "lede": _lede(user, scope, running, counts, cards["figures"]["project_count"].value or 0),
        "own_name": _("The whole province") if of_province else _places(user),
        "own_months": with_month(mine),
        "read_places": places_read(mine.access),
        "unit": formatting.money_unit("table"),
        "headline_unit": formatting.money_unit("headline"),
        "running": formatting.month_of_year(running.period) if running else "",
        "running_month": running.period if running else None,
        **cards,
    }
    if of_province:
        tables = in_order(request, {"round": round_table(places, total)})
        return context | {
            "places": places,
            "total": total,
            "tables": table_heads(request, tables),
            "files_of_tables": at_hand(tables),
        }
    month, number = running.period if running else mine.end_month, cards["figures"]["project_count"].value or 0
    every = partial(own_projects, mine, month, user, most=max(number, 1))
    return context | {
        "own_scope": mine,
        "heads": sort_heads(request, "", "", own_columns(month)),
        "files": file_links(request, "projects"),
        "files_of_tables": {"projects": lambda: own_table(every, number, month)},
        "projects": own_projects(mine, month, user),
        "projects_month": month,
        "projects_url": links.records(mine.parameters()),
        "is_cut": number > MOST_PROJECTS,
        "most": MOST_PROJECTS,
    }


def _in_year_of_record(request: HttpRequest, scope: Scope) -> Scope:
    """Of a bureau none of whose projects is on the current list the question is in the year of their records."""
    if get_access(request.user).is_of_the_province or scope.programme is None or scope.programme.has_projects:
        return scope
    listed = [each.year for each in scope.programmes if each.has_projects]
    year = year_of_record(request.GET, scope.programme, listed)
    return Scope.from_request(request, year=year) if year else scope


def _running(scope: Scope, found: Tasks) -> tuple[Round | None, ReportCounts]:
    """The newest round of the programme that takes reports, with what of it is in, as the tasks were told from it."""
    rounds = [each for each in found.rounds if scope.programme and each.round.programme_id == scope.programme.pk]
    running = [each for each in rounds if each.round.state in (RoundState.OPEN, RoundState.LATE)]
    newest = max(running, key=lambda each: each.round.month, default=None)
    return (newest.round, newest.arrivals) if newest else (None, ReportCounts())


def _title(found: Tasks, years: dict[int, Programme]) -> str:
    """Of the reports of the most urgent month, if there are any: 'Reports of July 2023, 3 days left: 1 returned'."""
    if not found.kinds:
        return _("What you can do here")
    reports = [each for each in found.items if each.kind in _OF_REPORTS and each.month]
    if not reports:
        waiting = ngettext("%(count)s task waits for you", "%(count)s tasks wait for you", found.own_count)
        return waiting % {"count": formatting.count(found.own_count)} if found.own_count else _("Nothing waits for you")
    first = min(reports, key=lambda each: (each.month, each.kind.value))
    same = [each for each in reports if each.month == first.month]
    values = {
        "month": formatting.month_of_year(first.month) if first.month else "",
        "parts": formatting.clauses([_part(each) for each in same]),
        "left": _left(same, years),
    }
    if not values["left"]:
        return _("Reports of %(month)s: %(parts)s") % values
    return _("Reports of %(month)s, %(left)s: %(parts)s") % values


def _left(same: Sequence[Task], years: dict[int, Programme]) -> str:
    due = [each for each in same if each.day and each.kind != TaskKind.REPORTS_TO_REVIEW]
    today = years[due[0].year].today if due and due[0].year in years else as_of.today()
    return days_left((due[0].day - today).days) if due and due[0].day else ""


def _part(task: Task) -> str:
    texts = {
        TaskKind.RETURNED_REPORTS: _("%(count)s returned"),
        TaskKind.REPORTS_TO_REVIEW: _("%(count)s waiting for review"),
        TaskKind.OUTSTANDING_REPORTS: _("%(count)s outstanding"),
    }
    text = texts.get(task.kind) or _("%(count)s not submitted")
    return text % {"count": formatting.count(task.number)}


def _absent(found: Tasks) -> str:
    """What there is nothing of, in one line."""
    return formatting.listing([str(kind.label) for kind in found.absent_kinds])


def _lede(user: Any, scope: Scope, running: Round | None, counts: ReportCounts, projects: int) -> str:
    """Of the year that is shown beside it; the title may be of another."""
    values = {
        "who": _places(user),
        "projects": formatting.count(projects),
        "asked": formatting.count(counts.asked),
        "unasked": formatting.count(max(projects - counts.asked, 0)),
        "approved": formatting.count(counts.approved),
        "year": scope.year or "",
    }
    if running is None and get_access(user).writes_all:
        return _("No month of %(year)s takes reports now.") % values
    if running is None:
        return _("%(who)s: %(projects)s projects; no month of %(year)s takes reports now.") % values
    values |= {"day": running.programme.today.isoformat(), "month": formatting.month_of_year(running.period)}
    if get_access(user).writes_all:
        return _("%(day)s: %(asked)s reports of %(month)s are asked, %(approved)s are approved.") % values
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


def _work_pages(user: Any) -> list[links.PageLink]:
    """Where one's work is done, whether something waits there or not."""
    access = get_access(user)
    pages = []
    if access.can_read and access.roles:
        pages.append(links.PageLink(_("Monthly reports"), links.page("round-now")))
    if access.can_write:
        pages.append(links.PageLink(_("Imports"), links.page("imports")))
    if user.has_perm("projects.approve_monthlyreport"):
        pages.append(links.PageLink(_("Review"), links.page("review")))
    if access.can_read and access.roles:
        pages.append(links.PageLink(_("Proposals"), links.page("proposals")))
        pages.append(links.PageLink(_("Rounds"), links.page("rounds")))
    if Role.ADMINISTRATOR in access.roles or user.is_staff:
        pages.append(links.PageLink(_("Administration"), reverse("admin:index")))
    return pages
