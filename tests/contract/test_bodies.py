"""A client that sends one field can say so: a change wants no other one, and no body has a default that would be sent."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.translation import override

from projects.api.root import description

from .bodies import bodies, defaults, demands, fields, one, resolved

pytestmark = pytest.mark.no_database


@pytest.fixture(scope="module", params=["en", "zh-hans"])
def described(request):
    return build_description(request.param)


def build_description(language: str) -> dict[str, Any]:
    out = StringIO()
    call_command("spectacular", "--format=openapi-json", f"--lang={language}", stdout=out)
    return json.loads(out.getvalue())


def test_no_body_has_a_default(described):
    """Least of all one of a PATCH, at any depth: generated clients send it, and what it stands for is lost."""
    assert defaults(described, "patch") == []
    assert defaults(described, "post") == []


def test_a_change_wants_only_what_names_and_versions_a_record(described):
    assert demands(described) == []


def test_each_of_many_changes_names_its_record_and_the_version(described):
    many = [body for body in bodies(described, "patch") if body.of_many]
    for body in many:
        required = resolved(one(body, described), described)["required"]
        assert "version" in required, body.where
        assert required - {"version"} in ({"id"}, {"code"}, {"kind"}), body.where
        assert fields(body, described), body.where
    assert len(many) * 2 == len(bodies(described, "patch")) > 18


def test_what_a_new_record_gets_where_a_field_is_left_out_is_said_in_words():
    with override("en"):
        document = description("en")
    for body in ("ProjectChangeRequest", "PatchedProjectChangeRequest", "NamedProjectChangeRequest"):
        members = resolved(document["components"]["schemas"][body], document)["properties"]
        for name, words in {"kind": "plant", "transferred": "unknown", "basis": "reported"}.items():
            assert f"Left out of what is new: `{words}`." in members[name]["description"]
    rule = resolved(document["components"]["schemas"]["LightRuleChangeRequest"], document)["properties"]
    assert rule["borrowed"]["description"].endswith(". Left out of what is new: `false`.")
