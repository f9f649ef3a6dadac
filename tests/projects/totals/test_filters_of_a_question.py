"""A question makes the filters that it names and no others, and finds the same projects with figures and without."""

from __future__ import annotations

from typing import Any

import pytest

from projects.totals.filters import ProjectFilterSet

from ..asking import scope_of

SAMPLES = {
    "search": "hn-ei 2023",
    "code": "HN-EI-2023-13",
    "direction": "strengthen",
    "sector": "new-display",
    "chain_link": "none",
    "prefecture": "430100",
    "enterprise": "none",
    "basis": "reported",
    "transferred": "yes",
    "source_province": "44",
    "kind": "plant",
    "status": "new",
    "listed": "start",
    "counted_in": "disbursed_of_plan",
    "missing": "disbursed",
    "having": "disbursed",
    "light": "red",
    "complete_in": "disbursed",
    "gaps_in": "disbursed",
    "ordering": "-disbursed,name",
    **{f"{name}_min": "100000000" for name in ("total_investment", "expected_revenue", "planned_disbursement")},
    **{f"{name}_max": "900000000" for name in ("total_investment", "expected_revenue", "planned_disbursement")},
    "disbursed_min": "1",
    "disbursed_max": "900000000",
    **{f"{name}_{end}": "2023-06" for name in ("start", "finish") for end in ("min", "max")},
}


def test_there_is_a_sample_of_every_filter() -> None:
    assert set(SAMPLES) == set(ProjectFilterSet.base_filters)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_members_are_the_projects_of_the_question(analyst: Any, name: str) -> None:
    scope = scope_of(analyst, {name: SAMPLES[name]})
    assert {each.pk for each in scope.members()} == {each.pk for each in scope.projects()}
