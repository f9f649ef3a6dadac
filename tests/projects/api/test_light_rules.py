"""/api/v1/light-rules/"""

from __future__ import annotations

from typing import Any

import pytest

from projects.models import LightRule

from .conftest import System, assert_problem
from .lists import assert_is_a_list

NEW = {"code": "own-rule", "name_zh": "本省规则", "yellow": 5, "red": 20}
BORROWED = "/light-rules/points-behind/"


def test_light_rules_are_listed(public: System) -> None:
    records = assert_is_a_list(public, "/light-rules/", count=2, key="code")
    assert all(each["borrowed"] and each["source"]["url"] for each in records)


def test_light_rules_are_filtered(public: System) -> None:
    assert [each["code"] for each in public.all("/light-rules/", method="share")] == ["share-of-pace"]
    assert public.all("/light-rules/", borrowed="false") == []
    assert public.all("/light-rules/", against="revised") == []
    assert [each["code"] for each in public.all("/light-rules/", search="share")] == ["share-of-pace"]
    assert_problem(public.get("/light-rules/", method="guess"), 400, "method")
    assert_problem(public.get("/light-rules/nothing/"), 404)


def test_the_province_sets_the_limits(system_of: Any, province: Any) -> None:
    system = system_of(province)
    added = system.post("/light-rules/", NEW)
    assert (added.status_code, added.data["borrowed"], added.data["method"]) == (201, False, "points")
    assert added["Location"].endswith("/api/v1/light-rules/own-rule/")
    changed = system.patch(BORROWED, {"yellow": 5})
    assert (changed.data["yellow"], changed.data["red"]) == (5, 30)
    assert LightRule.history.filter(code="points-behind").count() == 2
    assert_problem(system.patch(BORROWED, {"code": "other"}), 400, "code")
    assert_problem(system.post("/light-rules/", NEW), 400, "code")
    assert_problem(system.put(BORROWED, NEW), 405)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"code": "Own Rule"}, "code"),
        ({"yellow": 101}, "yellow"),
        ({"yellow": 30}, "red"),
        ({"method": "share"}, "red"),
        ({"start_red": 0}, "start_red"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    system_of: Any, province: Any, body: dict[str, Any], field: str
) -> None:
    assert_problem(system_of(province).post("/light-rules/", NEW | body), 400, field)
