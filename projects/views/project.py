"""One project: what is known and from where, statements that disagree, its years, its months, its history."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from projects.access import access_of
from projects.choices import Basis, ListStatus, Measure, ReportState
from projects.models import Claim, Entry, MonthlyReport, Project, Proposal
from projects.models.fields import normalised_code
from projects.totals.pace import MonthProgress, difference, even_pace, month_by_month
from projects.totals.scope import Scope
from projects.totals.totals import Answer, Row, breakdowns

from . import formatting, links
from .facts import facts
from .figure_display import shown
from .frame import bar
from .notes.note_display import notes_of
from .pages import page
from .project_history import all_changes_url, changes
from .project_year import project_year
from .proposals.proposed_facts import waiting_on, with_waiting
from .statements import acts_of, statements_about


@dataclass(frozen=True)
class EntryLine:
    """A year's list that the project is on. Yearly sums stand at the year that the page is about."""

    entry: Entry
    url: str
    current: bool
    status: str
    plan: str


@dataclass(frozen=True)
class MonthLine:
    """One month's report beside the even pace; texts are empty where nothing is known."""

    month: str
    done: str
    url: str
    value: int | None
    since_january: str
    share: str
    gap: str
    state: str
    state_label: str
    basis: str


@page
def project(request: HttpRequest, code: str) -> HttpResponse:
    """A project of the list of the year asked for, or of its newest list."""
    visible = Project.objects.visible_to(request.user).with_references()
    if not code.isprintable():  # PostgreSQL takes no NUL in a text
        raise Http404
    found = get_object_or_404(visible, code=normalised_code(code))
    entries = list(found.entries.select_related("programme__light_rule", "source", "project"))
    scope = _scope(request, found, entries)
    entry = next((each for each in entries if scope.programme and each.programme_id == scope.programme.pk), None)
    answers = breakdowns(scope, None, "month", "basis", compared=False)
    whole = answers[None].whole
    claims = list(Claim.objects.visible_to(request.user).filter(project=found).select_related("source", "project"))
    access = access_of(request.user)
    plan = entry.planned_disbursement if entry else None
    months = [] if scope.is_single_month else month_by_month(answers["month"], plan)
    reports = list(_reports(entry, access.public))
    month_lines = _month_lines(months, reports)
    marked, waiting = with_waiting(facts(found, entry, claims, access=access), waiting_on(found, request.user))
    done = None if scope.is_single_month else whole.figures[Measure.DISBURSED].value
    context = {
        "bar": bar(request, scope),
        "scope": scope,
        "project": found,
        "entry": entry,
        "is_illustrative": found.basis == Basis.ILLUSTRATIVE,
        "lede": _lede(scope, whole, answers[None]),
        "facts": marked,
        "waiting": waiting,
        "statements": statements_about(found, claims, acts=acts_of(request)),
        "notes": notes_of(request, programme=scope.programme, project=found),
        "entries": [_entry_line(each, scope) for each in entries],
        "year": project_year(found, entry, scope, reports=reports, done=done) if entry else None,
        "disbursed": shown(whole, Measure.DISBURSED),
        "progress": formatting.share(whole.progress),
        "months": month_lines,
        "any_state": any(line.state for line in month_lines),
        "bars": months,
        "plan": plan,
        "plan_text": formatting.money(plan) if plan is not None else "",
        "twelfth": formatting.money(even_pace(plan)) if plan is not None else "",
        "span": formatting.months(scope.first_month, scope.last_month) if scope.through else "",
        "unit": formatting.money_unit("table"),
        "events": changes(found, request.user),
        "all_changes_url": all_changes_url(found),
        "may_propose": request.user.has_perm("projects.add_proposal", Proposal(project=found)),
        "may_change": request.user.has_perm("projects.change_project", found),
    }
    return render(request, "projects/project.html", context)


def _scope(request: HttpRequest, found: Project, entries: list[Entry]) -> Scope:
    """The question about this one project; filters of a list it was reached from do not matter here."""
    asked = request.GET.get("programme")
    newest = entries[0].programme.year if entries and not asked else None
    return replace(Scope.of(request, year=newest), filters=(("code", found.code),))


def _lede(scope: Scope, whole: Row, answer: Answer) -> str:
    """The project's progress in one sentence; empty without reports."""
    done = whole.figures[Measure.DISBURSED].value
    if done is None or scope.through is None:
        return ""
    values: dict[str, Any] = {
        "amount": formatting.money_with_unit(done, "table"),
        "months": formatting.months(scope.first_month, scope.last_month),
        "year": scope.through.year,
    }
    if whole.progress is None:
        return _("%(amount)s disbursed, %(months)s %(year)s; no plan of the year is known.") % values
    values["percent"] = formatting.percent(whole.progress)
    if scope.is_single_month:
        return _("%(amount)s disbursed in %(months)s %(year)s, %(percent)s of the year's plan.") % values
    gap = difference(whole.progress, answer.year_elapsed)
    values["gap"] = formatting.compared_points(
        gap,
        behind=_("%(points)s points behind the time gone"),
        level=_("level with the time gone"),
        ahead=_("%(points)s points ahead of the time gone"),
    )
    return _("%(amount)s disbursed, %(months)s %(year)s: %(percent)s of the year's plan, %(gap)s.") % values


def _entry_line(entry: Entry, scope: Scope) -> EntryLine:
    plan = entry.planned_disbursement
    return EntryLine(
        entry=entry,
        url=links.project(entry.project.code, year=entry.programme.year),
        current=bool(scope.programme and entry.programme_id == scope.programme.pk),
        status="" if entry.status == ListStatus.UNKNOWN else str(ListStatus(entry.status).label),
        plan="" if plan is None else formatting.money(plan),
    )


def _month_lines(months: list[MonthProgress], reports: list[MonthlyReport]) -> list[MonthLine]:
    """The months of the year; officials also see those whose report is not approved yet."""
    by_month = {report.month: report for report in reports}
    return [_month_line(each, by_month.get(number)) for number, each in enumerate(months, start=1)]


def _reports(entry: Entry | None, public: bool) -> Any:
    if entry is None:
        return []
    reports = MonthlyReport.objects.filter(entry=entry)
    return reports.approved() if public else reports


def _month_line(month: MonthProgress, report: MonthlyReport | None) -> MonthLine:
    return MonthLine(
        month=month.row.name_zh,
        done="" if month.done is None else formatting.money(month.done),
        url=links.opening(month.row, Measure.DISBURSED),
        value=month.done,
        since_january=formatting.money(month.since_january),
        share=formatting.share(month.share),
        gap=formatting.points(month.gap_share),
        state=report.state if report else "",
        state_label=str(ReportState(report.state).label) if report else "",
        basis=report.basis if report else "",
    )
