"""/api/v1/milestones/"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from projects.history.revisions import create_revision
from projects.models import Milestone, Project

from .conftest import System, assert_problem
from .lists import assert_is_a_list
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
        return {each["name_zh"] for each in public.all("/milestones/", **query)}

    assert found(overdue="true") == {"封顶", "通电"}
    assert found(overdue="false") == {"开工", "试产"}
    assert found(reached="true") == {"开工"}
    assert found(reached="false") == {"封顶", "通电", "试产"}
    assert found(expected_min="2023-08-02") == {"试产"}
    assert found(programme="2023", prefecture="430200") == {"试产"}


def test_a_milestone_is_added_moved_and_reached(system_of: Any, changsha_writer: Any) -> None:
    system = system_of(changsha_writer)
    added = system.post("/milestones/", NEW)
    assert (added.status_code, added.data["basis"], added.data["overdue"]) == (201, "illustrative", False)
    path = f"/milestones/{added.data['id']}/"
    assert_problem(system.patch(path, {"expected": "2023-10-31"}), 400, "reason")
    moved = system.patch(path, {"expected": "2023-10-31", "reason": "雨季"})
    assert moved.data["days_moved"] == 31
    assert_problem(system.patch(path, {"expected": "2023-11-30"}), 400, "reason")
    assert system.patch(path, {"actual": "2023-08-01"}).data["days_moved"] == -60
