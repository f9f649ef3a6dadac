"""Decisions of the review: approving and returning what is chosen on its pages, all of it or nothing; taking that back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import ReportAction
from projects.history.digests import digest_of
from projects.history.revisions import MOST_AT_ONCE, create_revision, too_many_records
from projects.models import MonthlyReport
from projects.monitoring.review import retracting_effect
from projects.pages import formatting, links
from projects.pages.step_messages import done_and_next
from projects.text import is_key
from projects.totals.scope import Scope
from projects.workflows import reporting


@dataclass
class ReviewAttempt:
    """What was asked for and did not happen: kept, so that nothing has to be chosen or typed again."""

    chosen: frozenset[int] = frozenset()
    comment: str = ""
    errors: tuple[str, ...] = ()
    comment_error: str = ""
    conflict: bool = False
    taken_back: str = ""  # the code of the project whose report waits again

    @property
    def failed(self) -> bool:
        return bool(self.errors or self.comment_error)


def take_decision(request: HttpRequest) -> ReviewAttempt:
    """Take the step that was asked for with the reports that were chosen."""
    versions = _get_chosen(request)
    chosen = frozenset(versions)
    comment, action = request.POST.get("comment", ""), request.POST.get("action", "")
    if not chosen:
        return ReviewAttempt(comment=comment, errors=(_("Choose at least one report."),))
    if len(chosen) > MOST_AT_ONCE:
        return ReviewAttempt(chosen, comment, (too_many_records(len(chosen)),))
    visible = MonthlyReport.objects.visible_to(request.user).filter(pk__in=chosen)
    reports = list(visible.select_related("entry__project"))
    if len(reports) < len(chosen):
        return ReviewAttempt(
            chosen, comment, (_("One of these reports does not exist, or you do not have access to it."),)
        )
    if action == ReportAction.RETRACT:
        return _retract(request, reports, versions)
    if action not in reporting.DECISIONS:
        return ReviewAttempt(chosen, comment, (_("Say whether to approve or to return."),))
    transition = reporting.TRANSITIONS[action]
    # beside a single report the box is for both; above many it is the comment of a return
    words = {"comment": comment} if transition.comment_missing or "alone" in request.POST else {}
    try:
        with create_revision(user=request.user):
            stale = _get_stale(request, versions, transition)
            if stale:
                left = chosen - {report.pk for report in stale}
                return ReviewAttempt(left, comment, tuple(map(_say_changed, stale)), conflict=True)
            reporting.take(transition.action, reports, user=request.user, **words)
    except ValidationError as error:
        return ReviewAttempt(chosen, comment, comment_error=" ".join(error.messages))
    except reporting.RefusedError as error:
        return ReviewAttempt(chosen, comment, tuple(_get_refusals(error)), conflict=error.conflict)
    messages.success(request, _get_message(transition, reports, user=request.user))
    return ReviewAttempt()


def _retract(request: HttpRequest, reports: Sequence[MonthlyReport], versions: Mapping[int, str]) -> ReviewAttempt:
    """Take back the decision that left these versions, no later one; the register says whether it still can be."""
    try:
        with create_revision(user=request.user):
            stale = _get_stale(request, versions, reporting.TRANSITIONS[ReportAction.RETRACT])
            if stale:
                return ReviewAttempt(errors=tuple(map(_say_overtaken, stale)), conflict=True)
            reporting.retract(reports, user=request.user)
    except reporting.RefusedError as error:
        return ReviewAttempt(errors=tuple(_get_refusals(error)), conflict=error.conflict)
    told = ngettext(
        "The decision was taken back; %(count)s report waits for review again.",
        "The decision was taken back; %(count)s reports wait for review again.",
        len(reports),
    )
    messages.success(request, told % {"count": formatting.count(len(reports))})
    return ReviewAttempt(taken_back=reports[0].entry.project.code if len(reports) == 1 else "")


def _get_message(transition: reporting.Transition, reports: Sequence[MonthlyReport], *, user: Any) -> str:
    """What was done and happens next; of a single report which one, and where the step is taken back if it can be."""
    told = done_and_next(transition, len(reports))
    if len(reports) > 1:
        return told
    [report] = reports
    code, month = report.entry.project.code, str(report.period)
    name = _("%(project)s: report of %(month)s")
    named = name % {"project": report.entry.project.name, "month": formatting.month_of_year(report.period)}
    said = format_html('<a href="{}">{}</a>{}{}', links.report(code, month), named, _(": "), told)
    if transition.action != ReportAction.APPROVE or not reporting.TRANSITIONS[ReportAction.REOPEN].allows(user, report):
        return said
    reopening = links.page("report-reopen", code, month)
    return format_html('{}{}<a href="{}">{}</a>', said, formatting.space(), reopening, _("Reopen it"))


def get_choice(report: MonthlyReport) -> str:
    """What a form sends: the report and the version of it that the page shows."""
    return f"{report.pk}:{digest_of(report)}"


def _get_chosen(request: HttpRequest) -> dict[int, str]:
    """The chosen reports by key, each with the version that the page showed."""
    pairs = [choice.partition(":") for choice in request.POST.getlist("report")]
    return {int(key): version for key, _colon, version in pairs if is_key(key)}


def _get_stale(
    request: HttpRequest, versions: Mapping[int, str], transition: reporting.Transition
) -> list[MonthlyReport]:
    """Reports that can take the step but are others than the page showed. Of those that cannot the workflow tells."""
    stored = MonthlyReport.objects.visible_to(request.user).filter(pk__in=versions, state__in=transition.starts)
    return [report for report in stored.select_related("entry__project") if digest_of(report) != versions[report.pk]]


def _say_changed(report: MonthlyReport) -> str:
    return _name_report(report, _("changed since you opened this page. Please look at it again; nothing was done."))


def _say_overtaken(report: MonthlyReport) -> str:
    return _name_report(report, str(reporting.DECISION_OVERTAKEN))


def _name_report(report: MonthlyReport, problem: str) -> str:
    return _("%(project)s: %(problem)s") % {"project": report.entry.project.name, "problem": problem}


def _get_refusals(error: reporting.RefusedError) -> list[str]:
    """Which reports stood in the way, and why."""
    return [
        _name_report(refusal.record, message) for refusal in error.refusals.values() for message in refusal.messages
    ]


@dataclass(frozen=True)
class Decision:
    """What a reviewer decided last, offered to be taken back: what the form sends of its reports, and what that does.

    The decision is in the register at once, so nothing is lost with a browser that closes. The form names it by the version
    of each report that it left, so that an old page takes back no later one.
    """

    told: str
    choices: list[str]
    effect: str
    comment: str


def get_newest_decision(request: HttpRequest, scope: Scope) -> Decision | None:
    """Return what the reviewer decided last, if it can be taken back. One query; of an approval those of the effect too."""
    events = reporting.newest_decision(request.user)
    if not events:
        return None
    action, keys = events[0].action, [event.report_id for event in events]
    report = events[0].report
    names = formatting.listing(event.report.entry.project.name for event in events[:3])
    told = _("Approved: %(projects)s") if action == ReportAction.APPROVE else _("Returned: %(projects)s")
    if len(events) > 3:
        names = _("%(names)s and %(count)s more") % {"names": names, "count": formatting.count(len(events) - 3)}
    effect = _get_retracting_effect(scope, keys, report) if action == ReportAction.APPROVE else ""
    return Decision(
        told % {"projects": names}, [get_choice(event.report) for event in events], effect, events[0].comment
    )


def _get_retracting_effect(scope: Scope, keys: list[int], report: MonthlyReport) -> Any:
    if scope.programme is None or scope.programme.pk != report.entry.programme_id:
        return ""
    now, then = retracting_effect(scope, keys, report.month)
    return _("The total of %(months)s goes from %(now)s to %(then)s %(unit)s.") % {
        "months": formatting.months(1, report.month),
        "now": formatting.money(now),
        "then": formatting.money(then),
        "unit": formatting.money_unit(),
    }
