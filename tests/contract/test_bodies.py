"""A client that sends one field can say so: a change wants no other one, and no body has a default that would be sent."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.translation import override

from projects.api.root import description

from .bodies import bodies, defaults, demands, fields, one
from .breaks import read
from .shapes import shape

pytestmark = pytest.mark.no_database


@pytest.fixture(scope="module", params=["en", "zh-hans"])
def described(request: Any) -> dict[str, Any]:
    out = StringIO()
    call_command("spectacular", "--format=openapi-json", f"--lang={request.param}", stdout=out)
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


# Controls: what is looked for is found, wherever it hides.

ENVELOPE = {
    "type": "object",
    "properties": {"records": {"type": "array", "items": {"$ref": "#/components/schemas/Named"}}},
}
BASE: dict[str, Any] = {
    "paths": {
        "/things/{id}/": {
            "patch": {
                "operationId": "things_partial_update",
                "tags": ["things"],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
            }
        },
        "/things/many/": {
            "patch": {
                "operationId": "things_many_partial_update",
                "tags": ["things"],
                "requestBody": {"content": {"application/json": {"schema": ENVELOPE | {"required": ["records"]}}}},
            }
        },
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "properties": {
                    "default": {"type": "string"},  # a field of that name is none
                    "source": {"oneOf": [{"type": "integer"}, {"$ref": "#/components/schemas/Source"}]},
                    "again": {"$ref": "#/components/schemas/Thing"},
                    "months": {"type": "array", "items": {"type": "integer"}},
                    "choices": {"type": "object", "additionalProperties": {"allOf": [{"type": "string"}]}},
                },
            },
            "Source": {"type": "object", "properties": {"url": {}, "publisher": {}}, "required": ["url"]},
            "Named": {
                "type": "object",
                "properties": {"id": {}, "version": {}, "name": {}},
                "required": ["id", "version"],
            },
        }
    },
}

SPOILT: dict[str, Callable[[Any], Any]] = {
    "PATCH /things/{id}/: months is [] by default": lambda s: s["Thing"]["properties"]["months"].update(default=[]),
    "PATCH /things/{id}/: months[] is 0 by default": lambda s: s["Thing"]["properties"]["months"]["items"].update(
        default=0
    ),
    "PATCH /things/{id}/: source.publisher is '' by default": lambda s: s["Source"]["properties"]["publisher"].update(
        default=""
    ),
    "PATCH /things/{id}/: source is 1 by default": lambda s: s["Thing"]["properties"]["source"]["oneOf"][0].update(
        default=1
    ),
    "PATCH /things/{id}/: again is None by default": lambda s: s["Thing"]["properties"]["again"].update(default=None),
    "PATCH /things/{id}/: choices is 'a' by default": lambda s: s["Thing"]["properties"]["choices"][
        "additionalProperties"
    ]["allOf"][0].update(default="a"),
    "PATCH /things/many/: records[].name is '' by default": lambda s: s["Named"]["properties"]["name"].update(
        default=""
    ),
    "PATCH /things/{id}/: months must be sent": lambda s: s["Thing"].update(required=["months"]),
    "PATCH /things/{id}/: source.publisher must be sent": lambda s: s["Source"]["required"].append("publisher"),
    "PATCH /things/many/: records[].name must be sent": lambda s: s["Named"]["required"].append("name"),
}


@pytest.mark.parametrize("told", SPOILT)
def test_a_default_and_a_demand_are_found_wherever_they_are(told: str) -> None:
    assert defaults(BASE, "patch") + demands(BASE) == []
    document = copy.deepcopy(BASE)
    SPOILT[told](document["components"]["schemas"])
    assert set(defaults(document, "patch") + demands(document)) == {told}


def test_without_the_hook_the_defaults_of_new_records_are_in_the_description(with_defaults: Path) -> None:
    found = defaults(read(with_defaults), "patch")
    assert "PATCH /api/v1/projects/{code}/: kind is 'plant' by default" in found
    assert "PATCH /api/v1/problems/many/: records[].state is 'open' by default" in found
    assert "PATCH /api/v1/projects/{code}/: source.publisher_zh is '' by default" in found
