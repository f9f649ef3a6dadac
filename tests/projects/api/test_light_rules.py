"""/api/v1/light-rules/"""

from __future__ import annotations

from projects.models import LightRule

from .conftest import assert_problem
from .lists import assert_is_a_list

NEW = {"code": "own-rule", "name_zh": "本省规则", "yellow": 5, "red": 20}
BORROWED = "/light-rules/points-behind/"


def test_light_rules_are_listed(public):
    records = assert_is_a_list(public, "/light-rules/", count=2, key="code")
    assert all(each["borrowed"] and each["source"]["url"] for each in records)
    assert [each["code"] for each in public.all("/light-rules/", method="share")] == ["share-of-pace"]
    assert public.all("/light-rules/", borrowed="false") == []


def test_the_province_sets_the_limits(system_of, province):
    system = system_of(province)
    added = system.post("/light-rules/", NEW)
    assert (added.status_code, added.data["borrowed"], added.data["method"]) == (201, False, "points")
    assert added["Location"].endswith("/api/v1/light-rules/own-rule/")
    assert_problem(system.post("/light-rules/", NEW), 400, "code")
    changed = system.patch(BORROWED, {"yellow": 5})
    assert (changed.data["yellow"], changed.data["red"]) == (5, 30)
    assert LightRule.history.filter(code="points-behind").count() == 2
    assert_problem(system.patch(BORROWED, {"code": "other"}), 400, "code")
