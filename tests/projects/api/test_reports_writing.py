"""/api/v1/reports/, adding and changing"""

from __future__ import annotations

from typing import Any

import pytest

from projects.choices import ReportState
from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Project, ReportEvent, Revision

from .conftest import System, assert_problem
from .reporting import (
    BEHIND,
    ELSEWHERE,
    ENOUGH,
    JULY,
    OWN,
    TO_JUNE,
    approved,
    draft,
    entry_of,
    path_of,
    returned,
    state_of,
    submitted,
)

CONTENT = {
    "disbursed": ENOUGH,
    "stage": "equipment",
    "progress": "屋面封闭，5 条线装好 3 条",
    "started_on": "2023-07-03",
    "enterprises_attracted": 2,
    "forecast": 700_000_000,
    "problems": "变电站未通电",
    "reason": "设备晚到",
    "measure": "九月补足",
    "contact": "李湘 0731-80000000",
}


def test_a_report_begins_as_a_draft(system_of: Any, changsha_writer: Any, public: System) -> None:
    system = system_of(changsha_writer)
    answer = system.post("/reports/", JULY | CONTENT)
    assert answer.status_code == 201
    assert answer["Location"] == answer.data["url"]
    assert {name: answer.data[name] for name in CONTENT} == CONTENT
    assert (answer.data["state"], answer.data["month"], answer.data["basis"]) == ("draft", "2023-07", "illustrative")
    assert answer.data["may"] == ["submit", "edit"]
    assert system.get(answer["Location"]).data == answer.data
    assert Revision.objects.first().user == changsha_writer
    assert_problem(public.get(answer["Location"]), 404)


def test_a_draft_may_be_empty_and_named_by_its_entry(system_of: Any, changsha_writer: Any) -> None:
    system, entry = system_of(changsha_writer), entry_of(OWN)
    answer = system.post("/reports/", {"entry": entry.pk, "month": "2023-07"})
    assert (answer.status_code, answer.data["entry"], answer.data["disbursed"]) == (201, entry.pk, None)
    assert answer.data["stage"] is None
    assert_problem(system.post("/reports/", {"entry": entry.pk, "month": "2023-07"}), 400, "record")


