"""`/projects/<code>/reports/<month>/`: one report, who handed it in and approved it, all it says, and its history.

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
from projects.totals.scope import Scope
from projects.workflows import reporting

from .. import formatting, links
from ..changes.events import MOST_EVENTS, Event, build_events, get_log_files, get_log_url
from ..decorators import page
from ..notes.note_display import notes_of
from ..parameters import reads
from ..table_files import FILES, at_hand, file_asked, table_heads
from .report_months import neighbours, reported_months
from .submissions import exchange_of, submissions_of
from .whole_report import whole_report
from .whole_report_table import whole_table

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
@reads(*FILES, asks=False)
def report(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """A report of a project's month, for whoever may see it."""
    report = asked_report(request, code, month)
    entry, access = report.entry, get_access(request.user)
    year = list(MonthlyReport.objects.visible_to(request.user).filter(entry=entry).order_by("month"))
    for each in year:
        each.entry = entry
    hidden = hidden_fields(kind_of(MonthlyReport), request.user)
    project = entry.project
    previous, following = neighbours(report, year)
    whole = whole_report(report, standing_in_year(report, year), hidden=hidden)
    tables = {"report": whole_table(whole, report)}
    if file := file_asked(request, Scope(user=request.user, programme=None), at_hand(tables)):
        return file
    in_log = [("kind", "monthlyreport"), ("key", str(report.pk))]
    context = {
        "report": report,
        "programme": entry.programme,
        "project": project,
        "title": _("%(project)s: report of %(month)s")
        % {"project": project.name, "month": formatting.month_of_year(report.period)},
        "steps": _steps(report, public=access.public),
        "whole": whole,
        "table": table_heads(request, tables)["report"],
        "months": reported_months(report, year),
        "previous": previous,
        "following": following,
        "exchange": [] if access.public else exchange_of(report, submissions_of(report)),
        "notes": notes_of(request, programme=entry.programme, report=report),
        "events": _changes(report, request.user),
        "all_changes_url": get_log_url(in_log),
        "files_of_changes": get_log_files(in_log),
        "unit": formatting.money_unit("table"),
        "review_url": _review_url(request, report),
        "reopen_url": _reopen_url(request, report),
        "next_step": "" if access.public else _next_step(report),
    }
    return render(request, "reports/report.html", context)


def asked_report(request: HttpRequest, code: str, month: str) -> MonthlyReport:
    """Raises `Http404` for what is not there or not for this reader, alike."""
    try:
        asked = Month.parse(month)
    except ValidationError as error:
        raise Http404 from error
    if str(asked) != month:
        raise Http404
    visible = MonthlyReport.objects.visible_to(request.user).select_related(*_RELATED)
    of = {"entry__project__code": code_asked(code), "entry__programme__year": asked.year}
    return get_object_or_404(visible, **of, month=asked.number)


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


def _reopen_url(request: HttpRequest, report: MonthlyReport) -> str:
    """Where this reader gives an approved one back; empty for whoever may not."""
    if not reporting.may(request.user, ReportAction.REOPEN, report):
        return ""
    return links.page("report-reopen", report.entry.project.code, str(report.period))
