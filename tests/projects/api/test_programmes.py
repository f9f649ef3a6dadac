"""/api/v1/programmes/ and /api/v1/targets/"""

from __future__ import annotations

from .conftest import assert_problem
from .lists import assert_is_a_list


def test_programmes_are_listed_by_year(public):
    records = assert_is_a_list(public, "/programmes/", count=7, key="year")
    assert [record["year"] for record in records] == [2025, 2024, 2023, 2022, 2021, 2020, 2019]
    assert [record["year"] for record in records if record["has_projects"]] == [2023]
    assert [each["year"] for each in public.all("/programmes/", year_min="2024", ordering="year")] == [2024, 2025]
    assert [each["year"] for each in public.all("/programmes/", has_projects="true")] == [2023]
    assert_problem(public.get("/programmes/1999/"), 404)


def test_a_programme_is_shown_by_its_year(public):
    shown = public.get("/programmes/2023/", fields="name_zh,reporting_day,light_rule").data
    assert shown.pop("name_zh") == "湖南省2023年电子信息制造业重点项目"
    assert shown == {"reporting_day": "2023-08-07", "light_rule": "points-behind"}
    assert public.get("/programmes/2022/").data["light_rule"] is None


def test_targets_are_listed_with_their_sources(public):
    assert_is_a_list(public, "/targets/", count=36, key="id")
    plans = public.all("/targets/", programme="2023", measure="planned_disbursement")
    assert {(each["kind"], each["value"], each["unit"]) for each in plans} == {
        ("announced", 47_300_000_000, "CNY"),
        ("monitored", 31_700_000_000, "CNY"),
    }
    assert all(each["source"]["url"].startswith("https://") and each["source"]["publisher"] for each in plans)


def test_targets_are_filtered(public):
    all_of_2023 = public.all("/targets/", programme="2023")
    assert {each["programme"] for each in all_of_2023} == {2023}
    announced = [each for each in all_of_2023 if each["kind"] == "announced"]
    assert public.all("/targets/", programme="2023", kind="announced") == announced
    large = [each for each in all_of_2023 if each["value"] >= 10**11]
    assert public.all("/targets/", programme="2023", value_min=str(10**11)) == large
    through = public.all("/targets/", whole_year="false")
    assert through
    assert all(each["through"] for each in through)
    of_a_part = public.all("/targets/", sector="5g-electronic-circuits")
    assert {each["sector"]["code"] for each in of_a_part} == {"5g-electronic-circuits"}
    assert public.all("/targets/", sector="none") == [each for each in public.all("/targets/") if not each["sector"]]
