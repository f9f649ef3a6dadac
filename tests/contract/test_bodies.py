"""A client that sends one field can say so: a change wants no other one, and no body has a default that would be sent."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.translation import override

from projects.api import schema
from projects.api.root import description

from .bodies import bodies, defaults, demands, fields, one
from .shapes import shape

pytestmark = pytest.mark.no_database


@pytest.fixture(scope="module", params=["en", "zh-hans"])
def described(request: Any) -> dict[str, Any]:
    return build_description(request.param)


def build_description(language: str) -> dict[str, Any]:
    out = StringIO()
    call_command("spectacular", "--format=openapi-json", f"--lang={language}", stdout=out)
    return json.loads(out.getvalue())


def test_no_body_has_a_default(described: dict[str, Any]) -> None:
    """Least of all one of a PATCH, at any depth: generated clients send it, and what it stands for is lost."""
    assert defaults(described, "patch") == []
    assert defaults(described, "post") == []


def test_a_change_wants_only_what_names_and_versions_a_record(described: dict[str, Any]) -> None:
    assert demands(described) == []


def test_each_of_many_changes_names_its_record_and_the_version(described: dict[str, Any]) -> None:
    many = [body for body in bodies(described, "patch") if body.of_many]
    for body in many:
        named = shape(one(body, described), described).required - {"version"}
        assert named in ({"id"}, {"code"}, {"kind"}), body.where
        assert "version" in shape(one(body, described), described).required, body.where
        assert fields(body, described), body.where
    assert len(many) * 2 == len(bodies(described, "patch")) > 18


def test_what_a_new_record_gets_where_a_field_is_left_out_is_said_in_words() -> None:
    with override("en"):
        document = description("en")["components"]["schemas"]
    for name, words in {"kind": "plant", "transferred": "unknown", "basis": "reported"}.items():
        assert f"Left out: `{words}`." in document["ProjectChangeRequest"]["properties"][name]["description"]
        for change in ("PatchedProjectChangeRequest", "NamedProjectChangeRequest"):
            assert "Left out" not in document[change]["properties"][name].get("description", "")
    rule = document["LightRuleChangeRequest"]["properties"]
    assert rule["borrowed"]["description"].endswith(". Left out: `false`.")
    assert rule["explain_beyond"]["description"].endswith(". Left out: `10`.")
    name_en = document["ProjectChangeRequest"]["properties"]["name_en"]  # a text is empty: no news
    assert name_en["description"] == "English name. Left blank, the Chinese name is shown."


def test_without_the_hook_the_defaults_of_new_records_are_in_the_description(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what is looked for is found, wherever it hides."""
    monkeypatch.setattr(schema, "replace_default", lambda _meta, **_more: None)
    found = defaults(build_description("en"), "patch")
    assert "PATCH /api/v1/projects/{code}/: kind is 'plant' by default" in found
    assert "PATCH /api/v1/problems/many/: records[].state is 'open' by default" in found
    assert "PATCH /api/v1/projects/{code}/: source.publisher_zh is '' by default" in found
