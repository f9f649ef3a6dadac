"""/api/v1/totals/ and /api/v1/figures/"""

from __future__ import annotations

from typing import Any

import pytest

from projects.totals.dimensions import DIMENSIONS
from tests.projects.totals.test_totals import WHOLE

from .conftest import System, assert_problem

HEADLINES = list(WHOLE)
FIGURES = [
    *HEADLINES,
    *("started_count", "above_plan_count", "eighty_percent_count", "trial_production_count", "in_production_count"),
    *("reports_in", "reports_approved", "reports_late", "reports_missing", "problems_raised", "problems_closed"),
    *("forecast", "continuing_count", "at_floor_count", "output_value"),
]
EVERY = {"fields": ",".join(FIGURES)}


def whole(system: System, **query: str) -> dict[str, Any]:
    return system.get("/totals/", programme="2023", **EVERY, **query).data["rows"][0]


def test_without_being_asked_for_more_totals_give_the_headlines(public):
    whole, parts = public.get("/totals/").data, public.get("/totals/", programme="2023", by="sector").data
    assert whole == public.get("/totals/", programme="2023").data
    assert {tuple(row["figures"]) for row in [*whole["rows"], *parts["rows"]]} == {tuple(HEADLINES)}


@pytest.mark.parametrize(
    ("asked", "months", "elapsed"),
    [
        ({"through": "2023-06"}, ["2023-01", "2023-06"], 0.5),
        ({"month": "2023-06"}, ["2023-06", "2023-06"], None),
        ({"programme": "2021"}, [], None),
    ],
)
def test_totals_say_which_months_they_are_of(public, asked, months, elapsed):
    """The same as `explain/` and `comparison/`."""
    answer = public.get("/totals/", **{"programme": "2023"} | asked).data
    assert (answer["months"], answer["year_elapsed"]) == (months, elapsed)
    for path, more in (("/explain/", {"figure": "disbursed"}), ("/comparison/", {"since": "r1"})):
        assert public.get(path, **{"programme": "2023"} | asked | more).data["months"] == months


def test_the_whole_is_what_was_announced(public):
    answer = public.get("/totals/", programme="2023", **EVERY).data
    assert [answer[name] for name in ("programme", "by", "as_of", "through")] == [2023, None, None, "2023-06"]
    [row] = answer["rows"]
    assert row["key"] is None
    assert list(row["figures"]) == FIGURES
    said = {name: (each["value"], each["known"], each["of"], each["unit"]) for name, each in row["figures"].items()}
    assert {name: said[name][:3] for name in HEADLINES} == WHOLE
    units = {"project_count": "projects", "total_investment": "CNY", "enterprises_attracted": "enterprises"}
    assert {name: said[name][3] for name in units} == units
    assert said["reports_in"] == (30, 30, 30, "reports")
    assert said["forecast"] == (None, 0, 42, "CNY")


def test_the_whole_is_held_against_its_targets(public):
    targets = whole(public)["figures"]["disbursed"]["targets"]
    plans = {each["kind"]: each for each in targets if each["measure"] == "planned_disbursement"}
    assert (plans["announced"]["ratio"], plans["monitored"]["ratio"]) == (0.335941, 0.501262)
    assert plans["announced"]["difference"] == 15_890_000_000 - 47_300_000_000
    assert (plans["announced"]["met"], plans["announced"]["verdict"]) == (None, "cannot_be_tested")
    assert plans["monitored"]["source"]["url"].startswith("https://")
    said = (
        "measure kind relation value unit ratio difference met sector held_against verdict illustrative_share through"
    )
    assert list(plans["monitored"]) == [*said.split(), "source", "note_zh", "note_en"]


@pytest.mark.no_database  # that sums open to what they count is asked of both in tests/projects/totals/
@pytest.mark.parametrize("by", list(DIMENSIONS))
def test_rows_add_up_to_the_whole_and_open_to_exactly_their_records(public, by):
    query = {"through": "2023-02", "disbursed_min": "1"}
    total = whole(public, **query)["figures"]
    rows = public.get("/totals/", programme="2023", by=by, **EVERY, **query).data["rows"]
    for name in FIGURES:
        parts = [row["figures"][name]["value"] for row in rows]
        assert sum(part or 0 for part in parts) == (total[name]["value"] or 0)
    listed = [project["code"] for row in rows for project in opened(public, row)]
    assert sorted(listed) == [each["code"] for each in public.all("/projects/", programme="2023", **query)]


