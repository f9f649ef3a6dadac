"""/api/v1/reports/"""

from __future__ import annotations

from typing import Any

from projects.models import MonthlyReport

from .conftest import System, assert_problem
from .lists import assert_constant_queries, assert_is_a_list


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


def test_reports_cannot_be_written(system_of: Any, province: Any) -> None:
    assert_problem(system_of(province).post("/reports/", {}), 405)


def test_the_list_costs_the_same_whatever_the_rows(system_of: Any, province: Any, queries_of: Any) -> None:
    assert_constant_queries(system_of(province), "/reports/", queries_of)
