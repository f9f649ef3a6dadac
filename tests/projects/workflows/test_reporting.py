"""Every step of a report, by everybody: what it leaves, who may take it, and what stands in its way."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import DatabaseError, models, transaction
from django.utils.translation import override

from projects.choices import ReportAction, ReportState, Role
from projects.models import MonthlyReport, Programme, ReportEvent, Revision, Round
from projects.models.revision import rows_of
from projects.workflows import reporting
from tests.people import person
from tests.threads import call_at_once

from ..models.reports_made import YI, ZHUZHOU_CODE, approved, drafted, submitted

ROLES = (
    "province",
    "changsha_writer",
    "zhuzhou_writer",
    "changsha_reader",
    "analyst",
    "administrator",
    "stranger",
)
REVIEWING = (ReportAction.RETURN, ReportAction.APPROVE, ReportAction.REOPEN, ReportAction.RETRACT)


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


@pytest.fixture
def people(request, register):
    return {role: request.getfixturevalue(role) for role in ROLES}


@pytest.fixture
def reviewer(register):
    return person("reviewer", Role.PROVINCE)


def stored(report):
    return MonthlyReport.objects.get(pk=report.pk)


def report_in(state, *, by, reviewer):
    if state == ReportState.DRAFT:
        return drafted()
    if state == ReportState.SUBMITTED:
        return submitted(by)
    if state == ReportState.RETURNED:
        return reporting.send_back([submitted(by)], user=reviewer, comment="Why?")[0]
    return approved(by, reviewer)


def take(action, report, user):
    step = {
        ReportAction.SUBMIT: reporting.submit,
        ReportAction.WITHDRAW: reporting.withdraw,
        ReportAction.RETURN: reporting.send_back,
        ReportAction.APPROVE: reporting.approve,
        ReportAction.REOPEN: reporting.reopen,
        ReportAction.RETRACT: reporting.retract,
    }[action]
    words = {"comment": "Why?"} if action in (ReportAction.RETURN, ReportAction.REOPEN) else {}
    return step([report], user=user, **words)[0]


@pytest.mark.parametrize("action", ReportAction.values)
@pytest.mark.parametrize("role", ROLES)
def test_a_step_is_taken_by_those_who_may_and_by_nobody_else(people, reviewer, role, action):
    action = ReportAction(action)
    start = sorted(reporting.TRANSITIONS[action].starts)[0]
    report = report_in(start, by=people["changsha_writer"], reviewer=reviewer)
    may = role == "province" or (role == "changsha_writer" and action not in REVIEWING)
    before = report.events.count()
    assert reporting.may(people[role], action, report) == may
    if may:
        assert take(action, report, people[role]).state == reporting.TRANSITIONS[action].end
        assert report.events.count() == before + 1
    else:
        with pytest.raises(PermissionDenied):
            take(action, report, people[role])
        assert stored(report).state == start
        assert report.events.count() == before


@pytest.mark.parametrize("action", ReportAction.values)
@pytest.mark.parametrize("state", ReportState.values)
def test_a_step_is_taken_from_its_own_states_only(province, changsha_writer, reviewer, state, action):
    action, state = ReportAction(action), ReportState(state)
    report = report_in(state, by=changsha_writer, reviewer=reviewer)
    if state in reporting.TRANSITIONS[action].starts:
        assert take(action, report, province).state == reporting.TRANSITIONS[action].end
        return
    with pytest.raises(reporting.RefusedError) as refused:
        take(action, report, province)
    assert refused.value.conflict
    assert stored(report).state == state


def test_submitting_leaves_the_time_the_person_the_day_and_an_event(changsha_writer):
    report = submitted(changsha_writer)
    event = report.events.get()
    assert (report.submitted_by, report.handed_in_on) == (changsha_writer, dt.date(2023, 8, 7))
    assert report.submitted_at == event.at == event.revision.created_at
    assert (event.action, event.before, event.after, event.user) == ("submit", "draft", "submitted", changsha_writer)
    assert event.revision == Revision.objects.first()


def test_the_digest_of_a_revision_covers_its_events(changsha_writer):
    event = submitted(changsha_writer).events.get()
    history = {MonthlyReport.history.model, ReportEvent}
    rows = rows_of(event.revision_id, history)
    assert rows.keys() == {"projects.HistoricalMonthlyReport", "projects.ReportEvent"}
    assert event.revision.digest_of(rows) == event.revision.digest


def test_who_submits_cannot_approve(province):
    report = submitted(province)
    assert not reporting.may(province, ReportAction.APPROVE, report)
    with pytest.raises(reporting.RefusedError, match="cannot approve"):
        reporting.approve([report], user=province)
    assert stored(report).state == ReportState.SUBMITTED


def test_the_second_reviewer_is_told_who_was_faster(province, changsha_writer, reviewer):
    report = submitted(changsha_writer)
    reporting.approve([report], user=reviewer)
    with pytest.raises(reporting.RefusedError) as refused:
        reporting.send_back([report], user=province, comment="Why?")
    assert refused.value.conflict
    assert "reviewer" in str(refused.value)
    assert stored(report).approved_by == reviewer


@pytest.mark.parametrize("comment", ["", "  \n"])
def test_returning_and_reopening_take_words(province, changsha_writer, reviewer, comment):
    report = submitted(changsha_writer)
    with pytest.raises(ValidationError) as refused:
        reporting.send_back([report], user=province, comment=comment)
    assert list(refused.value.message_dict) == ["comment"]
    reporting.approve([report], user=province)
    with pytest.raises(ValidationError):
        reporting.reopen([report], user=reviewer, comment=comment)
    assert stored(report).state == ReportState.APPROVED


def test_a_returned_report_is_corrected_and_keeps_its_versions(province, changsha_writer):
    report = submitted(changsha_writer)
    returned = reporting.send_back([report], user=province, comment="June again?")[0]
    assert (returned.comment, returned.returned_by) == ("June again?", province)
    returned.disbursed = 2 * YI
    returned.save()
    again = reporting.submit([returned], user=changsha_writer)[0]
    assert (again.comment, again.returned_at, again.returned_by) == ("", None, None)
    amounts = [row.disbursed for row in report.history.filter(state="submitted").order_by("history_id")]
    assert amounts == [YI, 2 * YI]
    assert [event.action for event in report.events.order_by("id")] == ["submit", "return", "submit"]


def test_a_report_handed_in_on_time_and_returned_is_not_late(province, changsha_writer):
    report = reporting.send_back([submitted(changsha_writer)], user=province, comment="Why?")[0]
    programme = Programme.objects.get(year=2023)
    programme.reporting_day = dt.date(2023, 8, 18)
    programme.save()
    assert reporting.submit([stored(report)], user=changsha_writer)[0].handed_in_on == dt.date(2023, 8, 7)


def test_a_withdrawn_report_is_handed_in_on_another_day(changsha_writer):
    report = reporting.withdraw([submitted(changsha_writer)], user=changsha_writer)[0]
    assert (report.state, report.submitted_at, report.submitted_by, report.handed_in_on) == ("draft", None, None, None)


def test_many_go_together_or_not_at_all(province):
    good, bad = drafted(), drafted(ZHUZHOU_CODE, disbursed=None)
    with pytest.raises(reporting.RefusedError) as refused:
        reporting.submit([good, bad], user=province)
    assert list(refused.value.refusals) == [bad.pk]
    assert list(refused.value.refusals[bad.pk].errors) == ["disbursed"]
    assert not refused.value.conflict
    assert {stored(good).state, stored(bad).state} == {ReportState.DRAFT}
    assert not ReportEvent.objects.exists()
    bad.disbursed = 0
    bad.save()
    assert [each.pk for each in reporting.submit([bad, good], user=province)] == [bad.pk, good.pk]
    assert Revision.objects.first().report_events.count() == 2


def test_a_round_that_is_not_open_yet_takes_no_reports(changsha_writer):
    Round.objects.get(programme__year=2023, month=7).delete()
    Round(
        programme=Programme.objects.get(year=2023),
        month=7,
        opens=dt.date(2023, 8, 8),
        due=dt.date(2023, 8, 10),
        closes=dt.date(2023, 8, 10),
    ).save()
    with pytest.raises(reporting.RefusedError) as refused:
        submitted(changsha_writer)
    (refusal,) = refused.value.refusals.values()
    assert list(refusal.errors) == [NON_FIELD_ERRORS]


def test_after_the_round_has_closed_a_first_report_says_why_it_comes_now(changsha_writer):
    programme = Programme.objects.get(year=2023)
    programme.reporting_day = dt.date(2023, 8, 21)
    programme.save()
    report = drafted()
    with pytest.raises(reporting.RefusedError) as refused:
        reporting.submit([report], user=changsha_writer)
    assert list(refused.value.refusals[report.pk].errors) == ["correction_reason"]
    report.correction_reason = "The bureau moved house"
    report.save()
    assert reporting.submit([report], user=changsha_writer)[0].state == ReportState.SUBMITTED


def test_no_report_is_taken_for_a_month_in_which_the_project_was_not_on_the_list(changsha_writer):
    report = drafted()
    report.entry.left = dt.date(2023, 6, 30)
    report.entry.save()
    with pytest.raises(reporting.RefusedError) as refused:
        reporting.submit([report], user=changsha_writer)
    assert list(refused.value.refusals[report.pk].errors) == [NON_FIELD_ERRORS]


def test_far_behind_its_plan_a_report_says_why_and_what_is_done(changsha_writer):
    report = drafted(disbursed=0, reason="", measure="")
    with pytest.raises(reporting.RefusedError) as refused:
        reporting.submit([report], user=changsha_writer)
    assert set(refused.value.refusals[report.pk].errors) == {"reason", "measure"}


@pytest.mark.parametrize("role", ["changsha_writer", "zhuzhou_writer", "changsha_reader", "analyst", "province"])
@pytest.mark.parametrize("state", ReportState.values)
def test_a_submitted_report_is_nobodys_to_change_and_an_approved_one_the_provinces(people, reviewer, role, state):
    report = report_in(ReportState(state), by=people["changsha_writer"], reviewer=reviewer)
    editors = {"draft", "returned"} if role == "changsha_writer" else set()
    editors = {"draft", "returned", "approved"} if role == "province" else editors
    assert reporting.may_edit(people[role], report) == (state in editors)


def test_an_event_is_never_changed_and_never_deleted(changsha_writer):
    event = submitted(changsha_writer).events.get()
    plain = models.QuerySet(ReportEvent).filter(pk=event.pk)
    with pytest.raises(DatabaseError, match="projects_reportevent_is_append_only"), transaction.atomic():
        plain.update(comment="Nothing happened")
    with pytest.raises(TypeError):
        event.delete()
    with pytest.raises(TypeError):
        ReportEvent.objects.all().delete()
    assert ReportEvent.objects.get() == event


def test_of_two_reviewers_at_one_button_one_wins(live_register, transactional_db):
    writer = person("bureau", Role.PREFECTURE_WRITER, "430100")
    reviewers = [person(name, Role.PROVINCE) for name in ("first", "second")]
    report = submitted(writer)
    outcomes = call_at_once(*(partial(reporting.approve, [report], user=user) for user in reviewers))
    [refused] = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(refused, reporting.RefusedError)
    assert refused.conflict
    assert ReportEvent.objects.filter(action="approve").count() == 1