def opened(system: System, row: dict[str, Any]) -> list[dict[str, Any]]:
    """The projects of a row, whose listed figures come to the row's."""
    projects = system.all(row["records"])
    figures = row["figures"]
    assert len(projects) == figures["project_count"]["value"]
    for name in ("total_investment", "planned_disbursement", "disbursed"):
        known = [each[name] for each in projects if each[name] is not None]
        assert (len(known), sum(known)) == (figures[name]["known"], figures[name]["value"] or 0)
    return projects


@pytest.mark.no_database  # that sums open to what they count is asked of both in tests/projects/totals/
@pytest.mark.parametrize("query", [{}, {"sector": "new-display", "disbursed_min": "100000000"}], ids=["all", "a part"])
def test_months_add_up_and_open_to_exactly_their_reports(public, query):
    rows = public.get("/totals/", programme="2023", by="month", **query).data["rows"]
    disbursed = [row["figures"]["disbursed"]["value"] or 0 for row in rows]
    assert sum(disbursed) == whole(public, **query)["figures"]["disbursed"]["value"]
    for row, amount in zip(rows, disbursed, strict=True):
        for records in (row["records"], row["figures"]["disbursed"]["records"]):
            reports = public.all(records)
            assert {(each["month"], each["state"]) for each in reports} <= {(row["key"], "approved")}
            assert sum(each["disbursed"] for each in reports) == amount


def test_wrong_questions_are_refused(public):
    problem = assert_problem(public.get("/totals/", by="colour"), 400, "by")
    assert "sector, chain_link, prefecture, basis, transferred, kind, status, month" in problem["detail"]
    assert_problem(public.get("/totals/", programme="2023", month="2022-01"), 400, "month")
    assert_problem(public.get("/totals/?by=sector&by=kind"), 400, "by")
    assert_problem(public.get("/totals/", page="1", asof="2023-01-01"), 400, "page", "asof")


def test_totals_are_of_what_one_sees(system_of, changsha_reader, stranger, province):
    system = system_of(changsha_reader)
    figures = whole(system)["figures"]
    projects = system.all("/projects/", programme="2023")
    assert 0 < figures["project_count"]["value"] == len(projects) < 42
    assert figures["total_investment"]["value"] == sum(each["total_investment"] or 0 for each in projects)
    assert all(each["met"] is None for each in figures["project_count"]["targets"])
    nothing = system_of(stranger).get("/totals/").data
    assert (nothing["programme"], nothing["rows"][0]["figures"]["project_count"]["value"]) == (None, 0)
    assert nothing["rows"][0]["records"] is None


def test_figures_are_explained_in_both_languages(public):
    answer = public.get("/figures/").data
    assert [each["name"] for each in answer] == FIGURES
    assert all(
        each["label_zh"] != each["label_en"] and each["definition_zh"] != each["definition_en"] for each in answer
    )


def test_only_the_figures_asked_for_are_answered(public):
    whole = public.get("/totals/", by="sector").data
    some = public.get("/totals/", by="sector", fields="disbursed,project_count").data
    for row, narrowed in zip(whole["rows"], some["rows"], strict=True):
        assert narrowed["figures"] == {name: row["figures"][name] for name in ("project_count", "disbursed")}
    compared = public.get("/comparison/", fields="disbursed").data
    assert [figure["name"] for figure in compared["figures"]] == ["disbursed"]
    assert_problem(public.get("/totals/", fields="none"), 400, "fields")


def test_a_figure_without_months_is_refused_by_month(public):
    answer = public.get("/totals/", programme="2023", by="month", fields="disbursed,started_count")
    [told] = assert_problem(answer, 400, "fields")["errors"]["fields"]
    assert "“started_count” has no months" in told
