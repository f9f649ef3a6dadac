"""/api/v1/plausibility-rules/"""

from __future__ import annotations

from typing import Any

import pytest

from projects.choices import PlausibilityKind
from projects.models import PlausibilityRule

from .conftest import System, assert_problem
from .lists import assert_is_a_list

FLOOR, PROJECT = "/plausibility-rules/floor/", "/projects/HN-EI-2023-25/"


def test_the_rules_are_listed(public):
    assert_is_a_list(public, "/plausibility-rules/", count=len(PlausibilityKind), key="kind")
    assert [each["kind"] for each in public.all("/plausibility-rules/", importance="point-out")] == ["outlier"]
    assert [each["kind"] for each in public.all("/plausibility-rules/", kind="floor")] == ["floor"]


def test_the_province_sets_limit_and_importance(system_of, province):
    changed = system_of(province).patch(FLOOR, {"limit": 100_000_000, "importance": "refuse"})
    assert (changed.data["limit"], changed.data["importance"]) == (100_000_000, "refuse")
    assert PlausibilityRule.history.filter(kind="floor").count() == 2


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (FLOOR, {"kind": "name", "limit": None}, "kind"),
        (FLOOR, {"limit": None}, "limit"),
        (FLOOR, {"months": 5}, "months"),
        (FLOOR, {"message_en": "{amount} is too small"}, "message_en"),
        ("/plausibility-rules/name/", {"limit": 3}, "limit"),
        ("/plausibility-rules/outlier/", {"months": 2}, "months"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(path, body, field, system_of, province):
    assert_problem(system_of(province).patch(path, body), 400, field)


@pytest.mark.permission
def test_who_may_read_more_than_the_public_is_told_how_often_a_rule_spoke(
    plausible, system_of, province, changsha_reader, public
):
    system = system_of(province)
    assert counts(system) == (0, 0)
    tiny = {"total_investment": 1, "total_investment_reported_by": "长沙市工业和信息化局"}
    rules = {error["rule"] for error in system.patch(PROJECT, tiny).json()["errors"]}
    assert counts(system) == (1, 0)  # nothing was written
    assert system.patch(PROJECT, tiny | {"confirm": sorted(rules), "reason": "signed"}).status_code == 200
    assert counts(system) == counts(system_of(changsha_reader)) == (2, 1)
    assert counts(public) == (None, None)
    assert counts(system, as_of="r1") == (None, None)
    listed = {each["kind"]: (each["spoke"], each["overruled"]) for each in system.all("/plausibility-rules/")}
    assert listed["floor"] == (2, 1)
    assert {kind for kind, (spoke, _overruled) in listed.items() if spoke} == rules
    assert system.patch(FLOOR, {"limit": 100_000_000}).data["overruled"] == 1
    assert system.patch(FLOOR, {"spoke": 7}).data["spoke"] == 2


def counts(system: System, **query: str) -> tuple[Any, Any]:
    rule = system.get(FLOOR, **query).data
    return rule["spoke"], rule["overruled"]
