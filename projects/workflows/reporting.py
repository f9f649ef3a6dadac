"""Report workflow: what may happen next to a monthly report, and who does it. The one writer of a report's state.

    draft ── submit ──▶ submitted ── approve ──▶ approved
      ▲                   │  │                      │
      └──── withdraw ─────┘  └─ return ─▶ returned ◀┘ reopen
                                            │
    submitted ◀──────── submit ─────────────┘

Each transition is compare-and-set: reports are read again under the writers' lock, so of two people at one button one
wins and the other is told. Many reports go in one action, all or none. Each leaves a `ReportEvent`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from projects.access import access_of
from projects.choices import ReportAction, ReportState, RoundState
from projects.models import MonthlyReport, ReportEvent, Round
from projects.models.entry import was_on_list
from projects.models.report_event import RETURN_NEEDS_COMMENT
from projects.models.report_rules import SUBMITTED_NEEDS_AMOUNT, SUBMITTER_APPROVES
from projects.monitoring.plan_status import behind_plan
from projects.versioning.revisions import Draft
from sectors.models import no_nul

from .transitions import Refusal, RefusedError, last_step, leave_event, taken_together

__all__ = ["Refusal", "RefusedError"]  # what the doors catch and tell

# which states an action starts from, and the one that it leads to
STEPS: dict[ReportAction, tuple[frozenset[ReportState], ReportState]] = {
    ReportAction.SUBMIT: (frozenset({ReportState.DRAFT, ReportState.RETURNED}), ReportState.SUBMITTED),
    ReportAction.WITHDRAW: (frozenset({ReportState.SUBMITTED}), ReportState.DRAFT),
    ReportAction.RETURN: (frozenset({ReportState.SUBMITTED}), ReportState.RETURNED),
    ReportAction.APPROVE: (frozenset({ReportState.SUBMITTED}), ReportState.APPROVED),
    ReportAction.REOPEN: (frozenset({ReportState.APPROVED}), ReportState.RETURNED),
}
# the permission that each action takes; see access.py
PERMISSIONS = {
    ReportAction.SUBMIT: "projects.submit_monthlyreport",
    ReportAction.WITHDRAW: "projects.submit_monthlyreport",
    ReportAction.RETURN: "projects.approve_monthlyreport",
    ReportAction.APPROVE: "projects.approve_monthlyreport",
    ReportAction.REOPEN: "projects.approve_monthlyreport",
}


def submit(reports: Iterable[MonthlyReport], *, user: Any) -> list[MonthlyReport]:
    """Hand reports in to the province. Raises `RefusedError`, `PermissionDenied`."""
    return _step(ReportAction.SUBMIT, reports, user=user, change=_submitted)


def withdraw(reports: Iterable[MonthlyReport], *, user: Any) -> list[MonthlyReport]:
    """Take submitted reports back as drafts. Raises `RefusedError`, `PermissionDenied`."""
    return _step(ReportAction.WITHDRAW, reports, user=user, change=_withdrawn)


def send_back(reports: Iterable[MonthlyReport], *, user: Any, comment: str) -> list[MonthlyReport]:
    """Return submitted reports with a comment. Raises `RefusedError`, `PermissionDenied`, `ValidationError`."""
    return _step(ReportAction.RETURN, reports, user=user, change=_returned, comment=_said(comment))


def approve(reports: Iterable[MonthlyReport], *, user: Any) -> list[MonthlyReport]:
    """Approve submitted reports, so that totals count them. Raises `RefusedError`, `PermissionDenied`."""
    return _step(ReportAction.APPROVE, reports, user=user, change=_approved)


def reopen(reports: Iterable[MonthlyReport], *, user: Any, comment: str) -> list[MonthlyReport]:
    """Give approved reports back for correction: totals no longer count them. Raises as `send_back`."""
    return _step(ReportAction.REOPEN, reports, user=user, change=_returned, comment=_said(comment))


def may(user: Any, action: ReportAction, report: MonthlyReport) -> bool:
    """Whether the user may take this step with the report as it stands, apart from what it says."""
    starts, _end = STEPS[action]
    own = action == ReportAction.APPROVE and report.submitted_by_id == user.pk
    return report.state in starts and not own and user.has_perm(PERMISSIONS[action], report)


def may_edit(user: Any, report: MonthlyReport) -> bool:
    """Whether the user may change what the report says: a submitted one nobody, an approved one the province."""
    if report.state == ReportState.SUBMITTED or not user.has_perm("projects.change_monthlyreport", report):
        return False
    return report.state != ReportState.APPROVED or access_of(user).is_of_the_province


def obstacles(report: MonthlyReport) -> dict[str, list[str]]:
    """What keeps a report from being submitted, by field; empty when it can be."""
    errors: dict[str, list[str]] = {}
    try:
        report.full_clean()
    except ValidationError as error:
        errors = dict(error.message_dict)
    errors = _too_large(report) | errors
    for name, messages in lacking(report, found=report.round, unexplained=behind_plan(report)).items():
        errors.setdefault(name, []).extend(messages)
    return errors


def lacking(report: MonthlyReport, *, found: Round | None, unexplained: bool) -> dict[str, list[str]]:
    """What a valid report lacks for being submitted, by field, without a query.

    `found` is its round, `unexplained` whether it is so far behind its plan that it must say why.
    """
    if report.disbursed is None:
        return {"disbursed": [str(SUBMITTED_NEEDS_AMOUNT)]}
    errors: dict[str, list[str]] = {}
    if not was_on_list(report.entry.joined, report.entry.left, report.period):
        return {NON_FIELD_ERRORS: [_("The project was not on the list in this month, so no report is asked of it.")]}
    if found is not None and found.state == RoundState.PLANNED:
        errors[NON_FIELD_ERRORS] = [_("The round opens on %(day)s.") % {"day": found.opens.isoformat()}]
    if found is not None and found.state == RoundState.CLOSED and not report.correction_reason.strip():
        closed = _("The round closed on %(day)s: say why the report comes now.") % {"day": found.closes.isoformat()}
        errors["correction_reason"] = [closed]
    if unexplained:
        wanted = _("The project is further behind its plan than the limit: this field is required.")
        errors |= {name: [wanted] for name in ("reason", "measure") if not getattr(report, name).strip()}
    return errors


def _too_large(report: MonthlyReport) -> dict[str, list[str]]:
    """The report may have been right when it was typed: the project can have been corrected since."""
    said = report.too_large()
    return {"disbursed": ValidationError(said).messages} if said else {}


def _said(comment: str) -> str:
    """The words of a step: one fault of all its reports. Raises `ValidationError`."""
    if not comment.strip():
        raise ValidationError({"comment": RETURN_NEEDS_COMMENT})
    try:
        no_nul(comment)
    except ValidationError as error:
        raise ValidationError({"comment": error.messages}) from error
    return comment.strip()


Change = Callable[[MonthlyReport, Any, Draft, str], None]


def _step(
    action: ReportAction, reports: Iterable[MonthlyReport], *, user: Any, change: Change, comment: str = ""
) -> list[MonthlyReport]:
    """Take all reports one step further, or none."""
    return taken_together(
        reports,
        of=MonthlyReport.objects.visible_to(user).select_related("entry__project", "entry__programme"),
        user=user,
        may=lambda report: user.has_perm(PERMISSIONS[action], report),
        refusal=lambda report: _refusal(action, report, user),
        take=lambda report, draft: _take(action, report, user=user, draft=draft, change=change, comment=comment),
        absent=_("One of these reports is not there, or not yours to see."),
    )


def _take(
    action: ReportAction, report: MonthlyReport, *, user: Any, draft: Draft, change: Change, comment: str
) -> None:
    before = report.state
    change(report, user, draft, comment)
    report.state = STEPS[action][1]
    report.save()
    facts = {"report": report, "action": action, "before": before, "after": report.state}
    leave_event(ReportEvent, draft, **facts, comment=comment, user=user)


def _refusal(action: ReportAction, report: MonthlyReport, user: Any) -> Refusal | None:
    starts, _end = STEPS[action]
    if report.state not in starts:
        return Refusal(report, {NON_FIELD_ERRORS: [_overtaken(report)]}, conflict=True)
    if action == ReportAction.APPROVE and report.submitted_by_id == user.pk:
        return Refusal(report, {NON_FIELD_ERRORS: [str(SUBMITTER_APPROVES)]})
    errors: dict[str, list[str]] = {}
    if action == ReportAction.SUBMIT:
        errors = obstacles(report)
    elif action == ReportAction.APPROVE:
        errors = _too_large(report)
    return Refusal(report, errors) if errors else None


def _overtaken(report: MonthlyReport) -> str:
    """Why the step is not possible any more: what was done last, and by whom."""
    state, last = {"state": str(report.get_state_display())}, last_step(report)
    if last is None:
        return _("This report is in the state “%(state)s”.") % state
    return _("This report is in the state “%(state)s” since %(when)s (%(who)s).") % (state | last)


def _submitted(report: MonthlyReport, user: Any, draft: Draft, _comment: str) -> None:
    report.submitted_at, report.submitted_by = draft.created_at, user
    # a report that was handed in on time and returned is not late for that
    report.handed_in_on = report.handed_in_on or report.entry.programme.today
    report.returned_at, report.returned_by, report.comment = None, None, ""


def _withdrawn(report: MonthlyReport, _user: Any, _draft: Draft, _comment: str) -> None:
    report.submitted_at, report.submitted_by, report.handed_in_on = None, None, None


def _returned(report: MonthlyReport, user: Any, draft: Draft, comment: str) -> None:
    report.returned_at, report.returned_by, report.comment = draft.created_at, user, comment
    report.approved_at, report.approved_by = None, None


def _approved(report: MonthlyReport, user: Any, draft: Draft, _comment: str) -> None:
    report.approved_at, report.approved_by = draft.created_at, user
