"""/api/v1/reports/submit/, approve/ and return/: many at once, all or none"""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from projects.models import MonthlyReport, ReportEvent, Revision
from projects.workflows import reporting
from tests.projects.models.reports_made import total_is

from .conftest import System, assert_problem
from .reporting import BEHIND, ELSEWHERE, ENOUGH, NEW, OTHER_OWN, OWN, chosen, draft, path_of, state_of, submitted


def test_reports_are_submitted_together(system_of: Any, changsha_writer: Any) -> None:
    reports = [draft(OTHER_OWN), draft()]
    before = Revision.objects.newest_number()
    answer = system_of(changsha_writer).post("/reports/submit/", {"reports": chosen(*reports)})
    assert answer.status_code == 200
    assert [each["id"] for each in answer.data["reports"]] == [each.pk for each in reports]
    assert {each["state"] for each in answer.data["reports"]} == {"submitted"}
    assert all(each["year_to_date"] for each in answer.data["reports"])
    assert Revision.objects.newest_number() == before + 1


def test_reports_are_approved_and_returned_together(system_of: Any, province: Any, changsha_writer: Any) -> None:
    system = system_of(province)
    reports = [submitted(changsha_writer, code) for code in (OTHER_OWN, "HN-EI-2023-25")]
    answer = system.post("/reports/return/", {"reports": chosen(*reports), "comment": "All of them again."})
    assert [each["comment"] for each in answer.data["reports"]] == ["All of them again."] * 2
    reporting.submit(reports, user=changsha_writer)
    answer = system.post("/reports/approve/", {"reports": chosen(*reports)})
    assert [each["state"] for each in answer.data["reports"]] == ["approved"] * 2


@pytest.mark.parametrize("step", ["approve", "return", "submit"])
def test_a_report_that_is_named_twice_is_told_at_its_second_place(
    step: str, system_of: Any, province: Any, changsha_writer: Any
) -> None:
    first, other = draft(OTHER_OWN), draft()
    if step != "submit":
        reporting.submit([first, other], user=changsha_writer)
    user, before = (changsha_writer, "draft") if step == "submit" else (province, "submitted")
    words = {"comment": "x"} if step == "return" else {}
    for again in (chosen(first), [{"id": first.pk, "version": "another"}]):
        body = {"reports": [*chosen(first, other), *again]} | words
        told = assert_problem(system_of(user).post(f"/reports/{step}/", body), 400, "reports.2.id")
        assert str(first.pk) in told["detail"]
    assert {state_of(first), state_of(other)} == {before}


def test_the_whole_etag_of_a_report_is_as_good_as_its_version(
    system_of: Any, province: Any, changsha_writer: Any
) -> None:
    [named] = chosen(submitted(changsha_writer))
    named["version"] = f'"{named["version"]}-0123456789abcdef01234567"'
    assert system_of(province).post("/reports/approve/", {"reports": [named]}).status_code == 200


def test_one_that_cannot_be_submitted_holds_all_of_them_up(system_of: Any, changsha_writer: Any) -> None:
    good, empty, behind = draft(OTHER_OWN), draft(NEW, disbursed=None), draft(disbursed=BEHIND)
    body = {"reports": chosen(good, empty, behind)}
    assert_problem(
        system_of(changsha_writer).post("/reports/submit/", body),
        400,
        "reports.1.disbursed",
        "reports.2.reason",
        "reports.2.measure",
    )
    assert {state_of(each) for each in (good, empty, behind)} == {"draft"}
    assert not ReportEvent.objects.exists()


def test_one_that_is_more_than_its_project_by_now_is_told_at_its_place_and_can_be_given_back(
    system_of: Any, province: Any, changsha_writer: Any
) -> None:
    system, reports = system_of(province), [submitted(changsha_writer, OTHER_OWN), submitted(changsha_writer)]
    total_is(ENOUGH - 1, code=OWN)
    told = assert_problem(system.post("/reports/approve/", {"reports": chosen(*reports)}), 400, "reports.1.disbursed")
    assert "more than the whole project, 99,999,999 CNY" in told["detail"]
    assert_problem(system.post(path_of(reports[1], "approve"), {}), 400, "disbursed")
    body = {"reports": chosen(*reports), "comment": "The project is smaller."}
    assert system.post("/reports/return/", body).status_code == 200
    assert_problem(system_of(changsha_writer).post(path_of(reports[1], "submit"), {}), 400, "disbursed")


def test_what_a_record_refuses_of_itself_is_told_at_its_place(
    system_of: Any, province: Any, changsha_writer: Any, monkeypatch: Any
) -> None:
    reports = [submitted(changsha_writer, OTHER_OWN), submitted(changsha_writer)]

    def clean(report: MonthlyReport) -> None:
        if report.pk == reports[1].pk:
            raise ValidationError({"disbursed": "not like this"})

    monkeypatch.setattr(MonthlyReport, "clean", clean)
    system, words = system_of(province), {"comment": "x"}
    many = system.post("/reports/return/", {"reports": chosen(*reports)} | words)
    assert assert_problem(many, 400, "reports.1.disbursed")["detail"] == "reports.1.disbursed: not like this"
    one = system.post(path_of(reports[1], "return"), words)
    assert assert_problem(one, 400, "disbursed")["detail"] == "disbursed: not like this"
    assert {state_of(each) for each in reports} == {"submitted"}


def test_the_second_of_two_reviewers_finds_which_one_was_taken(
    system_of: Any, province: Any, changsha_writer: Any
) -> None:
    first, second = submitted(changsha_writer), submitted(changsha_writer, OTHER_OWN)
    reporting.approve([first], user=province)
    body = {"reports": chosen(first, second)}
    problem = assert_problem(system_of(province).post("/reports/approve/", body), 409, "reports.0.record")
    assert "周敏" in problem["errors"]["reports.0.record"][0]
    assert state_of(second) == "submitted"


