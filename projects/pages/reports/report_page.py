"""Pages `/projects/<code>/reports/<month>/`, one report with its steps and its history, and `…/reopen/`.

The address names the report by what it is of, a project and a month, as the register itself does: there is one for each,
and it is the same in every copy of the register, where the numbers of rows are not.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.access import get_access
from projects.changes.kinds import hidden_fields, kind_of
from projects.changes.search import ChangelogQuery, fold_drafts, get_changelog_page
from projects.choices import ReportAction, ReportState
from projects.models import MonthlyReport
from projects.models.fields import code_asked
from projects.models.report import NOBODY_IS_ASKED
from projects.monitoring.running_totals import standing_in_year
from projects.periods import Month
from projects.workflows import reporting

from .. import formatting, links
from ..changes.events import MOST_EVENTS, Event, build_events, get_log_files, get_log_url
from ..decorators import page
from ..notes.note_display import get_notes
from ..parameters import reads
from .report_months import neighbours, reported_months
from .whole_report import build_exchange, build_whole_report, get_submissions

_NEXT_STEPS = {
    ReportState.DRAFT: gettext_lazy("The prefecture fills it in and submits it."),
    ReportState.SUBMITTED: gettext_lazy("It waits for review by the province."),
    ReportState.RETURNED: gettext_lazy("It is with the prefecture again, which corrects it and submits it anew."),
    ReportState.APPROVED: gettext_lazy("Totals count it."),
}
_RELATED = (
    "entry__project__prefecture",
    "entry__project__sector",
    "entry__programme__light_rule",
    "source",
    "submitted_by",
    "returned_by",
    "approved_by",
)


@page
@reads(asks=False)
def report(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """A report of a project's month, for whoever may see it."""
    report = get_report(request, code, month)
    entry, access = report.entry, get_access(request.user)
    year = list(MonthlyReport.objects.visible_to(request.user).filter(entry=entry).order_by("month"))
    for other in year:
        other.entry = entry
    hidden = hidden_fields(kind_of(MonthlyReport), request.user)
    project = entry.project
    previous, following = neighbours(report, year)
    whole = build_whole_report(report, standing_in_year(report, year), hidden=hidden)
    in_log = [("kind", "monthlyreport"), ("key", str(report.pk))]
    context = {
        "report": report,
        "programme": entry.programme,
        "project": project,
        "title": _("%(project)s: report of %(month)s")
        % {"project": project.name, "month": formatting.month_of_year(report.period)},
        "steps": _steps(report, public=access.public),
        "whole": whole,
        "months": reported_months(report, year),
        "previous": previous,
        "following": following,
        "exchange": [] if access.public else build_exchange(report, get_submissions(report)),
        "notes": get_notes(request, programme=entry.programme, report=report),
        "events": _changes(report, request.user),
        "all_changes_url": get_log_url(in_log),
        "files_of_changes": get_log_files(in_log),
        "unit": formatting.money_unit("table"),
        "review_url": _review_url(request, report),
        "reopen_url": _get_step_url(request, report, ReportAction.REOPEN),
        "submit_url": _get_step_url(request, report, ReportAction.SUBMIT),
        "withdraw_url": _get_step_url(request, report, ReportAction.WITHDRAW),
        "next_step": "" if access.public else _next_step(report),
    }
    return render(request, "reports/report.html", context)


def get_report(request: HttpRequest, code: str, month: str) -> MonthlyReport:
    """Raises `Http404` for what is not there or not for this reader, alike."""
    try:
        period = Month.parse(month)
    except ValidationError as error:
        raise Http404 from error
    if str(period) != month:
        raise Http404
    visible = MonthlyReport.objects.visible_to(request.user).select_related(*_RELATED)
    keys = {"entry__project__code": code_asked(code), "entry__programme__year": period.year}
    return get_object_or_404(visible, **keys, month=period.number)


def _steps(report: MonthlyReport, *, public: bool) -> list[tuple[str, Any, str]]:
    """What was done with it, when and by whom; not for the public."""
    taken = [
        (_("Submitted"), report.submitted_at, report.submitted_by),
        (_("Returned"), report.returned_at, report.returned_by),
        (_("Approved"), report.approved_at, report.approved_by),
    ]
    return [(what, when, "" if public or who is None else who.display_name) for what, when, who in taken if when]


def _changes(report: MonthlyReport, user: Any) -> list[Event]:
    question = ChangelogQuery(user=user, kinds=(kind_of(MonthlyReport),), key=report.pk)
    return build_events(fold_drafts(get_changelog_page(question, size=MOST_EVENTS).groups), user, named=False)


def _next_step(report: MonthlyReport) -> str:
    is_open = report.state != ReportState.APPROVED
    return str(NOBODY_IS_ASKED if is_open and report.is_unasked else _NEXT_STEPS[ReportState(report.state)])


def _review_url(request: HttpRequest, report: MonthlyReport) -> str:
    """Where this reader decides about it; empty where there is nothing to decide, or not for them."""
    decisions = (ReportAction.APPROVE, ReportAction.RETURN)
    if report.is_unasked or not any(reporting.may(request.user, action, report) for action in decisions):
        return ""
    return links.page("review", query=[("month", str(report.period)), ("open", report.entry.project.code)])


def _get_step_url(request: HttpRequest, report: MonthlyReport, action: str) -> str:
    """Return where this reader takes a step with the report; "" for whoever may not, or does so on the round's sheet."""
    if not reporting.may(request.user, action, report) or (action != ReportAction.REOPEN and report.round):
        return ""
    return links.page(f"report-{action}", report.entry.project.code, str(report.period))
