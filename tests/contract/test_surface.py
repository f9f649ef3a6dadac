"""A line of docs/api-surface.txt that is gone is a break, unless the newest part of the changelog names it."""

from __future__ import annotations

import pytest

from .surface import build_surface, find_breaks

pytestmark = pytest.mark.no_database

DOCUMENT = {
    "paths": {
        "/things/": {
            "get": {
                "security": [{}],
                "parameters": [{"$ref": "#/components/parameters/kind"}],
                "responses": {"200": {"content": {"text/csv": {"schema": {"type": "string"}}}}},
            }
        }
    },
    "components": {
        "parameters": {"kind": {"in": "query", "name": "kind", "schema": {"$ref": "#/components/schemas/Kind"}}},
        "schemas": {
            "Thing": {
                "properties": {
                    "id": {"type": "integer", "format": "int64"},
                    "part": {"$ref": "#/components/schemas/Part"},
                },
                "required": ["id"],
            },
            "Part": {
                "allOf": [
                    {"$ref": "#/components/schemas/Named"},
                    {"properties": {"of": {"$ref": "#/components/schemas/Kind"}}},
                ]
            },
            "Named": {"properties": {"name": {"type": "string"}}, "required": ["name"]},
            "Kind": {"type": "string", "enum": ["ship"]},
        },
    },
}
LINES = [
    "GET /things/ 200 text/csv: string",
    "GET /things/ query kind: string",
    "GET /things/ without a token",
    "Kind = ship",
    "Kind: string",
    "Named.name: string, required",
    "Part.name: string, required",
    "Part.of: string",
    "Thing.id: integer int64, required",
    "Thing.part: Part",
    "kind = ship",
    "of = ship",
]


def test_each_operation_parameter_member_and_value_is_a_line():
    assert build_surface(DOCUMENT) == LINES


def test_a_line_may_be_added_and_one_that_goes_is_named_in_the_newest_part_of_the_changelog():
    assert find_breaks(LINES[:3], LINES, "") == []
    old, new = "# Changes\n\n## 2026-01-01\n\n`Thing.part` is gone.\n", "# Changes\n\n## 2026-02-02\n\nNothing.\n"
    without_part = [line for line in LINES if "part" not in line]
    assert find_breaks(LINES, without_part, old) == []
    assert find_breaks(LINES, without_part, new + old.removeprefix("# Changes\n")) == ["Thing.part: Part"]
    assert find_breaks(LINES, LINES[:-1], old) == ["of = ship"]
    assert find_breaks(LINES, LINES[:-2], "# Changes\n\n## 2026-03-03\n\n`* = ship` are gone.\n") == []
    optional = [line.removesuffix(", required") for line in LINES]
    assert find_breaks(optional, LINES, new) == []
    assert find_breaks(["ThingRequest.id: integer"], ["ThingRequest.id: integer, required"], new) == [
        "ThingRequest.id: integer"
    ]
