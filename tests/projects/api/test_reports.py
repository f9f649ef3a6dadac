"""/api/v1/reports/: reading, writing, the steps of one report, and of many at once"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from projects.history.revisions import create_revision
from projects.models import MonthlyReport, ReportEvent, Revision
from projects.workflows import reporting

from .conftest import System, assert_problem, version_in
from .lists import assert_is_a_list
from .reporting import (
    BEHIND,
    ELSEWHERE,
    ENOUGH,
    JULY,
    NEW,
    OTHER_OWN,
    OWN,
    TO_JUNE,
    approved,
    chosen,
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
WORDS = {"return": {"comment": "Please check."}, "reopen": {"comment": "A bill was counted twice."}}
ENDS = {"submit": "submitted", "withdraw": "draft", "return": "returned", "approve": "approved", "reopen": "returned"}


def test_reports_are_listed(public):
    records = assert_is_a_list(public, "/reports/", count=180, key="id")
    assert sum(each["disbursed"] for each in records) == 15_890_000_000
    assert {each["month"] for each in records} == {f"2023-0{month}" for month in range(1, 7)}


def test_a_query_of_projects_narrows_reports_and_the_deprecated_form_says_until_when_it_does(public):
    listed = {each["code"] for each in public.all("/projects/", sector="new-display", basis="illustrative")}
    answer = public.get("/reports/", projects="sector=new-display&basis=illustrative", page_size=500)
    assert {each["project"]["code"] for each in answer.data["results"]} == listed != set()
    assert "Deprecation" not in answer
    old = public.get("/reports/", project_sector="new-display", project_basis="illustrative", page_size=500)
    assert old.data["results"] == answer.data["results"]
    assert (old["Deprecation"], old["Sunset"]) == ("@1796256000", "Fri, 04 Jun 2027 00:00:00 GMT")
    problem = assert_problem(public.get("/reports/", projects="sektor=new-display&light=blue"), 400, "projects")
    assert [text.partition(":")[0] for text in problem["errors"]["projects"]] == ["sektor", "light"]


def test_reports_are_filtered_by_stage_and_by_lateness(system_of, province, changsha_writer):
    system = system_of(province)
    punctual = submitted(changsha_writer, stage="structure")
    set_today(dt.date(2023, 8, 13))
    last_day = submitted(changsha_writer, OTHER_OWN)
    set_today(dt.date(2023, 8, 14))
    late = submitted(changsha_writer, NEW, stage="trial", reason="r", measure="m")
    not_yet = draft(ELSEWHERE)

    def found(**query: str) -> set[int]:
        return {each["id"] for each in system.all("/reports/", month_min="2023-07", **query)}

    assert found(stage="structure") == {punctual.pk}
    assert found(project=OTHER_OWN.lower()) == {last_day.pk}
    assert found(late="true") == {late.pk}
    assert found(late="false") == {punctual.pk, last_day.pk}
    said = {each["id"]: each["late"] for each in system.all("/reports/", month="2023-07")}
    assert said == {punctual.pk: False, last_day.pk: False, late.pk: True, not_yet.pk: None}


def set_today(day: dt.date) -> None:
    programme = entry_of(OWN).programme
    programme.reporting_day = day
    with create_revision():
        programme.save()


def test_a_report_says_what_it_comes_to_since_january_and_since_the_start(system_of, province, changsha_writer):
    system = system_of(province)
    continuing, new = draft(OWN), draft(NEW)
    shown = system.get(path_of(continuing)).data
    assert (shown["year_to_date"], shown["since_start"]) == (TO_JUNE + ENOUGH, None)
    entry = continuing.entry
    entry.disbursed_before = 5_000_000
    entry.save()
    assert system.get(path_of(continuing)).data["since_start"] == TO_JUNE + ENOUGH + 5_000_000
    shown = system.get(path_of(new)).data
    assert shown["since_start"] == shown["year_to_date"] == 656_160_000 + ENOUGH
    shown = system.get(path_of(draft(OTHER_OWN, disbursed=None))).data
    assert (shown["disbursed"], shown["year_to_date"], shown["since_start"]) == (None, None, None)


@pytest.mark.permission
def test_the_public_sees_approved_reports_without_names_and_words(
    public, system_of, analyst, province, changsha_writer, stranger
):
    done = approved(changsha_writer, province, contact="李湘 0731-80000000")
    others = [draft(OTHER_OWN), submitted(changsha_writer, NEW, reason="r", measure="m"), draft(ELSEWHERE)]
    inside = system_of(analyst).get(path_of(done)).data
    assert inside["contact"] == "李湘 0731-80000000"
    assert (inside["submitted_by"], inside["approved_by"], inside["returned_by"]) == ("李湘", "周敏", None)
    assert inside["comment"] == ""
    for outside in (public, system_of(stranger)):
        shown = outside.get(path_of(done)).data
        assert shown["handed_in_on"] == inside["handed_in_on"] == "2023-08-07"
        hidden = {name for name in shown if shown[name] != inside[name]}
        assert hidden == {"contact", "comment", "submitted_by", "approved_by"}
        assert {shown[name] for name in hidden} == {None}
        assert len(outside.all("/reports/")) == 181
        for report in others:
            assert_problem(outside.get(path_of(report)), 404)


def test_no_difference_gives_away_to_the_public_what_is_not_approved(public, system_of, province, changsha_writer):
    june = MonthlyReport.objects.get(entry=entry_of(OWN), month=6)
    july = approved(changsha_writer, province)
    assert system_of(province).post(path_of(june, "reopen"), {"comment": "Check."}).status_code == 200
    inside, outside = (each.get(path_of(july)).data["year_to_date"] for each in (system_of(province), public))
    assert inside == TO_JUNE + ENOUGH
    assert outside == TO_JUNE + ENOUGH - june.disbursed
    assert june.disbursed > 0


@pytest.mark.permission
def test_a_report_says_what_one_may_do_with_it(
    system_of,
    public,
    province,
    changsha_writer,
    changsha_reader,
    analyst,
    administrator,
):
    reports = {
        "draft": draft(),
        "submitted": submitted(changsha_writer, OTHER_OWN),
        "returned": returned(changsha_writer, province, NEW, reason="r", measure="m"),
        "approved": approved(changsha_writer, province, "HN-EI-2023-37", reason="r", measure="m"),
    }

    def may(system: System) -> dict[str, list[str]]:
        by_id = {each["id"]: each["may"] for each in system.all("/reports/", month="2023-07")}
        return {state: by_id[report.pk] for state, report in reports.items() if report.pk in by_id}

    assert may(system_of(changsha_writer)) == {
        "draft": ["submit", "edit"],
        "submitted": ["withdraw"],
        "returned": ["submit", "edit"],
        "approved": [],
    }
    assert may(system_of(province)) == {
        "draft": ["submit", "edit"],
        "submitted": ["withdraw", "return", "approve"],
        "returned": ["submit", "retract", "edit"],
        "approved": ["reopen", "retract", "edit"],
    }
    for user in (changsha_reader, analyst, administrator):
        assert may(system_of(user)) == {state: [] for state in reports}
    assert may(system_of(province, scope="read")) == {state: [] for state in reports}
    assert may(public) == {"approved": []}


@pytest.mark.no_database
def test_a_report_begins_as_a_draft(system_of, changsha_writer, public):
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
    by_entry = {"entry": entry_of(OTHER_OWN).pk, "month": "2023-07"}
    assert system.post("/reports/", by_entry).data["disbursed"] is None
    assert_problem(system.post("/reports/", by_entry), 400, "record")


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"month": "2023-07"}, "entry"),
        ({"project": OWN, "entry": 1, "month": "2023-07"}, "entry"),
        ({"project": OWN, "month": "2022-07"}, "month"),
        (JULY | {"disbursed": -5}, "correction_reason"),
        (JULY | {"basis": "published"}, "basis"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(system_of, province, body, field):
    assert_problem(system_of(province).post("/reports/", body), 400, field)
    assert not MonthlyReport.objects.filter(month=7).exists()


@pytest.mark.no_database
def test_a_quoted_year_to_date_must_fit(system_of, changsha_writer):
    system = system_of(changsha_writer)
    body = JULY | {"disbursed": ENOUGH, "quoted_year_to_date": TO_JUNE + ENOUGH + 5_000_000}
    problem = assert_problem(system.post("/reports/", body), 400, "disbursed")
    assert "5,000,000 CNY" in problem["detail"]
    answer = system.post("/reports/", body | {"quoted_year_to_date": TO_JUNE + ENOUGH})
    assert (answer.status_code, answer.data["year_to_date"]) == (201, TO_JUNE + ENOUGH)
    path = f"/reports/{answer.data['id']}/"
    assert_problem(system.patch(path, {"disbursed": 5, "quoted_year_to_date": TO_JUNE}), 400, "disbursed")
    assert system.patch(path, {"disbursed": 5, "quoted_year_to_date": TO_JUNE + 5}).status_code == 200


@pytest.mark.no_database
def test_a_report_is_changed_field_by_field(system_of, changsha_writer):
    system, report = system_of(changsha_writer), draft(progress="roof")
    changed = system.patch(path_of(report), {"disbursed": 5, "stage": "trial"}).data
    assert (changed["disbursed"], changed["stage"], changed["progress"]) == (5, "trial", "roof")
    assert changed["year_to_date"] == TO_JUNE + 5
    emptied = system.patch(path_of(report), {"disbursed": None, "stage": None, "progress": ""}).data
    assert (emptied["disbursed"], emptied["stage"]) == (None, None)
    for name in ("entry", "project", "month"):
        assert_problem(system.patch(path_of(report), {name: 1}), 400, name)


@pytest.mark.no_database
def test_the_state_is_no_field(system_of, province):
    system, report = system_of(province), draft()
    for answer in (
        system.patch(path_of(report), {"state": "approved"}),
        system.post("/reports/", JULY | {"state": "approved"}),
    ):
        problem = assert_problem(answer, 400, "state")
        for step in ("submit/", "withdraw/", "return/", "approve/", "reopen/"):
            assert step in problem["errors"]["state"][0]
    assert state_of(report) == "draft"


@pytest.mark.no_database
def test_a_submitted_report_is_changed_by_nobody(system_of, changsha_writer, province):
    report = submitted(changsha_writer)
    problem = assert_problem(system_of(province).patch(path_of(report), {"disbursed": 5}), 409)
    assert "Withdraw it" in problem["detail"]
    reporting.approve([report], user=province)
    problem = assert_problem(system_of(changsha_writer).patch(path_of(report), {"disbursed": 5}), 403)
    assert "reopen" in problem["detail"]
    assert MonthlyReport.objects.get(pk=report.pk).disbursed == ENOUGH
    changed = system_of(province).patch(path_of(report), {"disbursed": ENOUGH + 5})
    assert (changed.status_code, changed.data["state"], changed.data["disbursed"]) == (200, "approved", ENOUGH + 5)


def ready_for(step: str, writer: Any, reviewer: Any) -> MonthlyReport:
    """A report that may take this step."""
    if step == "submit":
        return draft()
    return approved(writer, reviewer) if step == "reopen" else submitted(writer)


@pytest.mark.no_database
@pytest.mark.parametrize("step", ENDS)
def test_a_step_leads_to_its_state_and_leaves_its_event(step, system_of, changsha_writer, province):
    """Who may take one is said in test_permission.py."""
    report, user = ready_for(step, changsha_writer, province), changsha_writer if step == "withdraw" else province
    before, words = state_of(report), WORDS.get(step, {})
    answer = system_of(user).post(path_of(report, step), words)
    assert (answer.status_code, answer.data["state"]) == (200, ENDS[step])
    again = system_of(user).get(path_of(report))
    assert (version_in(answer["ETag"]), answer.data) == (version_in(again["ETag"]), again.data)
    event = ReportEvent.objects.first()
    assert (event.user, event.before, event.after) == (user, before, ENDS[step])
    assert event.comment == words.get("comment", "")


@pytest.mark.no_database
def test_a_step_that_does_not_start_here_is_a_conflict(system_of, province):
    other = draft()
    problem = assert_problem(system_of(province).post(path_of(other, "approve"), {}), 409, "record")
    assert "draft" in problem["detail"]
    assert state_of(other) == "draft"


@pytest.mark.no_database
def test_a_return_says_why(system_of, province, changsha_writer):
    system, report = system_of(province), submitted(changsha_writer)
    for body in ({}, {"comment": 5}, {"comment": "x" * 2001}):
        assert_problem(system.post(path_of(report, "return"), body), 400, "comment")
    assert state_of(report) == "submitted"
    assert system.post(path_of(report, "return"), {"comment": " Why so little? "}).data["comment"] == "Why so little?"
    assert_problem(system.post(path_of(report, "submit"), {"comment": "x"}), 400, "comment")
    version = {"If-Match": system.version_of(path_of(report))}
    bare = system.client.generic("POST", f"/api/v1{path_of(report, 'submit')}", headers=version)
    assert (bare.status_code, bare.json()["state"]) == (200, "submitted")


@pytest.mark.no_database
def test_events_are_for_readers_with_a_grant(
    public,
    system_of,
    stranger,
    zhuzhou_writer,
    analyst,
    province,
    changsha_writer,
):
    report = approved(changsha_writer, province)
    path = path_of(report, "events")
    assert public.get(path_of(report)).status_code == 200
    assert_problem(public.get(path), 401)
    assert_problem(system_of(stranger).get(path), 403)
    assert_problem(system_of(zhuzhou_writer).get(path), 404)
    assert len(system_of(analyst).get(path).data["results"]) == 2


def test_reports_are_approved_and_returned_together(system_of, province, changsha_writer):
    system = system_of(province)
    reports = [submitted(changsha_writer, code) for code in (OTHER_OWN, "HN-EI-2023-25")]
    answer = system.post("/reports/return/", {"reports": chosen(*reports), "comment": "All of them again."})
    assert [each["comment"] for each in answer.data["reports"]] == ["All of them again."] * 2
    before = Revision.objects.newest_number()
    answer = system_of(changsha_writer).post("/reports/submit/", {"reports": chosen(*reports)})
    assert [each["id"] for each in answer.data["reports"]] == [each.pk for each in reports]
    assert all(each["year_to_date"] for each in answer.data["reports"])
    assert Revision.objects.newest_number() == before + 1
    answer = system.post("/reports/approve/", {"reports": chosen(*reports)})
    assert [each["state"] for each in answer.data["reports"]] == ["approved"] * 2


def test_a_report_that_is_named_twice_is_told_at_its_second_place(system_of, changsha_writer):
    first, other = draft(OTHER_OWN), draft()
    for again in (chosen(first), [{"id": first.pk, "version": "another"}]):
        body = {"reports": [*chosen(first, other), *again]}
        told = assert_problem(system_of(changsha_writer).post("/reports/submit/", body), 400, "reports.2.id")
        assert str(first.pk) in told["detail"]
    assert {state_of(first), state_of(other)} == {"draft"}


def test_of_many_reports_none_takes_the_step_when_one_was_not_seen_like_this(system_of, province, changsha_writer):
    seen, changed = submitted(changsha_writer), submitted(changsha_writer, OTHER_OWN)
    system = system_of(province)
    listed = system.all("/reports/", state="submitted")
    body = {"reports": [{"id": each["id"], "version": each["version"]} for each in listed]}
    [changed] = reporting.withdraw([changed], user=changsha_writer)
    changed.disbursed += 1
    changed.save()
    reporting.submit([changed], user=changsha_writer)
    place = [each["id"] for each in listed].index(changed.pk)
    assert_problem(system.post("/reports/approve/", body), 412, f"reports.{place}")
    assert {state_of(seen), state_of(changed)} == {"submitted"}
    assert system.post("/reports/approve/", {"reports": chosen(seen, changed)}).status_code == 200


def test_reports_that_one_may_not_see_are_none(system_of, changsha_writer):
    own, foreign = draft(), draft(ELSEWHERE, reason="r", measure="m")
    body = {"reports": [*chosen(own, foreign), {"id": 10**17, "version": "x"}]}
    problem = assert_problem(
        system_of(changsha_writer).post("/reports/submit/", body),
        400,
        "reports.1",
        "reports.2",
    )
    there, absent = (problem["errors"][f"reports.{place}"][0] for place in (1, 2))
    assert there.replace(str(foreign.pk), "") == absent.replace(str(10**17), "")
    assert state_of(own) == "draft"


def test_no_kind_of_fault_hides_another_and_each_is_named_by_its_place(system_of, changsha_writer):
    good, empty, changed = draft(OTHER_OWN), draft(NEW, disbursed=None), draft(disbursed=BEHIND)
    known = chosen(good, empty, changed)
    stale, absent = known[2] | {"version": "stale"}, {"id": 10**17, "version": "x"}
    told = assert_problem(
        system_of(changsha_writer).post("/reports/submit/", {"reports": [None, *known[:2], stale, absent, {"id": 1}]}),
        400,
        *("reports.0", "reports.2.disbursed", "reports.3", "reports.4", "reports.5.version"),
    )
    assert told["errors"]["reports.3"] == ["It has changed since you read it: read it again, then repeat your change."]
    assert {state_of(each) for each in (good, empty, changed)} == {"draft"}
    assert not ReportEvent.objects.exists()


@pytest.mark.permission
def test_who_may_not_decide_decides_none(system_of, changsha_writer):
    report = submitted(changsha_writer)
    for step, words in (("approve", {}), ("return", {"comment": "x"})):
        body = {"reports": chosen(report)} | words
        assert_problem(system_of(changsha_writer).post(f"/reports/{step}/", body), 403)
    assert state_of(report) == "submitted"
