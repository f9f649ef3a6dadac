"""/api/v1/reports/, reading"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport

from .conftest import System, assert_problem
from .lists import assert_constant_queries, assert_is_a_list
from .reporting import (
    BEHIND,
    ELSEWHERE,
    ENOUGH,
    NEW,
    OTHER_OWN,
    OWN,
    TO_JUNE,
    approved,
    draft,
    entry_of,
    path_of,
    returned,
    submitted,
)


def test_reports_are_listed(public: System) -> None:
    records = assert_is_a_list(public, "/reports/", count=180, key="id")
    assert sum(each["disbursed"] for each in records) == 15_890_000_000
    assert {each["month"] for each in records} == {f"2023-0{month}" for month in range(1, 7)}


def test_reports_are_filtered(public: System) -> None:
    records = public.all("/reports/")
    june = [each for each in records if each["month"] == "2023-06"]
    assert public.all("/reports/", month="2023-06") == june != []
    assert public.all("/reports/", month_min="2023-06") == june
    assert public.all("/reports/", month_max="2022-12") == []
    assert len(public.all("/reports/", month_min="2022-11", month_max="2023-02")) == 60
    assert len(public.all("/reports/", project="hn-ei-2023-13")) == 6
    assert len(public.all("/reports/", state="approved")) == 180
    assert public.all("/reports/", state="draft") == []
    nothing = [each for each in records if each["disbursed"] == 0]
    assert public.all("/reports/", disbursed_max="0") == nothing != []
    assert public.all("/reports/", enterprises_attracted_min="0") == []


def test_reports_are_filtered_by_stage_and_by_lateness(system_of: Any, province: Any, changsha_writer: Any) -> None:
    system = system_of(province)
    punctual = submitted(changsha_writer, stage="structure")
    set_today(dt.date(2023, 8, 13))
    last_day = submitted(changsha_writer, OTHER_OWN)
    set_today(dt.date(2023, 8, 14))
    late = submitted(changsha_writer, NEW, stage="trial", reason="r", measure="m")
    not_yet = draft(ELSEWHERE)

    def found(**query: str) -> set[int]:
        return {each["id"] for each in system.all("/reports/", month="2023-07", **query)}

    assert found(stage="structure") == {punctual.pk}
    assert {each["id"] for each in system.all("/reports/?stage=structure&stage=trial")} == {punctual.pk, late.pk}
    assert found(late="true") == {late.pk}
    assert found(late="false") == {punctual.pk, last_day.pk}
    said = {each["id"]: each["late"] for each in system.all("/reports/", month="2023-07")}
    assert said == {punctual.pk: False, last_day.pk: False, late.pk: True, not_yet.pk: None}
    assert_problem(system.get("/reports/", late="yes"), 400, "late")
    problem = assert_problem(system.get("/reports/", stage="roof"), 400, "stage")
    assert "preparation, started" in problem["detail"]


def set_today(day: dt.date) -> None:
    programme = entry_of(OWN).programme
    programme.reporting_day = day
    with create_revision():
        programme.save()


def test_a_report_says_what_it_comes_to_since_january_and_since_the_start(
    system_of: Any, province: Any, changsha_writer: Any
) -> None:
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
    june = MonthlyReport.objects.get(entry=entry, month=6)
    assert system.get(path_of(june)).data["year_to_date"] == TO_JUNE
    without = draft(OTHER_OWN, disbursed=None)
    shown = system.get(path_of(without)).data
    assert (shown["disbursed"], shown["year_to_date"], shown["since_start"]) == (None, None, None)


@pytest.mark.permission
def test_the_public_sees_approved_reports_without_names_and_words(
    public: System, system_of: Any, analyst: Any, province: Any, changsha_writer: Any, stranger: Any
) -> None:
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


def test_no_difference_gives_away_to_the_public_what_is_not_approved(
    public: System, system_of: Any, province: Any, changsha_writer: Any
) -> None:
    june = MonthlyReport.objects.get(entry=entry_of(OWN), month=6)
    july = approved(changsha_writer, province)
    assert system_of(province).post(path_of(june, "reopen"), {"comment": "Check."}).status_code == 200
    inside, outside = (each.get(path_of(july)).data["year_to_date"] for each in (system_of(province), public))
    assert inside == TO_JUNE + ENOUGH
    assert outside == TO_JUNE + ENOUGH - june.disbursed
    assert june.disbursed > 0


@pytest.mark.permission
def test_a_report_says_what_one_may_do_with_it(
    system_of: Any,
    public: System,
    province: Any,
    changsha_writer: Any,
    changsha_reader: Any,
    analyst: Any,
    administrator: Any,
) -> None:
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


def test_who_submitted_may_not_approve(system_of: Any, province: Any) -> None:
    report = submitted(province)
    assert system_of(province).get(path_of(report)).data["may"] == ["withdraw", "return"]


def test_reports_are_narrowed_to_the_projects_of_a_question(public: System) -> None:
    codes = {each["code"] for each in public.all("/projects/", programme="2023", kind="park", disbursed_min="1")}
    query = {"project_programme": "2023", "project_kind": "park", "project_disbursed_min": "1"}
    assert {each["project"]["code"] for each in public.all("/reports/", **query)} == codes
    problem = assert_problem(public.get("/reports/", project_kind="ship"), 400, "project_kind")
    assert "plant, park" in problem["detail"]
    problem = assert_problem(public.get("/reports/", project_sector="ships"), 400, "project_sector")
    assert "energy-electronics" in problem["detail"]
    assert_problem(public.get("/reports/", project_programme="2018"), 400, "project_programme")


def test_wrong_values_are_refused(public: System) -> None:
    for month in ("2023-13", "2023-6", "2023", "june", "2023-06-01"):
        assert_problem(public.get("/reports/", month=month), 400, "month")
    problem = assert_problem(public.get("/reports/", state="lost"), 400, "state")
    assert "draft, submitted, returned, approved" in problem["detail"]


def test_a_reader_of_one_prefecture_sees_its_reports_only(system_of: Any, changsha_reader: Any) -> None:
    system = system_of(changsha_reader)
    own = MonthlyReport.objects.filter(entry__project__prefecture__adcode="430100")
    assert {each["id"] for each in system.all("/reports/")} == set(own.values_list("pk", flat=True))
    foreign = MonthlyReport.objects.exclude(pk__in=own).first()
    assert_problem(system.get(f"/reports/{foreign.pk}/"), 404)


def test_the_list_costs_the_same_whatever_the_rows(
    system_of: Any, province: Any, changsha_writer: Any, changsha_reader: Any, queries_of: Any
) -> None:
    for code in Entry.objects.filter(basis="illustrative").values_list("project__code", flat=True)[:4]:
        submitted(province, code, disbursed=BEHIND, reason="r", measure="m")
    for user in (province, changsha_writer, changsha_reader):
        assert_constant_queries(system_of(user), "/reports/", queries_of)
