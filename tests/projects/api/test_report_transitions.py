"""/api/v1/reports/{id}/submit/, withdraw/, return/, approve/, reopen/ and events/"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from projects.history.revisions import create_revision
from projects.models import MonthlyReport, ReportEvent
from projects.workflows import reporting

from .conftest import System, assert_problem, version_in
from .reporting import BEHIND, ENOUGH, OWN, approved, draft, path_of, returned, state_of, submitted

WORDS = {"return": {"comment": "Please check."}, "reopen": {"comment": "A bill was counted twice."}}
ENDS = {"submit": "submitted", "withdraw": "draft", "return": "returned", "approve": "approved", "reopen": "returned"}
ALLOWED = [
    ("submit", "changsha_writer"),
    ("submit", "province"),
    ("withdraw", "changsha_writer"),
    ("withdraw", "province"),
    ("return", "province"),
    ("approve", "province"),
    ("reopen", "province"),
]
REFUSED = {  # by signed-in people: 404 for whom there is no such report
    "changsha_writer": 403,
    "changsha_reader": 403,
    "analyst": 403,
    "administrator": 403,
    "zhuzhou_writer": 404,
    "stranger": 404,
}


def ready_for(step: str, writer: Any, reviewer: Any) -> MonthlyReport:
    """A report that may take this step."""
    if step == "submit":
        return draft()
    return approved(writer, reviewer) if step == "reopen" else submitted(writer)


@pytest.fixture
def people(request: Any, register: None) -> dict[str, Any]:
    return {name: request.getfixturevalue(name) for name in [*REFUSED, "province"]}


@pytest.mark.parametrize(("step", "who"), ALLOWED)
@pytest.mark.permission
def test_a_step_is_taken_by_those_who_may_and_by_nobody_else(
    step: str, who: str, people: dict[str, Any], system_of: Any
) -> None:
    report = ready_for(step, people["changsha_writer"], people["province"])
    before, events = state_of(report), ReportEvent.objects.count()
    path, words = path_of(report, step), WORDS.get(step, {})
    for name, status in REFUSED.items():
        if (step, name) not in ALLOWED:
            assert_problem(system_of(people[name]).post(path, words), status)
    assert_problem(system_of(people[who], scope="read").post(path, words), 403)
    assert_problem(System().post(path, words), 401)
    assert (state_of(report), ReportEvent.objects.count()) == (before, events)
    answer = system_of(people[who]).post(path, words)
    assert (answer.status_code, answer.data["state"]) == (200, ENDS[step])
    again = system_of(people[who]).get(path_of(report))
    assert (version_in(answer["ETag"]), answer.data) == (version_in(again["ETag"]), again.data)
    event = ReportEvent.objects.first()
    assert (event.user, event.before, event.after) == (people[who], before, ENDS[step])
    assert event.comment == words.get("comment", "")


@pytest.mark.parametrize("step", ENDS)
def test_the_public_takes_no_step_even_where_it_reads(
    step: str, public: System, system_of: Any, stranger: Any, changsha_writer: Any, province: Any
) -> None:
    report = ready_for(step, changsha_writer, province)
    before = state_of(report)
    assert_problem(public.post(path_of(report, step), WORDS.get(step, {})), 401)
    status = 403 if before == "approved" else 404
    assert_problem(system_of(stranger).post(path_of(report, step), WORDS.get(step, {})), status)
    assert state_of(report) == before


@pytest.mark.parametrize("step", ENDS)
def test_a_step_that_does_not_start_here_is_a_conflict(
    step: str, system_of: Any, changsha_writer: Any, province: Any
) -> None:
    other = approved(changsha_writer, province) if step in ("submit", "withdraw") else draft()
    before = state_of(other)
    problem = assert_problem(system_of(province).post(path_of(other, step), WORDS.get(step, {})), 409, "record")
    assert before in problem["detail"]
    assert state_of(other) == before


def test_of_two_reviewers_the_second_is_told_who_was_first(
    system_of: Any, province: Any, changsha_writer: Any, django_user_model: Any
) -> None:
    second = django_user_model.objects.create_superuser("second")
    report = submitted(changsha_writer)
    assert system_of(province).post(path_of(report, "approve"), {}).status_code == 200
    problem = assert_problem(system_of(second).post(path_of(report, "return"), {"comment": "x"}), 409, "record")
    assert "周敏" in problem["detail"]
    assert_problem(system_of(second).post(path_of(report, "approve"), {}), 409, "record")
    assert state_of(report) == "approved"
    assert MonthlyReport.objects.get(pk=report.pk).approved_by == province


def test_who_submits_does_not_approve(system_of: Any, province: Any) -> None:
    report = submitted(province)
    assert_problem(system_of(province).post(path_of(report, "approve"), {}), 400, "record")
    assert state_of(report) == "submitted"


def test_what_lacks_for_being_submitted_is_said_at_its_field(system_of: Any, changsha_writer: Any) -> None:
    system, report = system_of(changsha_writer), draft(disbursed=None)
    assert_problem(system.post(path_of(report, "submit"), {}), 400, "disbursed")
    assert system.patch(path_of(report), {"disbursed": BEHIND}).status_code == 200
    assert_problem(system.post(path_of(report, "submit"), {}), 400, "reason", "measure")
    assert system.patch(path_of(report), {"reason": "r", "measure": "m"}).status_code == 200
    assert system.post(path_of(report, "submit"), {}).data["state"] == "submitted"


def test_before_its_round_opens_a_report_is_not_submitted(system_of: Any, changsha_writer: Any) -> None:
    report = draft()
    programme = report.entry.programme
    programme.reporting_day = dt.date(2023, 7, 31)
    with create_revision():
        programme.save()
    problem = assert_problem(system_of(changsha_writer).post(path_of(report, "submit"), {}), 400, "record")
    assert "2023-08-01" in problem["detail"]


def test_a_return_says_why(system_of: Any, province: Any, changsha_writer: Any) -> None:
    system, report = system_of(province), submitted(changsha_writer)
    for body in ({}, {"comment": ""}, {"comment": "  "}, {"comment": None}, {"comment": 5}, {"comment": "x" * 2001}):
        assert_problem(system.post(path_of(report, "return"), body), 400, "comment")
    assert_problem(system.post(path_of(report, "return"), {"comment": "x", "state": "approved"}), 400, "state")
    assert state_of(report) == "submitted"
    assert system.post(path_of(report, "return"), {"comment": " Why so little? "}).data["comment"] == "Why so little?"


def test_a_step_without_words_takes_none(system_of: Any, changsha_writer: Any) -> None:
    system, report = system_of(changsha_writer), draft()
    assert_problem(system.post(path_of(report, "submit"), {"comment": "x"}), 400, "comment")
    version = {"If-Match": system.version_of(path_of(report))}
    bare = system.client.generic("POST", f"/api/v1{path_of(report, 'submit')}", headers=version)
    assert (bare.status_code, bare.json()["state"]) == (200, "submitted")


def test_a_version_that_was_not_seen_is_not_approved(system_of: Any, province: Any, changsha_writer: Any) -> None:
    system, report = system_of(province), submitted(changsha_writer)
    seen = system.get(path_of(report))["ETag"]
    reporting.withdraw([report], user=changsha_writer)
    changed = MonthlyReport.objects.get(pk=report.pk)
    changed.disbursed = ENOUGH + 1
    changed.save()
    reporting.submit([changed], user=changsha_writer)
    assert_problem(system.post(path_of(report, "approve"), {}, **{"If-Match": seen}), 412)
    assert state_of(report) == "submitted"
    now = system.get(path_of(report))["ETag"]
    assert system.post(path_of(report, "approve"), {}, **{"If-Match": now}).status_code == 200


def test_a_version_before_the_newest_decision_takes_none_back(
    system_of: Any, province: Any, changsha_writer: Any
) -> None:
    system, report = system_of(province), submitted(changsha_writer)
    returned = system.post(path_of(report, "return"), {"comment": "Why so little?"})["ETag"]
    reporting.submit([report], user=changsha_writer)
    approved = system.post(path_of(report, "approve"), {})["ETag"]
    assert_problem(system.post(path_of(report, "retract"), {}, **{"If-Match": returned}), 412)
    assert state_of(report) == "approved"
    assert system.post(path_of(report, "retract"), {}, **{"If-Match": approved}).status_code == 200


def test_a_grant_that_goes_in_between_is_said_in_the_workflows_words(
    system_of: Any, province: Any, changsha_writer: Any, monkeypatch: Any
) -> None:
    def gone(*_args: Any, **_kwargs: Any) -> None:
        raise PermissionDenied("Not any more.")

    report = submitted(changsha_writer)
    monkeypatch.setattr(reporting, "take", gone)
    problem = assert_problem(system_of(province).post(path_of(report, "approve"), {}), 403)
    assert problem["detail"] == "Not any more."


def test_the_whole_way_of_a_report_leaves_its_events(system_of: Any, province: Any, changsha_writer: Any) -> None:
    bureau, reviewer = system_of(changsha_writer), system_of(province)
    path = f"/reports/{bureau.post('/reports/', {'project': OWN, 'month': '2023-07', 'disbursed': ENOUGH}).data['id']}/"
    for system, step in (
        (bureau, "submit"),
        (bureau, "withdraw"),
        (bureau, "submit"),
        (reviewer, "return"),
        (bureau, "submit"),
        (reviewer, "approve"),
        (reviewer, "reopen"),
    ):
        assert system.post(f"{path}{step}/", WORDS.get(step, {})).status_code == 200, step
    events = bureau.get(f"{path}events/").data
    assert [each["action"] for each in events["results"]] == [
        "reopen",
        "approve",
        "submit",
        "return",
        "submit",
        "withdraw",
        "submit",
    ]
    assert (events["results"][3]["comment"], events["results"][3]["who"]) == ("Please check.", "周敏")
    assert (events["results"][3]["before"], events["results"][3]["after"]) == ("submitted", "returned")
    assert events["count"] == 7
    page = bureau.get(f"{path}events/", page_size=2)
    assert len(page.data["results"]) == 2
    assert len(bureau.get(page.data["next"]).data["results"]) == 2


def test_events_are_for_readers_with_a_grant(
    public: System,
    system_of: Any,
    stranger: Any,
    zhuzhou_writer: Any,
    analyst: Any,
    province: Any,
    changsha_writer: Any,
) -> None:
    report = approved(changsha_writer, province)
    path = path_of(report, "events")
    assert public.get(path_of(report)).status_code == 200
    assert_problem(public.get(path), 401)
    assert_problem(system_of(stranger).get(path), 403)
    assert_problem(system_of(zhuzhou_writer).get(path), 404)
    assert len(system_of(analyst).get(path).data["results"]) == 2
    assert_problem(system_of(analyst).get(path, order="at"), 400, "order")
    assert_problem(system_of(analyst).post(path, {}), 405)


def test_events_cost_the_same_whatever_their_number(
    system_of: Any, province: Any, changsha_writer: Any, queries_of: Any
) -> None:
    system, report = system_of(province), returned(changsha_writer, province)
    path = path_of(report, "events")
    system.get(path)
    few = queries_of(lambda: system.get(path))
    for _time in range(3):
        reporting.submit([report], user=changsha_writer)
        reporting.send_back([report], user=province, comment="Again.")
    assert system.get(path).data["count"] == 8
    assert queries_of(lambda: system.get(path)) == few