def test_of_many_reports_none_takes_the_step_when_one_was_not_seen_like_this(
    system_of: Any, province: Any, changsha_writer: Any
) -> None:
    seen, changed = submitted(changsha_writer), submitted(changsha_writer, OTHER_OWN)
    system = system_of(province)
    listed = system.all("/reports/", state="submitted")
    body = {"reports": [{"id": each["id"], "version": each["version"]} for each in listed]}
    [changed] = reporting.withdraw([changed], user=changsha_writer)
    changed.disbursed += 1
    changed.save()
    reporting.submit([changed], user=changsha_writer)
    place = [each["id"] for each in listed].index(changed.pk)
    assert_problem(system.post("/reports/approve/", body), 412, f"reports.{place}.record")
    assert {state_of(seen), state_of(changed)} == {"submitted"}
    assert system.post("/reports/approve/", {"reports": chosen(seen, changed)}).status_code == 200


def test_who_submitted_one_of_them_approves_none(system_of: Any, province: Any, changsha_writer: Any) -> None:
    own, other = submitted(province), submitted(changsha_writer, OTHER_OWN)
    body = {"reports": chosen(other, own)}
    assert_problem(system_of(province).post("/reports/approve/", body), 400, "reports.1.record")
    assert {state_of(own), state_of(other)} == {"submitted"}


def test_reports_that_one_may_not_see_are_none(system_of: Any, changsha_writer: Any) -> None:
    own, foreign = draft(), draft(ELSEWHERE, reason="r", measure="m")
    body = {"reports": [*chosen(own, foreign), {"id": 10**17, "version": "x"}]}
    problem = assert_problem(
        system_of(changsha_writer).post("/reports/submit/", body),
        400,
        "reports.1.record",
        "reports.2.record",
    )
    there, absent = (problem["errors"][f"reports.{place}.record"][0] for place in (1, 2))
    assert there.replace(str(foreign.pk), "") == absent.replace(str(10**17), "")
    assert state_of(own) == "draft"


def test_no_kind_of_fault_hides_another_and_each_is_named_by_its_place(system_of: Any, changsha_writer: Any) -> None:
    good, empty, changed = draft(OTHER_OWN), draft(NEW, disbursed=None), draft(disbursed=BEHIND)
    known = chosen(good, empty, changed)
    body = {
        "reports": [
            None,
            known[0],
            known[1],
            known[2] | {"version": "stale"},
            {"id": 10**17, "version": "x"},
            {"id": 1},
        ]
    }
    told = assert_problem(
        system_of(changsha_writer).post("/reports/submit/", body),
        400,
        *("reports.0.record", "reports.2.disbursed", "reports.3.record", "reports.4.record", "reports.5.version"),
    )
    assert told["errors"]["reports.3.record"] == ["The record has changed since you read it."]
    assert {state_of(each) for each in (good, empty, changed)} == {"draft"}


@pytest.mark.permission
def test_roles_hold_for_many_as_for_one(
    system_of: Any,
    public: System,
    changsha_writer: Any,
    zhuzhou_writer: Any,
    changsha_reader: Any,
    analyst: Any,
    administrator: Any,
    stranger: Any,
) -> None:
    report, handed_in = draft(), submitted(changsha_writer, OTHER_OWN)
    steps = {"submit": {"reports": chosen(report)}, "approve": {"reports": chosen(handed_in)}}
    steps["return"] = steps["approve"] | {"comment": "x"}
    for step, body in steps.items():
        path = f"/reports/{step}/"
        for user in (changsha_reader, analyst, administrator, stranger):
            assert_problem(system_of(user).post(path, body), 403)
        assert_problem(system_of(zhuzhou_writer).post(path, body), 400, "reports.0.record")
        assert_problem(public.post(path, body), 401)
        assert_problem(system_of(changsha_writer, scope="read").post(path, body), 403)
        if step != "submit":
            assert_problem(system_of(changsha_writer).post(path, body), 403)
    assert (state_of(report), state_of(handed_in)) == ("draft", "submitted")


def test_a_list_that_is_none_is_refused(system_of: Any, province: Any) -> None:
    system = system_of(province)
    one = {"id": 1, "version": "x"}
    for reports in (None, [], "1", 1, {"1": 1}, [one] * 51):
        assert_problem(system.post("/reports/submit/", {"reports": reports}), 400, "reports")
    for wrong in (1, "1", [1], None):
        assert_problem(system.post("/reports/submit/", {"reports": [wrong]}), 400, "reports.0.record")
    for key in ("1", 1.0, True, None, 0, -1, 10**18, [1]):
        assert_problem(system.post("/reports/submit/", {"reports": [one | {"id": key}]}), 400, "reports.0.id")
    for version in ("", None, 1, "x" * 65):
        assert_problem(
            system.post("/reports/submit/", {"reports": [one | {"version": version}]}), 400, "reports.0.version"
        )
    assert_problem(system.post("/reports/submit/", {"reports": [{"id": 1}]}), 400, "reports.0.version")
    assert_problem(system.post("/reports/submit/", {"reports": [one | {"state": "x"}]}), 400, "reports.0.state")
    assert_problem(system.post("/reports/submit/", {}), 400, "reports")
    assert_problem(system.post("/reports/submit/", {"reports": [one], "comment": "x"}), 400, "comment")
    assert_problem(system.post("/reports/return/", {"reports": [one]}), 400, "comment")
    assert_problem(system.post("/reports/return/", {"reports": [one], "comment": " "}), 400, "comment")
    assert_problem(system.get("/reports/submit/"), 405)
