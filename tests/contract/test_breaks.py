"""Nobody who was written for docs/openapi.json is broken unnoticed, and the comparison knows a break when it sees one."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from .breaks import breaks, read

pytestmark = pytest.mark.no_database

STORED = settings.BASE_DIR / "docs" / "openapi.json"

BASE: dict[str, Any] = {
    "paths": {
        "/projects/": {
            "get": {
                "security": [{"token": []}, {}],
                "parameters": [
                    {"in": "query", "name": "kind", "schema": {"type": "string", "enum": ["plant", "park"]}},
                    {"in": "query", "name": "search", "schema": {"type": "string", "maxLength": 100}},
                ],
                "responses": {
                    "200": {
                        "headers": {"ETag": {}},
                        "content": {
                            "application/json": {
                                "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Project"}}
                            }
                        },
                    },
                    "400": {},
                },
            },
            "post": {
                "parameters": [],
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ProjectRequest"}}}
                },
                "responses": {"201": {}},
            },
        },
        "/totals/": {"get": {"responses": {"200": {}}}},
    },
    "components": {
        "schemas": {
            "Kind": {"type": "string", "enum": ["plant", "park"]},
            "Project": {
                "type": "object",
                "required": ["code", "kind"],
                "properties": {
                    "code": {"type": "string"},
                    "kind": {"$ref": "#/components/schemas/Kind"},
                    "amount": {"type": ["integer", "null"]},
                    "share": {"type": "number"},
                },
            },
            "ProjectRequest": {
                "type": "object",
                "required": ["code"],
                "properties": {
                    "code": {"type": "string", "maxLength": 20},
                    "kind": {"oneOf": [{"$ref": "#/components/schemas/Kind"}, {"type": "null"}]},
                    "amount": {"type": ["integer", "null"], "minimum": 0, "default": 0},
                },
            },
        }
    },
}


def changed(edit: Callable[[Any, Any, Any, Any], Any]) -> dict[str, Any]:
    """The base after an edit of its paths, its list operation, its answered record and its sent record."""
    new = copy.deepcopy(BASE)
    schemas = new["components"]["schemas"]
    edit(new["paths"], new["paths"]["/projects/"]["get"], schemas["Project"], schemas["ProjectRequest"])
    return new


A, B = "GET /projects/", "POST /projects/"
BREAKS: dict[str, Callable[[Any, Any, Any, Any], Any]] = {
    "/totals/ is gone": lambda p, g, a, s: p.pop("/totals/"),
    f"{B} is gone": lambda p, g, a, s: p["/projects/"].pop("post"),
    f"{A}: no longer answers without a token": lambda p, g, a, s: g["security"].remove({}),
    f"{A}: parameter kind is gone": lambda p, g, a, s: g["parameters"].pop(0),
    f"{A}: parameter kind must now be sent": lambda p, g, a, s: g["parameters"][0].update(required=True),
    f"{A}: parameter kind no longer takes “park”": lambda p, g, a, s: g["parameters"][0]["schema"]["enum"].pop(),
    f"{A}: parameter kind is now written in another way (explode)": lambda p, g, a, s: g["parameters"][0].update(
        explode=False
    ),
    f"{A}: parameter search was string and is integer": lambda p, g, a, s: g["parameters"][1].update(
        schema={"type": "integer"}
    ),
    f"{A}: parameter search has a new limit: maxLength 50 instead of 100": lambda p, g, a, s: g["parameters"][1][
        "schema"
    ].update(maxLength=50),
    f"{A}: parameter year is new and must be sent": lambda p, g, a, s: g["parameters"].append(
        {"in": "query", "name": "year", "required": True, "schema": {"type": "integer"}}
    ),
    f"{A}: answer 400 is gone": lambda p, g, a, s: g["responses"].pop("400"),
    f"{A}: answer 202 is new where another was promised": lambda p, g, a, s: g["responses"].update({"202": {}}),
    f"{A}: answer 200: header ETag is gone": lambda p, g, a, s: g["responses"]["200"]["headers"].clear(),
    f"{A}: answer 200 as application/json is gone": lambda p, g, a, s: g["responses"]["200"]["content"].clear(),
    f"{B}: a body must now be sent": lambda p, g, a, s: p["/projects/"]["post"]["requestBody"].update(required=True),
    f"{B}: a body is no longer taken": lambda p, g, a, s: p["/projects/"]["post"].pop("requestBody"),
    "Project as answered: amount is gone": lambda p, g, a, s: a["properties"].pop("amount"),
    "Project as answered: code may now be missing": lambda p, g, a, s: a["required"].remove("code"),
    "Project as answered: code may now be null": lambda p, g, a, s: a["properties"]["code"].update(
        type=["string", "null"]
    ),
    "Project as answered: kind may now be “ship”": lambda p, g, a, s: a["properties"].update(
        kind={"type": "string", "enum": ["plant", "park", "ship"]}
    ),
    "Project as answered: kind may now be anything": lambda p, g, a, s: a["properties"].update(kind={"type": "string"}),
    "Project as answered: code was string and is integer": lambda p, g, a, s: a["properties"]["code"].update(
        type="integer"
    ),
    "Project as answered: amount was integer or null and is null or number": lambda p, g, a, s: a["properties"][
        "amount"
    ].update(type=["number", "null"]),
    "ProjectRequest as sent: amount is gone": lambda p, g, a, s: s["properties"].pop("amount"),
    "ProjectRequest as sent: amount must now be sent": lambda p, g, a, s: s["required"].append("amount"),
    "ProjectRequest as sent: amount may no longer be null": lambda p, g, a, s: s["properties"]["amount"].update(
        type="integer"
    ),
    "ProjectRequest as sent: kind may no longer be null": lambda p, g, a, s: s["properties"]["kind"]["oneOf"].pop(),
    "ProjectRequest as sent: amount has a new limit: minimum 5 instead of 0": lambda p, g, a, s: s["properties"][
        "amount"
    ].update(minimum=5),
    "ProjectRequest as sent: code has a new limit: pattern ^HN": lambda p, g, a, s: s["properties"]["code"].update(
        pattern="^HN"
    ),
    "ProjectRequest as sent: basis is new and must be sent": lambda p, g, a, s: (
        s["required"].append("basis"),
        s["properties"].update(basis={"type": "string"}),
    ),
}

HARMLESS: dict[str, Callable[[Any, Any, Any, Any], Any]] = {
    "a new address": lambda p, g, a, s: p.update({"/new/": {}}),
    "a new method": lambda p, g, a, s: p["/totals/"].update(post={"responses": {}}),
    "a new parameter": lambda p, g, a, s: g["parameters"].append({"in": "query", "name": "x", "schema": {}}),
    "a new field answered": lambda p, g, a, s: a["properties"].update(new={"type": "string"}),
    "a new field that may be sent": lambda p, g, a, s: s["properties"].update(new={"type": "string"}),
    "a field that is always there now": lambda p, g, a, s: a["required"].append("amount"),
    "a field that is never null now": lambda p, g, a, s: a["properties"]["amount"].update(type="integer"),
    "integers where numbers came": lambda p, g, a, s: a["properties"]["share"].update(type="integer"),
    "numbers where integers were taken": lambda p, g, a, s: s["properties"]["amount"].update(type=["number", "null"]),
    "a field that need not be sent": lambda p, g, a, s: s["required"].clear(),
    "a default that clients send no more": lambda p, g, a, s: s["properties"]["amount"].pop("default"),
    "a limit that is wider": lambda p, g, a, s: s["properties"]["code"].update(maxLength=30),
    "another value that may be sent": lambda p, g, a, s: g["parameters"][0]["schema"]["enum"].append("ship"),
    "another form of the answer": lambda p, g, a, s: g["responses"]["200"]["content"].update({"text/csv": {}}),
    "another refusal": lambda p, g, a, s: g["responses"].update({"429": {}}),
    "a text that says it better": lambda p, g, a, s: g.update(summary="List"),
}


@pytest.mark.parametrize("said", BREAKS)
def test_a_break_is_named(said: str) -> None:
    assert breaks(BASE, changed(BREAKS[said])) == [said]


@pytest.mark.parametrize("edit", HARMLESS)
def test_what_breaks_nobody_is_not_called_a_break(edit: str) -> None:
    assert breaks(BASE, changed(HARMLESS[edit])) == []


def test_a_value_added_to_a_shared_list_breaks_those_who_read_it_only() -> None:
    new = copy.deepcopy(BASE)
    new["components"]["schemas"]["Kind"]["enum"].append("ship")
    assert breaks(BASE, new) == ["Kind as answered may now be “ship”"]
    assert breaks(new, BASE) == ["Kind as sent no longer takes “ship”"]


def test_the_api_keeps_what_the_stored_description_promises() -> None:
    out = StringIO()
    call_command("spectacular", "--format=openapi-json", "--lang=en", stdout=out)
    stored, described = read(STORED), json.loads(out.getvalue())
    broken = breaks(stored, described)
    assert not broken, "clients of docs/openapi.json would break:\n" + "\n".join(broken)
    assert stored == described, "nothing breaks, but docs/openapi.json is not up to date: run make docs"
