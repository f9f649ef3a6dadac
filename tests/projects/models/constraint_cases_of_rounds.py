"""What the database refuses of rounds, plans, milestones, problems, ratings and of each state of a report."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.db import models
from django.utils import timezone

from projects.choices import ReminderKind, ReportAction, ReportState
from projects.history.revisions import create_revision
from projects.models import (
    AnsweredCall,
    Entry,
    Import,
    Job,
    LightRule,
    Milestone,
    MonthlyReport,
    Plan,
    Problem,
    Rating,
    RememberedMapping,
    ReminderSent,
    ReportDraft,
    ReportEvent,
    Revision,
    Round,
    Webhook,
    WebhookDelivery,
)
from tests.people import person

from .constraint_case import Case

JUNE, JULY, LIMIT = dt.date(2023, 6, 1), dt.date(2023, 7, 1), 500 * 10**9
LARGE = {"disbursed": LIMIT}
TAKEN_BACK = {"disbursed": -LIMIT, "correction_reason": "Counted twice."}
NOBODY_YET = {"submitted_at": None, "submitted_by": None, "handed_in_on": None}


def _state(constraint: str, stored: str, **changes: Any) -> Case:
    return Case(constraint, MonthlyReport, changes, NON_FIELD_ERRORS, start=stored)


ROUND_CASES = [
    Case("round_is_one_for_each_programme_and_month", Round, {}, NON_FIELD_ERRORS, adds=True),
    Case("round_month_from_1_to_12", Round, {"month": 13}, "month"),
    Case("round_due_not_before_open", Round, {"opens": dt.date(2024, 1, 1)}, "due"),
    Case("round_grace_lies_between_due_and_close", Round, {"punctual_until": dt.date(2023, 7, 1)}, ""),
    Case("round_closes_not_before_due", Round, {"closes": dt.date(2023, 6, 1)}, "closes"),
    Case("light_rule_code_is_no_address", LightRule, {"code": "many"}, "code"),
    Case("light_rule_limits_are_in_order", LightRule, {"red": 5}, "red"),
    Case("light_rule_limits_are_in_order", LightRule, {"method": "share"}, "red"),
    Case("light_rule_yellow_comes_before_red", LightRule, {"start_yellow": 9}, "start_red"),
    Case("plan_of_a_kind_is_decided_once_a_day", Plan, {}, NON_FIELD_ERRORS, adds=True),
    Case("plan_amount_from_0_to_below_500_billion", Plan, {"amount": -1}, "amount"),
    Case("plan_revised_has_a_reason", Plan, {"reason": ""}, "reason"),
    Case("plan_published_has_a_source", Plan, {"basis": "published"}, "source"),
    Case("milestone_has_its_name_once_in_a_project", Milestone, {}, NON_FIELD_ERRORS, adds=True),
    Case("milestone_published_has_a_source", Milestone, {"basis": "published"}, "source"),
    Case("problem_solved_has_its_day", Problem, {"state": "solved", "note": "done"}, "solved_on"),
    Case(
        "problem_solved_not_before_raised",
        Problem,
        {"state": "solved", "note": "done", "solved_on": dt.date(2023, 5, 1)},
        "solved_on",
    ),
    Case("problem_published_has_a_source", Problem, {"basis": "published"}, "source"),
    Case("rating_month_from_1_to_12", Rating, {"month": 0}, "month"),
    Case("reminder_of_a_round_goes_out_once", ReminderSent, {}, NON_FIELD_ERRORS, adds=True),
    Case("reminder_of_a_programme_goes_out_once", ReminderSent, {}, NON_FIELD_ERRORS, adds=True),
    Case("reminder_of_a_return_goes_out_once", ReminderSent, {}, NON_FIELD_ERRORS, adds=True),
    Case("reminder_speaks_of_what_its_kind_says", ReminderSent, {"round": None}, NON_FIELD_ERRORS),
    Case("reminder_speaks_of_what_its_kind_says", ReminderSent, {"kind": "answer"}, NON_FIELD_ERRORS),
    Case("a_key_is_used_once_by_a_caller", AnsweredCall, {}, NON_FIELD_ERRORS, adds=True),
    Case("a_person_has_one_draft_of_a_row", ReportDraft, {}, NON_FIELD_ERRORS, adds=True),
    Case("job_with_a_key_is_there_once", Job, {}, NON_FIELD_ERRORS, adds=True),
    Case("job_is_leased_while_it_runs", Job, {"state": "running"}, NON_FIELD_ERRORS),
    Case("import_is_written_once_confirmed", Import, {"state": "done"}, NON_FIELD_ERRORS),
    Case("a_mapping_is_remembered_once", RememberedMapping, {}, NON_FIELD_ERRORS, adds=True),
    Case("webhook_has_one_message_for_a_revision", WebhookDelivery, {}, NON_FIELD_ERRORS, adds=True),
    Case("report_event_return_has_a_comment", ReportEvent, {"comment": ""}, NON_FIELD_ERRORS, adds=True),
    Case("report_disbursed_above_minus_500_billion_and_below_500_billion", MonthlyReport, TAKEN_BACK, "disbursed"),
    Case("report_disbursed_above_minus_500_billion_and_below_500_billion", MonthlyReport, LARGE, "disbursed"),
    Case("report_forecast_from_0_to_below_500_billion", MonthlyReport, {"forecast": -1}, "forecast"),
    Case("report_negative_amount_has_a_reason", MonthlyReport, {"disbursed": -1}, "correction_reason"),
    Case("report_submitted_has_an_amount", MonthlyReport, {"disbursed": None}, "disbursed", start="submitted"),
    _state("report_draft_has_no_times", "draft", submitted_at=timezone.now()),
    _state("report_draft_has_no_times", "submitted", state="draft"),
    _state("report_submitted_has_time_and_person", "submitted", submitted_at=None),
    _state("report_submitted_has_time_and_person", "submitted", handed_in_on=None),
    _state("report_returned_has_time_person_and_comment", "returned", returned_at=None),
    _state("report_returned_has_time_person_and_comment", "returned", comment=""),
    _state("report_approved_has_time_and_person", "approved", approved_at=None),
    _state("report_approved_has_time_and_person", "approved", **NOBODY_YET),
    _state("report_approver_is_not_submitter", "self-approved"),
]


def round_row(case: Case) -> models.Model:
    """A stored row that the case can spoil."""
    entry = Entry.objects.get(project__code="HN-EI-2023-13", programme__year=2023)
    if case.model in (Round, LightRule):
        key = {Round: {"month": 6}, LightRule: {"code": "points-behind"}}[case.model]
        return case.model._default_manager.get(**key)
    if case.model is MonthlyReport:
        return report_in(case.start or "draft", entry)
    if case.model is ReportEvent:
        return _event(report_in("returned", entry))
    if case.model is AnsweredCall:
        said = {"user": person("bureau"), "key": "again", "fingerprint": "0", "status": 201, "body": "{}"}
        return AnsweredCall.objects.create(created_at=timezone.now(), **said)
    if case.model is ReportDraft:
        said = {"user": person("bureau"), "month": 7, "version": "new", "unit": "small", "saved_at": timezone.now()}
        return ReportDraft.objects.create(entry=entry, **said)
    if case.model is Job:
        return Job.objects.create(kind="webhook", key="1", run_after=timezone.now())
    if case.model is Import:
        said = {"door": "page", "language": "zh-hans", "kind": "register", "programme": entry.programme, "size": 1}
        said |= {"user": person("bureau"), "name": "a.xlsx", "digest": "0" * 64, "expires_at": timezone.now()}
        return Import.objects.create(**said)
    if case.model is RememberedMapping:
        said = {"kind": "register", "signature": "0" * 32, "mapping": {"A": {"field": "code"}}}
        return RememberedMapping.objects.create(user=person("bureau"), **said)
    if case.model is WebhookDelivery:
        webhook = Webhook.objects.create(
            user=person("platform"), label="platform", url="https://a.example/", position=1
        )
        return WebhookDelivery.objects.create(webhook=webhook, number=2, next_attempt_at=timezone.now())
    if case.constraint == "reminder_of_a_return_goes_out_once":
        report = report_in("returned", entry)
        said = {"kind": ReminderKind.RETURN, "report_event": _event(report), "user": report.submitted_by}
        return ReminderSent.objects.create(day=JULY, sent_at=timezone.now(), **said)
    if case.model is ReminderSent:
        return _reminder(of_a_round="programme" not in case.constraint)
    made: dict[type[models.Model], dict[str, Any]] = {
        Plan: {"entry": entry, "amount": 5, "decided_on": JULY, "reason": "Delayed permits"},
        Milestone: {"project": entry.project, "name_zh": "封顶", "planned": JULY},
        Problem: {"project": entry.project, "kind": "land", "description": "No land", "raised_on": JUNE},
    }
    if case.model is Rating:
        made[Rating] = {"entry": entry, "month": 6, "light": "red", "words": "Late", "author": person("judge")}
    row = case.model(**made[case.model])
    row.save()
    return row


def report_in(state: str, entry: Entry, month: int = 7) -> MonthlyReport:
    """A bureau's report in the state, as the workflow would leave it."""
    report = MonthlyReport(entry=entry, month=month, disbursed=10**7)
    bureau, reviewer = person("bureau"), person("reviewer")
    now = timezone.now()
    handed_in = {"submitted_at": now, "submitted_by": bureau, "handed_in_on": JULY}
    values: dict[str, dict[str, Any]] = {
        "draft": {},
        "submitted": handed_in,
        "returned": handed_in | {"returned_at": now, "returned_by": reviewer, "comment": "Why so little?"},
        "approved": handed_in | {"approved_at": now, "approved_by": reviewer},
        "self-approved": handed_in | {"approved_at": now, "approved_by": reviewer},
    }
    report.state = ReportState(state.removeprefix("self-"))
    for name, value in values[state].items():
        setattr(report, name, value)
    report.save()
    return report


def spoil(case: Case, row: Any) -> dict[str, Any]:
    """The values that break the constraint, those that depend on the stored row included."""
    if case.start == "self-approved":
        return {"approved_by": row.submitted_by}
    if case.start == "self-accepted":
        return {"answered_by": row.proposed_by}
    return case.changes


def _event(report: MonthlyReport) -> ReportEvent:
    with create_revision() as draft:
        report.progress = "for a revision"
        report.save()
        number = draft.number
    event = ReportEvent(
        report=report,
        action=ReportAction.RETURN,
        before=ReportState.SUBMITTED,
        after=ReportState.RETURNED,
        comment="Why so little?",
        user=report.returned_by,
        at=timezone.now(),
        revision=Revision.objects.get(number=number),
    )
    event.save()
    return event


def _reminder(*, of_a_round: bool) -> ReminderSent:
    june = Round.objects.select_related("programme").get(month=6)
    values = {"kind": ReminderKind.BEFORE, "round": june} if of_a_round else {"kind": ReminderKind.DIGEST}
    reminder = ReminderSent(programme=june.programme, user=person("bureau"), day=JULY, sent_at=timezone.now(), **values)
    reminder.save()
    return reminder
