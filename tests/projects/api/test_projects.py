"""/api/v1/projects/, reading"""

from __future__ import annotations

from typing import Any

import pytest

from projects.history.revisions import create_revision
from projects.models import Entry, Project
from projects.totals.filters import ORDERINGS

from .conftest import System, assert_problem
from .lists import assert_constant_queries, assert_is_a_list

MOST_TO_SHOW = 5  # programmes, the three of their months, and the records


def test_projects_are_listed(public: System) -> None:
    records = assert_is_a_list(public, "/projects/", count=42, key="code")
    assert sum(each["total_investment"] or 0 for each in records) == 138_500_000_000
    assert {each["basis"] for each in records} == {"published", "illustrative"}


def test_a_project_says_all_that_is_known_of_it(public: System) -> None:
    project = public.get("/projects/HN-EI-2023-13/").data
    assert project["sector"] == {"code": "advanced-computing", "name_zh": "先进计算", "name_en": "Advanced computing"}
    assert project["prefecture"]["adcode"] == "430700"
    assert project["total_investment"] == 1_047_340_000
    assert (project["start"], project["finish"]) == ("2023-02", None)
    assert (project["programme"], project["planned_disbursement"], project["status"]) == (2023, 896_160_000, "new")
    assert (project["disbursed"], project["disbursed_from"], project["disbursed_through"]) == (
        256_390_000,
        "2023-01",
        "2023-06",
    )
    reports = public.all(project["links"]["reports"])
    assert sum(each["disbursed"] for each in reports) == project["disbursed"]
    assert len(public.all(project["links"]["entries"])) == 1
    assert public.all(project["links"]["claims"]) == []


def test_yearly_figures_are_those_of_the_months_asked_for(public: System) -> None:
    march = public.get("/projects/HN-EI-2023-13/", programme="2023", month="2023-03").data
    assert (march["disbursed_from"], march["disbursed_through"]) == ("2023-03", "2023-03")
    [report] = public.all("/reports/", project="HN-EI-2023-13", month="2023-03")
    assert march["disbursed"] == report["disbursed"]
    earlier = public.get("/projects/HN-EI-2023-13/", programme="2022").data
    assert (earlier["planned_disbursement"], earlier["status"], earlier["disbursed"]) == (None, None, None)
    assert_problem(public.get("/projects/HN-EI-2023-13/", programme="2022", month="2023-03"), 400, "month")


@pytest.mark.parametrize("code", ["hn-ei-2023-13", "ＨＮ-ei-2023-13", "HN-EI-%202023-13"])
def test_a_code_is_found_in_any_spelling(public: System, code: str) -> None:
    assert public.get(f"/projects/{code}/").data["code"] == "HN-EI-2023-13"


@pytest.mark.parametrize("code", ["HN-EI-2023-99", "%00", "..", "a/b", "x" * 500, "%F0%9F%98%80"])
def test_a_code_that_is_none_is_not_found(public: System, code: str) -> None:
    assert_problem(public.get(f"/projects/{code}/"), 404)


def test_a_list_with_a_programme_is_that_programmes_list(public: System) -> None:
    with create_revision():
        Entry.objects.get(project__code="HN-EI-2023-13").reports.all().delete()
        Entry.objects.get(project__code="HN-EI-2023-13").delete()
    assert public.get("/projects/").data["count"] == 42
    assert public.get("/projects/", programme="2023").data["count"] == 41
    assert public.get("/projects/", programme="2022").data["count"] == 0


def test_ranges_and_choices_select_what_they_say(public: System) -> None:
    records = public.all("/projects/")

    def codes(**query: str) -> set[str]:
        return {each["code"] for each in public.all("/projects/", **query)}

    def expected(condition: Any) -> set[str]:
        found = {each["code"] for each in records if condition(each)}
        assert 0 < len(found) < 42
        return found

    billion = 10**9
    assert codes(total_investment_min=str(5 * billion)) == expected(
        lambda p: (p["total_investment"] or 0) >= 5 * billion
    )
    assert codes(total_investment_max=str(billion)) == expected(
        lambda p: (p["total_investment"] or billion + 1) <= billion
    )
    assert codes(disbursed_min="1") == expected(lambda p: (p["disbursed"] or 0) >= 1)
    assert codes(transferred="yes") == expected(lambda p: p["transferred"] == "yes")
    assert codes(chain_link="none") | codes(kind="park") >= expected(lambda p: p["kind"] == "park")
    assert codes(missing="total_investment") == expected(lambda p: p["total_investment"] is None)
    assert codes(prefecture="none") == {each["code"] for each in records if each["prefecture"] is None}
    assert codes(source_province="none") == {each["code"] for each in records if each["source_province"] is None}
    both = codes(source_province="none") | codes(source_province="44")
    assert {each["code"] for each in public.all("/projects/?source_province=none&source_province=44")} == both
    two = public.all("/projects/?sector=energy-electronics&sector=new-display")
    assert {each["code"] for each in two} == expected(
        lambda p: p["sector"]["code"] in ("energy-electronics", "new-display")
    )
    assert codes(search="长沙智谷") == {"HN-EI-2023-01"}