def test_a_report_of_a_real_project_is_reported(system_of: Any, province: Any) -> None:
    project = Project(code="HN-EI-2024-01", name_zh="新项目", sector=Project.objects.first().sector)
    with create_revision():
        project.save()
        Entry(project=project, programme=entry_of(OWN).programme).save()
    answer = system_of(province).post("/reports/", {"project": "hn-ei-2024-01", "month": "2023-07"})
    assert (answer.status_code, answer.data["basis"]) == (201, "reported")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"project": OWN}, "month"),
        ({"month": "2023-07"}, "entry"),
        ({"project": OWN, "entry": 1, "month": "2023-07"}, "entry"),
        ({"project": OWN, "month": 7}, "month"),
        ({"project": OWN, "month": "2023-13"}, "month"),
        ({"project": OWN, "month": "2024-07"}, "month"),
        ({"project": "NOWHERE", "month": "2023-07"}, "project"),
        ({"entry": 10**17, "month": "2023-07"}, "entry"),
        ({"entry": "1", "month": "2023-07"}, "entry"),
        (JULY | {"disbursed": 500 * 10**9}, "disbursed"),
        (JULY | {"disbursed": -500 * 10**9}, "disbursed"),
        (JULY | {"disbursed": 1.5}, "disbursed"),
        (JULY | {"disbursed": "5"}, "disbursed"),
        (JULY | {"disbursed": -5}, "correction_reason"),
        (JULY | {"stage": "roof"}, "stage"),
        (JULY | {"stage": 1}, "stage"),
        (JULY | {"stage": ""}, "stage"),
        (JULY | {"progress": "长" * 2001}, "progress"),
        (JULY | {"progress": None}, "progress"),
        (JULY | {"progress": "a\x00b"}, "progress"),
        (JULY | {"started_on": "2023-08-01"}, "started_on"),
        (JULY | {"started_on": "2023-07"}, "started_on"),
        (JULY | {"enterprises_attracted": -1}, "enterprises_attracted"),
        (JULY | {"enterprises_attracted": 2**31}, "enterprises_attracted"),
        (JULY | {"forecast": -1}, "forecast"),
        (JULY | {"contact": "x" * 201}, "contact"),
        (JULY | {"basis": "published"}, "basis"),
        (JULY | {"submitted_by": 1}, "submitted_by"),
        (JULY | {"comment": "x"}, "comment"),
        (JULY | {"year_to_date": 1}, "year_to_date"),
        (JULY | {"quoted_year_to_date": "x"}, "quoted_year_to_date"),
        ([], "record"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(system_of: Any, province: Any, body: Any, field: str) -> None:
    assert_problem(system_of(province).post("/reports/", body), 400, field)
    assert not MonthlyReport.objects.filter(month=7).exists()


def test_an_amount_in_another_unit_is_caught_and_the_right_one_offered(system_of: Any, province: Any) -> None:
    body = JULY | {"disbursed": 4094 * 10**8}
    problem = assert_problem(system_of(province).post("/reports/", body), 400, "disbursed")
    assert problem["errors"]["disbursed"] == [
        "409,400,000,000 CNY (409.4 billion CNY) in one month is more than the whole project, 909,050,000 CNY"
        " (0.90905 billion CNY).",
        "If you meant 4,094 in units of 10,000 CNY, that is 40,940,000 CNY (0.04094 billion CNY).",
    ]


def test_a_quoted_year_to_date_must_fit(system_of: Any, changsha_writer: Any) -> None:
    system = system_of(changsha_writer)
    body = JULY | {"disbursed": ENOUGH, "quoted_year_to_date": TO_JUNE + ENOUGH + 5_000_000}
    problem = assert_problem(system.post("/reports/", body), 400, "disbursed")
    assert "5,000,000 CNY" in problem["detail"]
    answer = system.post("/reports/", body | {"quoted_year_to_date": TO_JUNE + ENOUGH})
    assert (answer.status_code, answer.data["year_to_date"]) == (201, TO_JUNE + ENOUGH)
    assert "quoted_year_to_date" not in answer.data
    path = f"/reports/{answer.data['id']}/"
    assert_problem(system.patch(path, {"quoted_year_to_date": 1}), 400, "disbursed")
    assert_problem(system.patch(path, {"disbursed": 5, "quoted_year_to_date": TO_JUNE}), 400, "disbursed")
    assert system.patch(path, {"disbursed": 5, "quoted_year_to_date": TO_JUNE + 5}).status_code == 200


def test_a_report_is_changed_field_by_field(system_of: Any, changsha_writer: Any) -> None:
    system, report = system_of(changsha_writer), draft(progress="roof")
    changed = system.patch(path_of(report), {"disbursed": 5, "stage": "trial"})
    assert changed.status_code == 200
    assert {name: changed.data[name] for name in ("disbursed", "stage", "progress")} == {
        "disbursed": 5,
        "stage": "trial",
        "progress": "roof",
    }
    assert changed.data["year_to_date"] == TO_JUNE + 5
    emptied = system.patch(path_of(report), {"disbursed": None, "stage": None, "progress": ""})
    assert {emptied.data[name] for name in ("disbursed", "stage")} == {None}
    for name in ("entry", "project", "month", "programme"):
        assert_problem(system.patch(path_of(report), {name: 1}), 400, name)
    assert_problem(system.put(path_of(report), JULY), 405)


def test_the_state_is_no_field(system_of: Any, province: Any) -> None:
    system, report = system_of(province), draft()
    for answer in (
        system.patch(path_of(report), {"state": "approved"}),
        system.post("/reports/", JULY | {"state": "approved"}),
    ):
        problem = assert_problem(answer, 400, "state")
        for step in ("submit/", "withdraw/", "return/", "approve/", "reopen/"):
            assert step in problem["errors"]["state"][0]
    assert state_of(report) == "draft"


def test_a_change_of_an_older_version_is_refused(system_of: Any, changsha_writer: Any) -> None:
    system, report = system_of(changsha_writer), draft()
    version = system.get(path_of(report))["ETag"]
    assert system.patch(path_of(report), {"progress": "first"}, **{"If-Match": version}).status_code == 200
    assert_problem(system.patch(path_of(report), {"progress": "second"}, **{"If-Match": version}), 412)
    assert MonthlyReport.objects.get(pk=report.pk).progress == "first"


def test_a_submitted_report_is_changed_by_nobody(system_of: Any, changsha_writer: Any, province: Any) -> None:
    report = submitted(changsha_writer)
    for user in (changsha_writer, province):
        problem = assert_problem(system_of(user).patch(path_of(report), {"disbursed": 5}), 409)
        assert "Withdraw it" in problem["detail"]
    assert MonthlyReport.objects.get(pk=report.pk).disbursed == ENOUGH


def test_a_returned_report_is_corrected(system_of: Any, changsha_writer: Any, province: Any) -> None:
    report = returned(changsha_writer, province)
    changed = system_of(changsha_writer).patch(path_of(report), {"progress": "more detail"})
    assert (changed.status_code, changed.data["state"]) == (200, "returned")
    assert changed.data["comment"] == "Too little detail."


def test_an_approved_report_is_changed_by_the_province_only(
    system_of: Any, changsha_writer: Any, province: Any
) -> None:
    report = approved(changsha_writer, province)
    problem = assert_problem(system_of(changsha_writer).patch(path_of(report), {"disbursed": 5}), 403)
    assert "reopen" in problem["detail"]
    changed = system_of(province).patch(path_of(report), {"disbursed": ENOUGH + 5})
    assert (changed.status_code, changed.data["state"], changed.data["disbursed"]) == (200, "approved", ENOUGH + 5)


def test_a_correction_after_the_close_needs_a_reason(system_of: Any, province: Any) -> None:
    report = MonthlyReport.objects.get(entry=entry_of(OWN), month=6)
    system, amount = system_of(province), report.disbursed
    assert_problem(system.patch(path_of(report), {"disbursed": amount + 5}), 400, "correction_reason")
    body = {"disbursed": amount + 5, "correction_reason": "An invoice came late."}
    assert system.patch(path_of(report), body).status_code == 200
    assert_problem(system.patch(path_of(report), body | {"disbursed": amount + 6}), 400, "correction_reason")


def test_a_change_is_no_step(system_of: Any, changsha_writer: Any) -> None:
    assert system_of(changsha_writer).patch(path_of(draft()), {"disbursed": BEHIND}).status_code == 200
    assert not ReportEvent.objects.exists()


@pytest.mark.permission
def test_who_does_not_report_writes_nothing(
    system_of: Any,
    public: System,
    zhuzhou_writer: Any,
    changsha_reader: Any,
    analyst: Any,
    administrator: Any,
    stranger: Any,
    province: Any,
) -> None:
    report = draft()
    body, change = {"project": "HN-EI-2023-29", "month": "2023-07"}, {"disbursed": 5}
    for user in (changsha_reader, analyst, administrator):
        assert_problem(system_of(user).post("/reports/", body), 403)
        assert_problem(system_of(user).patch(path_of(report), change), 403)
    assert_problem(system_of(stranger).post("/reports/", body), 403)
    assert_problem(system_of(stranger).patch(path_of(report), change), 404)
    assert_problem(system_of(zhuzhou_writer).post("/reports/", body), 400, "project")
    entry = {"entry": entry_of(OWN).pk, "month": "2023-07"}
    assert_problem(system_of(zhuzhou_writer).post("/reports/", entry), 400, "entry")
    assert_problem(system_of(zhuzhou_writer).patch(path_of(report), change), 404)
    assert_problem(public.post("/reports/", body), 401)
    assert_problem(public.patch(path_of(report), change), 401)
    assert_problem(system_of(province, scope="read").post("/reports/", body), 403)
    assert_problem(system_of(province, scope="read").patch(path_of(report), change), 403)
    assert MonthlyReport.objects.filter(month=7).count() == 1
    assert MonthlyReport.objects.get(pk=report.pk).disbursed == ENOUGH
    assert system_of(zhuzhou_writer).post("/reports/", JULY | {"project": ELSEWHERE}).status_code == 201


def test_totals_count_none_of_it_before_the_approval(system_of: Any, province: Any, changsha_writer: Any) -> None:
    def disbursed() -> int:
        figures = system_of(province).get("/totals/", programme="2023", through="2023-07").data["rows"][0]["figures"]
        return figures["disbursed"]["value"]

    before = disbursed()
    report = submitted(changsha_writer)
    assert disbursed() == before
    assert system_of(province).post(path_of(report, "approve"), {}).data["state"] == ReportState.APPROVED
    assert disbursed() == before + ENOUGH
