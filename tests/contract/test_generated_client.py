"""A client made from the description by a program reads everything, understands it to the last field, and writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs
import pytest

from tests.description import get_parameters, read_description
from tests.projects.workbook_imports.sent import sent as sent_by

from .clients import Asking
from .kinds import Register

pytestmark = pytest.mark.no_database

QUESTIONS: dict[str, dict[str, Any]] = {  # what an operation cannot be asked without
    "comparison_retrieve": {"programme": 2023, "since": "r1"},
    "explain_retrieve": {"programme": 2023, "figure": "total_investment"},
    "totals_retrieve": {"programme": 2023},
}
CODE = "HN-EI-2023-25"
NEW: dict[str, tuple[str, dict[str, Any]]] = {  # of the lists that neither the fixtures nor `KINDS` fill
    "proposals": (
        "ProposalChangeRequest",
        {
            "reason": "二期追加设备投资",
            "reported_by": "企业来函",
            "changes": [{"field": "project.total_investment", "value": 18_500_000_000}],
        },
    ),
    "ratings": ("RatingChangeRequest", {"month": "2023-06", "light": "yellow", "words": "三季度可补回"}),
}


def reads() -> dict[str, tuple[str, str, list[str]]]:
    """Every GET of the description: the operation's name with its address, tag and the names in its path."""
    found = {}
    described = read_description()
    for path, operations in described["paths"].items():
        if operation := operations.get("get"):
            keys = [each["name"] for each in get_parameters(described, operation) if each["in"] == "path"]
            found[operation["operationId"]] = (path, operation.get("tags", ["default"])[0], keys)
    return found


def same(parsed: Any, sent: Any) -> bool:
    """Equal as JSON, but for the spelling of one and the same moment."""
    if isinstance(parsed, Mapping) and isinstance(sent, Mapping):
        return parsed.keys() == sent.keys() and all(same(parsed[name], sent[name]) for name in sent)
    if isinstance(parsed, list) and isinstance(sent, list):
        return len(parsed) == len(sent) and all(map(same, parsed, sent))
    if isinstance(parsed, str) and isinstance(sent, str) and parsed != sent:
        return datetime.fromisoformat(parsed) == datetime.fromisoformat(sent)
    return type(parsed) is type(sent) and bool(parsed == sent)


def undescribed(parsed: Any) -> list[str]:
    """Fields that came and that the description does not name, of the answer and of what is in it."""
    if isinstance(parsed, list):
        return [name for each in parsed for name in undescribed(each)]
    if not attrs.has(type(parsed)):
        return []
    named = {each.name: getattr(parsed, each.name) for each in attrs.fields(type(parsed))}
    more = named.pop("additional_properties", {})
    # an object without any field of its own is a dictionary: what it holds is not foreign to it
    return (list(more) if named else []) + [name for value in named.values() for name in undescribed(value)]


def added(asking: Asking, tag: str, body: Mapping[str, Any]) -> Any:
    """A new record, as its list's POST answers it."""
    new = asking.model(NEW[tag][0]).from_dict(body)
    answer = asking.call(f"{tag}_create", tag, body=new)
    assert answer.status_code == 201
    return answer.parsed


def test_a_generated_client_writes(generated, live_register, province, changsha_writer, live_server):
    asking = Asking(generated, live_server.url, province)
    record = asking.call("projects_retrieve", "projects", code=CODE)
    change = asking.model("PatchedProjectChangeRequest").from_dict({"name_en": "Changed by a generated client"})
    arguments = {"code": CODE, "body": change, "if_match": record.headers["ETag"]}
    changed = asking.call("projects_partial_update", "projects", **arguments)
    assert changed.parsed.name_en == "Changed by a generated client"
    assert changed.headers["ETag"] != record.headers["ETag"]
    lost = asking.call("projects_partial_update", "projects", status=412, **arguments)
    assert lost.parsed.current.to_dict()["name_en"] == "Changed by a generated client"


def test_a_generated_client_does_every_read(generated, live_register, province, changsha_writer, live_server):
    asking = Asking(generated, live_server.url, province)
    bureau = Asking(generated, live_server.url, changsha_writer)
    Register(live_server.url, asking.token).add_one_of_each_kind()
    added(bureau, "proposals", NEW["proposals"][1] | {"project": CODE})
    entry = asking.call("entries_list", "entries", project=CODE).parsed.results[0].id
    added(asking, "ratings", NEW["ratings"][1] | {"entry": entry})
    sent_by(province, [["项目编号", "总投资（万元）"], [CODE, 5000], ["HN-EI-2023-14", "二十"]])
    wrong: dict[str, Any] = {}
    first: dict[str, Any] = {}
    for operation, (path, tag, keys) in sorted(reads().items(), key=lambda item: len(item[1][2])):
        listed = first.get(path.partition("{")[0], {})
        assert listed or not keys, f"nothing to ask {operation} about"
        known = {key: listed[key] for key in keys}
        answer = asking.call(operation, tag, **known, **QUESTIONS.get(operation, {}))
        if "json" not in answer.headers["Content-Type"]:
            file = answer.parsed
            assert (file.encode() if isinstance(file, str) else file.payload.getvalue()) == answer.content
            continue
        sent = json.loads(answer.content)
        parsed = answer.parsed.to_dict() if hasattr(answer.parsed, "to_dict") else None
        if isinstance(answer.parsed, list):
            parsed = [each.to_dict() for each in answer.parsed]
        if not same(parsed, sent) or undescribed(answer.parsed):
            wrong[operation] = sorted(set(undescribed(answer.parsed))) or (parsed, sent)
        if not keys:
            rows = sent if isinstance(sent, list) else sent.get("results", [])
            first[path] = rows[0] if rows else {}
    assert wrong == {}
    assert len(first) > 20
