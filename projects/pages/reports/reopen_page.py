"""`/projects/<code>/reports/<month>/reopen/`: an approved report given back, which takes its approval back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import ReportAction
from projects.history.digests import digest_of
from projects.history.revisions import create_revision
from projects.models import MonthlyReport
from projects.monitoring.review import reopening_effect
from projects.totals.scope import Scope
from projects.workflows import reporting

from .. import formatting, links
from ..decorators import work_page
from .report_page import asked_report


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
    report = asked_report(request, code, month)
    if not reporting.TRANSITIONS[ReportAction.REOPEN].allows(request.user, report):
        raise PermissionDenied
    attempt = ReopenAttempt(request.POST.get("comment", ""))
    if request.method == "POST":
        _reopen(request, report, attempt)
        if attempt.status == 200:
            return HttpResponseRedirect(links.report(code, month))
        report = asked_report(request, code, month)
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