def test_every_unknown_value_is_answered_with_the_known_ones(public: System) -> None:
    for name, known in {
        "sector": "energy-electronics",
        "chain_link": "cathode-materials",
        "prefecture": "430100",
        "basis": "illustrative",
        "transferred": "unknown",
        "kind": "park",
        "status": "continuing",
        "counted_in": "disbursed",
        "missing": "total_investment",
        "source_province": "44",
        "ordering": "-total_investment",
        "programme": "2019",
    }.items():
        value = "1950" if name == "programme" else "wrong"
        problem = assert_problem(public.get("/projects/", **{name: value}), 400, name)
        assert known in problem["errors"][name][0], name
    for name in ("total_investment_min", "disbursed_max"):
        for value in ("1e9", "1.5", "-1", "ten", str(10**15), "9" * 5000):
            assert_problem(public.get("/projects/", **{name: value}), 400, name)
    for value in ("2023-13", "2023-Q5", "soon"):
        assert_problem(public.get("/projects/", start_min=value), 400, "start_min")
    for value in ("x", "9" * 30, "-1"):
        assert_problem(public.get("/projects/", enterprise=value), 400, "enterprise")


def test_all_errors_of_a_request_are_told_at_once_by_parameter(public: System) -> None:
    assert_problem(public.get("/projects/", sector="x", prefecture="y"), 400, "sector", "prefecture")
    assert_problem(public.get("/projects/", typo="x", page="y", basis="z"), 400, "typo", "page", "basis")


def test_every_order_is_known_and_what_has_no_amount_comes_last(public: System) -> None:
    for order in ORDERINGS:
        assert public.get("/projects/", ordering=order).status_code == 200
    amounts = [each["total_investment"] for each in public.all("/projects/", ordering="-total_investment")]
    known = [amount for amount in amounts if amount is not None]
    assert known == sorted(known, reverse=True)
    assert amounts == known + [None] * (42 - len(known))
    for order, answers in (("transferred", ["no", "yes"]), ("-transferred", ["yes", "no"])):
        told = [each["transferred"] for each in public.all("/projects/", ordering=order)]
        assert list(dict.fromkeys(told)) == [*(each for each in answers if each in told), "unknown"]


def test_a_reader_of_one_prefecture_finds_no_trace_of_another(system_of: Any, changsha_reader: Any) -> None:
    system = system_of(changsha_reader)
    own = set(Project.objects.filter(prefecture__adcode="430100").values_list("code", flat=True))
    assert {each["code"] for each in system.all("/projects/")} == own
    foreign = Project.objects.filter(prefecture__adcode="430200").first()
    assert_problem(system.get(f"/projects/{foreign.code}/"), 404)
    assert system.get("/projects/", search=foreign.code).data["count"] == 0
    problem = assert_problem(system.get("/projects/", prefecture="430200"), 400, "prefecture")
    assert "430100" in problem["detail"]
    assert problem["detail"].count("430200") == 1  # the value that was sent
    foreign_enterprise = Project.objects.filter(prefecture__adcode="430200", enterprise__isnull=False).first()
    assert_problem(system.get("/projects/", enterprise=foreign_enterprise.enterprise_id), 400, "enterprise")


def test_no_answer_names_a_person(system_of: Any, province: Any, public: System) -> None:
    province.username = "zhou-min"
    province.save()
    assert system_of(province).patch("/projects/HN-EI-2023-13/", {"name_en": "changed"}).status_code == 200
    for path in ("/projects/HN-EI-2023-13/", "/projects/", "/entries/", "/claims/", "/reports/", "/totals/"):
        body = public.get(path).content.decode()
        assert "zhou-min" not in body
        assert f"{province.last_name}{province.first_name}" not in body


def test_the_list_costs_the_same_whatever_the_rows(
    public: System, system_of: Any, province: Any, changsha_reader: Any, queries_of: Any
) -> None:
    for system in (public, system_of(province), system_of(changsha_reader)):
        assert_constant_queries(system, "/projects/", queries_of)
        assert_constant_queries(system, "/projects/?programme=2023&sector=energy-electronics", queries_of)


def test_projects_are_found_and_ordered_by_their_light(public: System) -> None:
    asked = {"programme": "2023", "through": "2023-06"}
    by_light = {
        light: {each["code"] for each in public.all("/projects/", light=light, **asked)}
        for light in ("red", "yellow", "green", "none")
    }
    assert {light: len(codes) for light, codes in by_light.items()} == {"red": 2, "yellow": 19, "green": 9, "none": 12}
    assert public.get("/totals/", light="red", **asked).json()["rows"][0]["figures"]["project_count"]["value"] == 2
    codes = [each["code"] for each in public.all("/projects/", ordering="light", **asked)]
    assert set(codes[:2]) == by_light["red"]
    assert set(codes[-12:]) == by_light["none"]
    assert_problem(public.get("/projects/", light="blue"), 400, "light")
