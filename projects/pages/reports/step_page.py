"""`/projects/<code>/reports/<month>/<reopen, submit or withdraw>/`: a step of one report, of the version that was looked at.

An approved report is reopened here. Reports of months with a round are submitted and withdrawn on its sheet; those of other
months here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import ReportAction
from projects.history.digests import digest_of
from projects.history.revisions import create_revision
from projects.models import MonthlyReport
from projects.monitoring.review import reopening_effect
from projects.totals.scope import Scope
from projects.workflows import reporting

from .. import formatting, links
from ..decorators import work_page
from .report_page import get_report

_TITLES = {
    ReportAction.REOPEN: gettext_lazy("Reopen the report of %(month)s"),
    ReportAction.SUBMIT: gettext_lazy("Submit the report of %(month)s"),
    ReportAction.WITHDRAW: gettext_lazy("Withdraw the report of %(month)s"),
}


@dataclass
class StepAttempt:
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
def change_report_state(request: HttpRequest, code: str, month: str, action: str) -> HttpResponse:
    """Ask for confirmation and take the step; the province reopens with a comment for the bureau."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    report = get_report(request, code, month)
    if not reporting.TRANSITIONS[action].allows(request.user, report):
        raise PermissionDenied
    attempt = StepAttempt(request.POST.get("comment", ""))
    if request.method == "POST":
        _take_step(request, report, action, attempt)
        if attempt.status == 200:
            return HttpResponseRedirect(links.report(code, month))
        report = get_report(request, code, month)
    context = {
        "report": report,
        "project": report.entry.project,
        "title": _TITLES[action] % {"month": formatting.month_of_year(report.period)},
        "may": reporting.may(request.user, action, report),
        "version": digest_of(report),
        "attempt": attempt,
    }
    if action != ReportAction.REOPEN:
        return render(request, "reports/step.html", context, status=attempt.status)
    effect = _get_reopening_effect(request, report)
    return render(request, "reports/reopen.html", {**context, "effect": effect}, status=attempt.status)


def _take_step(request: HttpRequest, report: MonthlyReport, action: str, attempt: StepAttempt) -> None:
    """Do it, or say in the attempt why not."""
    try:
        with create_revision(user=request.user):
            if digest_of(MonthlyReport.objects.get(pk=report.pk)) != request.POST.get("version", ""):
                changed = _("changed since you opened this page. Please look at it again; nothing was done.")
                attempt.errors, attempt.conflict = [formatting.sentence_case(changed)], True
                return
            reporting.take(action, [report], user=request.user, comment=attempt.comment)
    except ValidationError as error:
        attempt.comment_errors = error.messages
    except reporting.RefusedError as error:
        attempt.errors = [message for refusal in error.refusals.values() for message in refusal.messages]
        attempt.conflict = error.conflict


def _get_reopening_effect(request: HttpRequest, report: MonthlyReport) -> str:
    """Return in words how the total of the months so far would move."""
    now, then = reopening_effect(Scope(user=request.user, programme=report.entry.programme), report)
    return _("The total of %(months)s goes from %(now)s to %(then)s %(unit)s.") % {
        "months": formatting.months(1, report.month),
        "now": formatting.money(now),
        "then": formatting.money(then),
        "unit": formatting.money_unit(),
    }
