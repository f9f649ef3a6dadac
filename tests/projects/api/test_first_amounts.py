"""A first amount that is many times what any other project has is doubted, where no earlier value of its own could tell."""

from __future__ import annotations

from typing import Any

import pytest

from projects.models import Project

from .test_plausibility import BUREAU, PLAUSIBLE, asked

pytestmark = pytest.mark.usefixtures("plausible")


def test_a_new_amount_that_is_many_times_any_other_is_doubted(system_of: Any, province: Any) -> None:
    """Of 20 billion at the most, where no earlier value of its own could tell; just below ten times that it is none."""
    system, largest = system_of(province), 20 * 10**9
    assert max(Project.objects.values_list("total_investment", flat=True), key=lambda each: each or 0) == largest
    for amount in (499 * 10**9, largest * 10):
        assert asked(system.post("/projects/", PLAUSIBLE | {"total_investment": amount})) == {
            ("scale", "total_investment")
        }
    assert system.post("/projects/", PLAUSIBLE | {"total_investment": largest * 10 - 1}).status_code == 201
    another = PLAUSIBLE | {"code": "HN-EI-2023-78", "name_zh": "又一新项目", "total_investment": 499 * 10**9}
    assert system.post("/projects/", another).status_code == 201, "there is one nearly as large by now"
    plan = {"project": "HN-EI-2023-78", "programme": 2023, "planned_disbursement": 40 * 10**9}
    plan |= {"planned_disbursement_reported_by": BUREAU, "joined": "2023-08-01"}
    assert asked(system.post("/entries/", plan)) == {("scale", "planned_disbursement")}
