"""Pages `/projects/<code>/reports/<month>/`, one report with its steps and its history, and `…/reopen/`.

The address names the report by what it is of, a project and a month, as the register itself does: there is one for each,
and it is the same in every copy of the register, where the numbers of rows are not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.access import get_access
from projects.changes.kinds import hidden_fields, kind_of
from projects.changes.search import ChangelogQuery, fold_drafts, get_changelog_page
from projects.choices import ReportAction, ReportState
from projects.history.digests import digest_of
from projects.history.revisions import create_revision
from projects.models import MonthlyReport
from projects.models.fields import code_asked
from projects.models.report import NOBODY_IS_ASKED
from projects.monitoring.review import reopening_effect
from projects.monitoring.running_totals import standing_in_year
from projects.periods import Month
from projects.totals.scope import Scope
from projects.workflows import reporting

from .. import formatting, links
from ..changes.events import MOST_EVENTS, Event, build_events, get_log_files, get_log_url
from ..decorators import page, work_page
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
        "reopen_url": _reopen_url(request, report),
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


def _reopen_url(request: HttpRequest, report: MonthlyReport) -> str:
    """Where this reader gives an approved one back; empty for whoever may not."""
    if not reporting.may(request.user, ReportAction.REOPEN, report):
        return ""
    return links.page("report-reopen", report.entry.project.code, str(report.period))


@dataclass
class ReopenAttempt:
    """What was asked for and did not happen, with the words that were typed."""

    comment: str = ""
    comment_errors: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    conflict: bool = False

    @property
    def status(self) -> int:
        if self.conflict:
            return 409
        return 422 if self.comment_errors or self.errors else 200


@work_page
def reopen_report(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """By the province, with a comment for the bureau, of the version that was looked at."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    report = get_report(request, code, month)
    if not reporting.TRANSITIONS[ReportAction.REOPEN].allows(request.user, report):
        raise PermissionDenied
    attempt = ReopenAttempt(request.POST.get("comment", ""))
    if request.method == "POST":
        _reopen(request, report, attempt)
        if attempt.status == 200:
            return HttpResponseRedirect(links.report(code, month))
        report = get_report(request, code, month)
    return render(request, "reports/reopen.html", _context(request, report, attempt), status=attempt.status)


def _reopen(request: HttpRequest, report: MonthlyReport, attempt: ReopenAttempt) -> None:
    """Do it, or say in the attempt why not."""
    try:
        with create_revision(user=request.user):
            if digest_of(MonthlyReport.objects.get(pk=report.pk)) != request.POST.get("version", ""):
                changed = _("changed since you opened this page. Please look at it again; nothing was done.")
                attempt.errors, attempt.conflict = [formatting.sentence_case(changed)], True
                return
            reporting.reopen([report], user=request.user, comment=attempt.comment)
    except ValidationError as error:
        attempt.comment_errors = error.messages
    except reporting.RefusedError as error:
        attempt.errors = [message for refusal in error.refusals.values() for message in refusal.messages]
        attempt.conflict = error.conflict


def _context(request: HttpRequest, report: MonthlyReport, attempt: ReopenAttempt) -> dict[str, Any]:
    now, then = reopening_effect(Scope(user=request.user, programme=report.entry.programme), report)
    return {
        "report": report,
        "project": report.entry.project,
        "title": _("Reopen the report of %(month)s") % {"month": formatting.month_of_year(report.period)},
        "effect": _("The total of %(months)s goes from %(now)s to %(then)s %(unit)s.")
        % {
            "months": formatting.months(1, report.month),
            "now": formatting.money(now),
            "then": formatting.money(then),
            "unit": formatting.money_unit(),
        },
        "may": reporting.may(request.user, ReportAction.REOPEN, report),
        "version": digest_of(report),
        "attempt": attempt,
    }
