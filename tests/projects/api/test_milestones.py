"""/api/v1/milestones/"""

from __future__ import annotations

import pytest

from projects.history.revisions import create_revision
from projects.models import Milestone, Project

from .conftest import assert_problem
from .lists import assert_is_a_list
from .reporting import ELSEWHERE, OTHER_OWN, OWN

NEW = {"project": OWN, "name_zh": "主体封顶", "planned": "2023-09-30"}


@pytest.fixture
def milestones(register):
    """On 7 August 2023: one reached, one overdue by its plan, one overdue as expected, one that was moved ahead."""
    rows = [
        (OWN, {"name_zh": "开工", "planned": "2023-02-01", "actual": "2023-02-11"}),
        (OWN, {"name_zh": "封顶", "planned": "2023-08-06"}),
        (OTHER_OWN, {"name_zh": "通电", "planned": "2023-05-01", "expected": "2023-08-01", "reason": "设备晚到"}),
        (ELSEWHERE, {"name_zh": "试产", "planned": "2023-06-01", "expected": "2023-09-01", "reason": "设备晚到"}),
    ]
    with create_revision():
        Milestone.objects.all().delete()
        for code, values in rows:
            Milestone(project=Project.objects.get(code=code), basis="illustrative", **values).save()


def test_milestones_are_listed(public, milestones):
    records = assert_is_a_list(public, "/milestones/", count=4, key="id")
    assert {each["name_zh"]: (each["days_moved"], each["overdue"]) for each in records} == {
        "开工": (10, False),
        "封顶": (0, True),
        "通电": (92, True),
        "试产": (92, False),
    }


def test_milestones_are_filtered(public, milestones):
    def found(**query: str) -> set[str]:
        return {each["name_zh"] for each in public.all("/milestones/", **query)}

    assert found(overdue="true") == {"封顶", "通电"}
    assert found(overdue="false") == {"开工", "试产"}
    assert found(reached="true") == {"开工"}
    assert found(reached="false") == {"封顶", "通电", "试产"}
    assert found(expected_min="2023-08-02") == {"试产"}
    assert found(programme="2023", prefecture="430200") == {"试产"}


def test_a_milestone_is_added_moved_and_reached(system_of, changsha_writer):
    system = system_of(changsha_writer)
    added = system.post("/milestones/", NEW)
    assert (added.status_code, added.data["basis"], added.data["overdue"]) == (201, "illustrative", False)
    path = f"/milestones/{added.data['id']}/"
    assert_problem(system.patch(path, {"expected": "2023-10-31"}), 400, "reason")
    moved = system.patch(path, {"expected": "2023-10-31", "reason": "雨季"})
    assert moved.data["days_moved"] == 31
    assert_problem(system.patch(path, {"expected": "2023-11-30"}), 400, "reason")
    assert system.patch(path, {"actual": "2023-08-01"}).data["days_moved"] == -60
