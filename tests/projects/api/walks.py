"""The API's description narrowed to what is likely right, so that a walk from answer to answer gets somewhere."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

AS_STORED = "as stored"  # whoever sends it puts the version in its place

# what the register of the fixtures has, and what can be added to it more than once
LIKELY: dict[str, list[Any]] = {
    "project": [f"HN-EI-2023-{number}" for number in (21, 24, 38, 40)],  # of Changsha
    "programme": [2022, 2023, 2024],
    "entry": [21, 24, 38, 40],
    "id": [1, 2, 3, *range(181, 200)],
    "month": [f"2023-{month:02}" for month in range(1, 13)],
    "light": ["green", "yellow", "red"],
    "choices": [{}, {"project.total_investment": "proposed"}],
    "comment": ["请核实。"],
    "version": [AS_STORED],
}
WITHOUT_EXAMPLE = {
    "plausibility_rules_create": {"kind": "floor", "importance": "confirm", "limit": 500000000}
    | {"message_zh": "低于下限", "message_en": "Below the floor"},
    "reports_submit": {},
    "light_rules_create": {"code": "points-2024", "name_zh": "进度差", "yellow": 5, "red": 10},
    "claims_partial_update": {"amount": 20000000000},
    "entries_partial_update": {"status": "continuing"},
    "milestones_partial_update": {"actual": "2023-10-05"},
    "plans_partial_update": {"amount": 610000000, "reason": "二期推迟"},
    "rounds_partial_update": {"grace_days": 4},
    "imports_mapping": {"mapping": None},
    "imports_choices": {"conflicts": "file"},
    "imports_confirm": {"reason": "按名单更新"},
    "imports_undo": {"reason": "发错了"},
    "proposals_note": {"comment": "请核实。"},
    "proposals_withdraw": {"comment": "请核实。"},
    "proposals_resubmit": {"reason": "补充材料"},
}
NAMED = {
    "projects": {"code": "HN-EI-2023-13"},
    "light_rules": {"code": "points-behind"},
    "plausibility_rules": {"kind": "floor"},
}
TOGETHER = ("records", "reports")


def likely(description: Mapping[str, Any]) -> dict[str, Any]:
    """Each body is its example with other values of the register; nothing optional is asked."""
    narrowed = copy.deepcopy(dict(description))
    operations = {each["operationId"]: each for path in narrowed["paths"].values() for each in path.values()}
    said = [name for name, each in operations.items() if "application/json" in str(each.get("requestBody"))]  # no forms
    bodies = {name: _body(name, operations) for name in said}
    for name, operation in operations.items():
        operation["parameters"] = [each for each in operation.get("parameters", ()) if each["in"] != "query"]
        if name in bodies:
            content = {"application/json": {"schema": _one_of(bodies[name])}}
            operation["requestBody"] = {"required": True, "content": content}
    return narrowed


def _body(name: str, operations: Mapping[str, Any]) -> Any:
    if name in WITHOUT_EXAMPLE:
        return WITHOUT_EXAMPLE[name]
    if name.endswith("_many_create"):
        return {"records": [_body(name.replace("_many", ""), operations)]}
    if name.endswith("_many_partial_update"):
        part = _body(name.replace("_many", ""), operations)
        named = next((key for start, key in NAMED.items() if name.startswith(start)), {"id": 1})
        return {"records": [named | {"version": AS_STORED} | part]}
    if name.endswith("_update") and not name.endswith("_partial_update"):
        name = name.replace("_update", "_create")
    return next(_examples(operations[name]))


def _examples(operation: Mapping[str, Any]) -> Iterator[Any]:
    for example in operation["requestBody"]["content"]["application/json"].get("examples", {}).values():
        yield example["value"]


def _one_of(example: Any, name: str = "") -> dict[str, Any]:
    """The schema of values like this one."""
    if name == "code":
        return {"enum": [example, *(f"{example[:-2]}{number:02}" for number in range(1, 40))]}
    if name in LIKELY:
        return {"enum": LIKELY[name]}
    if isinstance(example, dict):
        properties = {each: _one_of(value, each) for each, value in example.items()}
        return {"type": "object", "properties": properties, "required": list(example), "additionalProperties": False}
    if isinstance(example, list) and name in TOGETHER:
        return {"type": "array", "items": _one_of(example[0]), "minItems": 1, "maxItems": 3}
    return {"enum": [example]}
