"""Report workflow: what may happen next to a monthly report, and who does it. The one writer of a report's state.

    draft ── submit ──▶ submitted ── approve ──▶ approved
      ▲                   │  │                      │
      └──── withdraw ─────┘  └─ return ─▶ returned ◀┘ reopen
                                            │
    submitted ◀──────── submit ─────────────┘

    submitted ◀── retract ── approved or returned, for some minutes after that decision and while nothing came after it

Each transition is compare-and-set: reports are read again under the writers' lock, so of two people at one button one
wins and the other is told. Many reports go in one action, all or none. Each leaves a `ReportEvent`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext_lazy
from rest_framework.exceptions import ErrorDetail

from projects.access import get_access
from projects.choices import ReportAction, ReportState, RoundState
from projects.history.revisions import Draft
from projects.models import MonthlyReport, ReportEvent, Round
from projects.models.entry import was_on_list
from projects.models.report import RETURN_NEEDS_COMMENT, SUBMITTED_NEEDS_AMOUNT, SUBMITTER_APPROVES, TAKEN_BACK_WITHIN
from projects.totals.lights import is_behind_plan

from .transitions import (
    Refusal,
    RefusedError,
    Transition,
    create_event,
    get_messages_by_field,
    index_by_action,
    last_step,
    take_all_or_none,
)

__all__ = ["Refusal", "RefusedError"]  # what the doors catch and tell


def _set_submitted(report: MonthlyReport, user: Any, draft: Draft, _comment: str) -> None:
    report.submitted_at, report.submitted_by = draft.created_at, user
    # a report that was handed in on time and returned is not late for that
    report.handed_in_on = report.handed_in_on or report.entry.programme.today
    report.returned_at, report.returned_by, report.comment = None, None, ""


def _set_withdrawn(report: MonthlyReport, _user: Any, _draft: Draft, _comment: str) -> None:
    report.submitted_at, report.submitted_by, report.handed_in_on = None, None, None


def _set_returned(report: MonthlyReport, user: Any, draft: Draft, comment: str) -> None:
    report.returned_at, report.returned_by, report.comment = draft.created_at, user, comment
    report.approved_at, report.approved_by = None, None
    if report.handed_in_on is None and (found := report.round):
        # nobody here handed it in, and it was never late: nor is it for being given back
        report.handed_in_on = min(found.punctual_until, report.entry.programme.today)


def _set_approved(report: MonthlyReport, user: Any, draft: Draft, _comment: str) -> None:
    report.approved_at, report.approved_by = draft.created_at, user


def _set_retracted(report: MonthlyReport, _user: Any, _draft: Draft, _comment: str) -> None:
    report.approved_at, report.approved_by = None, None
    report.returned_at, report.returned_by, report.comment = None, None, ""


_BUREAU, _PROVINCE = ("projects.submit_monthlyreport",), ("projects.approve_monthlyreport",)
TRANSITIONS = index_by_action(
    Transition(
        action=ReportAction.SUBMIT,
        starts=(ReportState.DRAFT, ReportState.RETURNED),
        end=ReportState.SUBMITTED,
        permissions=_BUREAU,
        change=_set_submitted,
        verb=pgettext_lazy("step", "submit"),
        summary=gettext_lazy("Submit a report"),
        description=gettext_lazy("From draft or returned to submitted: the prefecture submits it to the province."),
        summary_of_many=gettext_lazy("Submit several reports"),
        done=ngettext_lazy("%(count)s report was submitted.", "%(count)s reports were submitted.", "number"),
        then=gettext_lazy("Next the province reviews; what it decides appears among your tasks."),
    ),
    Transition(
        action=ReportAction.WITHDRAW,
        starts=(ReportState.SUBMITTED,),
        end=ReportState.DRAFT,
        permissions=_BUREAU,
        change=_set_withdrawn,
        verb=pgettext_lazy("step", "withdraw"),
        summary=gettext_lazy("Withdraw a report"),
        description=gettext_lazy("From submitted back to draft, as long as the province has done nothing with it."),
        done=gettext_lazy("The report was withdrawn and is a draft again."),
        then=gettext_lazy("Submit it again before the round closes."),
    ),
    Transition(
        action=ReportAction.APPROVE,
        starts=(ReportState.SUBMITTED,),
        end=ReportState.APPROVED,
        permissions=_PROVINCE,
        change=_set_approved,
        verb=pgettext_lazy("step", "approve"),
        summary=gettext_lazy("Approve a report"),
        description=gettext_lazy("From submitted to approved: totals count it from now on. Not by who submitted it."),
        summary_of_many=gettext_lazy("Approve several reports"),
        done=ngettext_lazy("%(count)s report was approved.", "%(count)s reports were approved.", "number"),
        then=gettext_lazy("Totals count the amounts from now on, and the prefecture sees the approval."),
    ),
    Transition(
        action=ReportAction.RETURN,
        starts=(ReportState.SUBMITTED,),
        end=ReportState.RETURNED,
        permissions=_PROVINCE,
        change=_set_returned,
        comment_missing=RETURN_NEEDS_COMMENT,
        verb=pgettext_lazy("step", "return"),
        summary=gettext_lazy("Return a report"),
        description=gettext_lazy("From submitted to returned, with a comment for the prefecture."),
        summary_of_many=gettext_lazy("Return several reports"),
        done=ngettext_lazy("%(count)s report was returned.", "%(count)s reports were returned.", "number"),
        then=gettext_lazy(
            "The prefecture finds your comment among its tasks; what is submitted again waits here with its "
            "changes marked."
        ),
    ),
    Transition(
        action=ReportAction.REOPEN,
        starts=(ReportState.APPROVED,),
        end=ReportState.RETURNED,
        permissions=_PROVINCE,
        change=_set_returned,
        comment_missing=RETURN_NEEDS_COMMENT,
        verb=pgettext_lazy("step", "reopen"),
        summary=gettext_lazy("Reopen a report"),
        description=gettext_lazy("From approved to returned, for correction: totals no longer count it."),
    ),
    Transition(
        action=ReportAction.RETRACT,
        starts=(ReportState.APPROVED, ReportState.RETURNED),
        end=ReportState.SUBMITTED,
        permissions=_PROVINCE,
        change=_set_retracted,
        verb=pgettext_lazy("step", "take the decision back"),
        summary=gettext_lazy("Take a decision on a report back"),
        description=gettext_lazy(
            "From approved or returned to submitted, within ten minutes of that decision and while nothing came after it."
        ),
    ),
)
DECISION_OVERTAKEN = gettext_lazy("Something came after this decision, so it cannot be taken back.")
DECISIONS = tuple(each.action for each in TRANSITIONS.values() if each.done and each.permissions == _PROVINCE)


def take(action: str, reports: Iterable[MonthlyReport], *, user: Any, comment: str = "") -> list[MonthlyReport]:
    """Take all reports one step further, or none. Raises `RefusedError`, `PermissionDenied`, `ValidationError`."""
    transition = TRANSITIONS[action]
    words = transition.comment(comment)
    return take_all_or_none(
        reports,
        of=MonthlyReport.objects.visible_to(user).select_related("entry__project", "entry__programme"),
        user=user,
        may=lambda report: transition.allows(user, report),
        refusal=lambda report: _get_refusal(transition, report, user),
        take=lambda report, draft: _take(transition, report, user=user, draft=draft, comment=words),
        absent=_("One of these reports does not exist, or you do not have access to it."),
    )


submit = partial(take, ReportAction.SUBMIT)
withdraw = partial(take, ReportAction.WITHDRAW)
send_back = partial(take, ReportAction.RETURN)
approve = partial(take, ReportAction.APPROVE)
reopen = partial(take, ReportAction.REOPEN)
retract = partial(take, ReportAction.RETRACT)


def may(user: Any, action: str, report: MonthlyReport) -> bool:
    """Whether the user may take this step with the report as it stands, apart from what it says."""
    own = action == ReportAction.APPROVE and report.submitted_by_id == user.pk
    late = action == ReportAction.RETRACT and not _is_fresh(report.approved_at or report.returned_at)
    return report.state in TRANSITIONS[action].starts and not (own or late) and TRANSITIONS[action].allows(user, report)


def newest_decision(user: Any) -> list[ReportEvent]:
    """The events of what the user decided last, while it can be taken back; none of those after which something came."""
    since = timezone.now() - TAKEN_BACK_WITHIN
    own = ReportEvent.objects.filter(user=user, at__gte=since)
    newest = own.order_by("-at").values("revision")[:1]
    events = own.filter(revision=Subquery(newest), action__in=DECISIONS).select_related("report__entry__project")
    later = MonthlyReport.history.filter(id=OuterRef("report"), revision__gt=OuterRef("revision"))
    return list(events.exclude(Exists(later)).order_by("report__entry__project__code"))


def _is_fresh(decided: dt.datetime | None) -> bool:
    return decided is not None and timezone.now() - decided < TAKEN_BACK_WITHIN


def _get_retraction_obstacle(report: MonthlyReport) -> str:
    """Why not; empty if it can: its newest event is a decision of a short time ago, and it says the same since."""
    last = report.events.first()
    if last is None or last.action not in DECISIONS:
        return _("There is no decision of the review that could be taken back.")
    if not _is_fresh(last.at):
        minutes = {"minutes": int(TAKEN_BACK_WITHIN.total_seconds() // 60)}
        return _("A decision can be taken back for %(minutes)s minutes only. Reopen the report instead.") % minutes
    if report.history.filter(revision__gt=last.revision_id).exists():
        return str(DECISION_OVERTAKEN)
    return ""


def may_edit(user: Any, report: MonthlyReport) -> bool:
    """Whether the user may change what the report says: a submitted one nobody, an approved one the province."""
    if report.state == ReportState.SUBMITTED or not user.has_perm("projects.change_monthlyreport", report):
        return False
    return report.state != ReportState.APPROVED or get_access(user).is_of_the_province


def obstacles(report: MonthlyReport) -> dict[str, list[str]]:
    """What keeps a report from being submitted, by field; empty when it can be."""
    errors: dict[str, list[str]] = {}
    try:
        report.full_clean()
    except ValidationError as error:
        errors = get_messages_by_field(error)
    errors = _get_too_large_errors(report) | errors
    for name, messages in find_missing_fields(report, found=report.round, unexplained=is_behind_plan(report)).items():
        errors.setdefault(name, []).extend(messages)
    return errors


def find_missing_fields(report: MonthlyReport, *, found: Round | None, unexplained: bool) -> dict[str, list[str]]:
    """What a valid report lacks for being submitted, by field, without a query.

    `found` is its round, `unexplained` whether it is so far behind its plan that it must say why.
    """
    if report.disbursed is None:
        return {"disbursed": [ErrorDetail(str(SUBMITTED_NEEDS_AMOUNT), "missing")]}
    errors: dict[str, list[str]] = {}
    if not was_on_list(report.entry.joined, report.entry.left, report.period):
        off_list = _("The project was not on the list in this month, so no report is asked of it.")
        return {NON_FIELD_ERRORS: [ErrorDetail(off_list, "not_on_list")]}
    is_planned = found is None or found.state == RoundState.PLANNED
    if is_planned and (early := report.entry.programme.refused_until(report.month)):
        errors[NON_FIELD_ERRORS] = [ErrorDetail(early, "not_open")]
    if found is not None and found.state == RoundState.CLOSED and not report.correction_reason.strip():
        closed = _("The round closed on %(day)s: say why the report comes now.") % {"day": found.closes.isoformat()}
        errors["correction_reason"] = [ErrorDetail(closed, "closed_round")]
    if unexplained:
        wanted = _("The project is further behind its plan than the limit: this field is required.")
        errors |= {
            name: [ErrorDetail(wanted, "missing")]
            for name in ("reason", "measure")
            if not getattr(report, name).strip()
        }
    return errors


def _get_too_large_errors(report: MonthlyReport) -> dict[str, list[str]]:
    """The report may have been right when it was typed: the project can have been corrected since."""
    said = report.too_large()
    return get_messages_by_field(ValidationError({"disbursed": said})) if said else {}


def _take(transition: Transition, report: MonthlyReport, *, user: Any, draft: Draft, comment: str) -> None:
    before = report.state
    if transition.change:
        transition.change(report, user, draft, comment)
    report.state = transition.end
    report.save()
    create_event(report, transition.action, before, draft=draft, user=user, comment=comment)


def _get_refusal(transition: Transition, report: MonthlyReport, user: Any) -> Refusal | None:
    if report.state not in transition.starts:
        return Refusal(report, {NON_FIELD_ERRORS: [_describe_last_step(report)]}, conflict=True)
    errors: dict[str, list[str]] = {}
    if transition.action == ReportAction.SUBMIT:
        errors = obstacles(report)
    elif transition.action == ReportAction.APPROVE:
        own = report.submitted_by_id == user.pk
        errors = (
            {NON_FIELD_ERRORS: [ErrorDetail(str(SUBMITTER_APPROVES), "second_person")]}
            if own
            else _get_too_large_errors(report)
        )
    elif transition.action == ReportAction.RETRACT and (said := _get_retraction_obstacle(report)):
        return Refusal(report, {NON_FIELD_ERRORS: [said]}, conflict=True)
    return Refusal(report, errors) if errors else None


def _describe_last_step(report: MonthlyReport) -> str:
    """Why the step is not possible any more: what was done last, and by whom."""
    state, last = {"state": str(report.get_state_display())}, last_step(report)
    if last is None:
        return _("This report is in the state “%(state)s”.") % state
    return _("This report is in the state “%(state)s” since %(when)s (%(who)s).") % (state | last)
