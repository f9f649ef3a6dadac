"""/api/v1/milestones/"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from projects.history.revisions import create_revision
from projects.models import Entry, Milestone, Programme, Project

from .conftest import System, assert_problem
from .lists import assert_constant_queries, assert_is_a_list
from .reporting import ELSEWHERE, OTHER_OWN, OWN

NEW = {"project": OWN, "name_zh": "主体封顶", "planned": "2023-09-30"}


@pytest.fixture
def milestones(register: None) -> list[Milestone]:
    """On 7 August 2023: one reached, one overdue by its plan, one overdue as expected, one that was moved ahead."""
    rows = [
        (OWN, "开工", "2023-02-01", None, "2023-02-11"),
        (OWN, "封顶", "2023-08-06", None, None),
        (OTHER_OWN, "通电", "2023-05-01", "2023-08-01", None),
        (ELSEWHERE, "试产", "2023-06-01", "2023-09-01", None),
    ]
    found = []
    with create_revision():
        Milestone.objects.all().delete()
        for code, name, planned, expected, actual in rows:
            days = {"planned": planned, "expected": expected, "actual": actual}
            milestone = Milestone(
                project=Project.objects.get(code=code),
                name_zh=name,
                reason="设备晚到" if expected else "",
                basis="illustrative",
                **{key: dt.date.fromisoformat(day) if day else None for key, day in days.items()},
            )
            milestone.save()
            found.append(milestone)
    return found


def names(records: list[dict[str, Any]]) -> set[str]:
    return {each["name_zh"] for each in records}


def test_milestones_are_listed(public: System, milestones: Any) -> None:
    records = assert_is_a_list(public, "/milestones/", count=4, key="id")
    assert {each["name_zh"]: (each["days_moved"], each["overdue"]) for each in records} == {
        "开工": (10, False),
        "封顶": (0, True),
        "通电": (92, True),
        "试产": (92, False),
    }


def test_milestones_are_filtered(public: System, milestones: Any) -> None:
    def found(**query: str) -> set[str]:
        return names(public.all("/milestones/", **query))

    assert found(overdue="true") == {"封顶", "通电"}
    assert found(overdue="false") == {"开工", "试产"}
    assert found(reached="true") == {"开工"}
    assert found(reached="false") == {"封顶", "通电", "试产"}
    assert found(planned_max="2023-05-01") == {"开工", "通电"}
    assert found(expected_min="2023-08-02") == {"试产"}
    assert found(actual_min="2023-02-11", actual_max="2023-02-11") == {"开工"}
    assert found(project=OWN) == {"开工", "封顶"}
    assert found(prefecture="430200") == {"试产"}
    sector = milestones[3].project.sector.code
    assert "试产" in found(sector=sector)
    assert found(programme="2023") == {"开工", "封顶", "通电", "试产"}
    assert found(programme="2022") == set()
    assert found(search="封顶") == {"封顶"}
    assert found(basis="published") == set()
    assert public.all("/milestones/", ordering="planned")[0]["name_zh"] == "开工"
    assert_problem(public.get("/milestones/", overdue="1"), 400, "overdue")
    assert_problem(public.get("/milestones/", planned_min="2023"), 400, "planned_min")


def test_today_is_the_programmes_that_is_asked_for(public: System, milestones: Any) -> None:
    later = Programme.objects.get(year=2024)
    later.reporting_day = dt.date(2024, 1, 15)
    with create_revision():
        later.save()
        Entry(project=Project.objects.get(code=ELSEWHERE), programme=later, basis="illustrative").save()

    def today(**query: str) -> tuple[str, bool]:
        [record] = public.all("/milestones/", project=ELSEWHERE, **query)
        return record["today"], record["overdue"]

    assert today() == today(programme="2023") == ("2023-08-07", False)
    assert today(programme="2024") == ("2024-01-15", True)
    later.chosen_at = timezone.now()
    with create_revision():
        later.save()
    assert today() == ("2024-01-15", True)


def test_a_milestone_is_added_moved_and_reached(system_of: Any, changsha_writer: Any) -> None:
    system = system_of(changsha_writer)
    added = system.post("/milestones/", NEW)
    assert (added.status_code, added.data["basis"], added.data["overdue"]) == (201, "illustrative", False)
    path = f"/milestones/{added.data['id']}/"
    assert_problem(system.patch(path, {"expected": "2023-10-31"}), 400, "reason")
    moved = system.patch(path, {"expected": "2023-10-31", "reason": "雨季"})
    assert moved.data["days_moved"] == 31
    assert_problem(system.patch(path, {"expected": "2023-11-30"}), 400, "reason")
    assert_problem(system.patch(path, {"actual": "2023-08-01"}, **{"If-Match": added["ETag"]}), 412)
    assert system.patch(path, {"actual": "2023-08-01"}).data["days_moved"] == -60
    assert_problem(system.put(path, NEW), 405)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"project": "NOWHERE"}, "project"),
        ({"name_zh": ""}, "name_zh"),
        ({"planned": None}, "planned"),
        ({"planned": "2023-09"}, "planned"),
        ({"expected": "2023-10-01"}, "reason"),
        ({"basis": "published"}, "source"),
        ({"basis": "real"}, "basis"),
        ({"overdue": True}, "overdue"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    system_of: Any, province: Any, body: dict[str, Any], field: str
) -> None:
    assert_problem(system_of(province).post("/milestones/", NEW | body), 400, field)


@pytest.mark.permission
def test_milestones_elsewhere_stay_as_they_are(
    system_of: Any,
    public: System,
    milestones: Any,
    zhuzhou_writer: Any,
    changsha_reader: Any,
    analyst: Any,
    administrator: Any,
    stranger: Any,
) -> None:
    path = f"/milestones/{milestones[1].pk}/"
    assert names(system_of(zhuzhou_writer).all("/milestones/")) == {"试产"}
    assert_problem(system_of(zhuzhou_writer).get(path), 404)
    assert_problem(system_of(zhuzhou_writer).patch(path, {"name_en": "x"}), 404)
    assert_problem(system_of(zhuzhou_writer).post("/milestones/", NEW), 400, "project")
    for user in (changsha_reader, analyst, administrator, stranger):
        assert_problem(system_of(user).post("/milestones/", NEW), 403)
        assert_problem(system_of(user).patch(path, {"name_en": "x"}), 403)
    assert_problem(public.patch(path, {"name_en": "x"}), 401)


def test_the_list_costs_the_same_whatever_the_rows(
    system_of: Any, milestones: Any, province: Any, queries_of: Any
) -> None:
    assert_constant_queries(system_of(province), "/milestones/", queries_of)
