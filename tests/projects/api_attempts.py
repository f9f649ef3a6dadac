"""Attempts at the API to learn of a hidden project: each operation of its description that writes."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction

from projects.models import (
    Claim,
    Enterprise,
    Entry,
    Import,
    Milestone,
    MonthlyReport,
    Note,
    Plan,
    Problem,
    Project,
    Proposal,
    Rating,
)
from tests.projects.api import walks
from tests.projects.api.conftest import System
from tests.projects.attempts import AMOUNTS, MOST, Answer, read_answer
from tests.projects.hidden_project import HiddenProject

LEAST = 1  # CNY


@dataclass
class ApiAttempts:
    """Each operation of the description that writes: its example about a record of one's own, each member of it guessed."""

    system: System
    hidden: HiddenProject
    own: Mapping[str, Any]  # by the name of a member
    operations: dict[str, dict[str, Any]] = field(init=False)
    schemas: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        description = json.loads((settings.BASE_DIR / "docs/openapi.json").read_text("utf-8"))
        self.schemas = description["components"]["schemas"]
        self.operations = {
            each["operationId"]: each | {"path": path, "method": method}
            for path, methods in description["paths"].items()
            for method, each in methods.items()
            if method != "get"
        }

    def try_operations(self) -> Iterator[Answer]:
        cases = [(name, path, body) for name in self.operations for path, body in self.get_cases(name)]
        for name, path, body in cases[::3]:
            yield from self.call(name, path, body)

    def get_cases(self, name: str) -> Iterator[tuple[str, Any]]:
        """Where an operation is called with what: guesses at a record of one's own, the example at a hidden one."""
        own, *others = self.get_paths(name)
        bodies = list(self.get_bodies(name))
        yield from ((own, body) for body in bodies)
        yield from ((path, bodies[0]) for path in others)

    def get_paths(self, name: str) -> list[str]:
        """The address of an operation: at a record of one's own, and at each hidden one."""
        path = self.operations[name]["path"].removeprefix("/api/v1")
        before, brace, after = path.partition("{")
        if not brace:
            return [path]
        collection, (_key, _brace, rest) = before.strip("/"), after.partition("}")
        if collection not in COLLECTIONS:
            raise LookupError(f"say in COLLECTIONS of tests/projects/api_attempts.py which records {path} is about")
        model = COLLECTIONS[collection]
        keys = [record.code if model is Project else record.pk for record in self.hidden.records.get(model, ())]
        seen = self.system.get(f"/{collection}/", page_size=1).data["results"]
        own = [each.get("code", each.get("kind")) if "id" not in each else each["id"] for each in seen]
        own = [each["year"] for each in seen] if collection == "programmes" else own
        return [f"{before}{key}{rest}" for key in [*own, *keys[:1]]]

    def get_bodies(self, name: str) -> Iterator[Any]:
        operation = self.operations[name]
        if "application/json" not in operation.get("requestBody", {}).get("content", {}):
            yield {}  # nothing is sent, or a file: see the imports
            return
        begun = self.name_own(walks._body(name, self.operations))
        yield begun
        for place in get_places(begun):
            yield from self.get_guesses(begun, place)
        for member in self.get_members(operation):
            yield from self.get_guesses(begun, (*first_record(begun), member))

    def get_members(self, operation: Mapping[str, Any]) -> list[str]:
        """What the description has beside the example."""
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        found = self.schemas[schema["$ref"].rpartition("/")[2]]
        if "records" in (properties := found.get("properties", {})):
            found = self.schemas[properties["records"]["items"]["$ref"].rpartition("/")[2]]
        return list(found.get("properties", {}))

    def get_guesses(self, body: Any, place: tuple[Any, ...]) -> Iterator[Any]:
        """The body with other values at one place: what may be guessed there, keys of hidden records, sums of any size."""
        member = str(place[-1])
        for guess in self.get_values(member):
            changed = copy.deepcopy(body)
            target = changed
            for step in place[:-1]:
                target = target[step]
            target[place[-1]] = guess
            if "investment" in member:
                target["total_investment_reported_by"] = "x"
            yield changed

    def get_values(self, member: str) -> list[Any]:
        if member in REFERRED:
            return [self.hidden.records[REFERRED[member]][0].pk]
        if member.startswith(("code", "national", "name", "project", "value")):
            return [*self.hidden.guesses.values(), *([MOST] if member == "value" else [])]
        return [MOST, LEAST] if any(part in member for part in AMOUNTS) else [self.hidden.guesses["name"]]

    def name_own(self, body: Any) -> Any:
        """The example about records of one's own."""
        if isinstance(body, dict):
            return {name: self.own.get(name, self.name_own(value)) for name, value in body.items()}
        return [self.name_own(each) for each in body] if isinstance(body, list) else body

    def call(self, name: str, path: str, body: Any) -> Iterator[Answer]:
        with transaction.atomic():
            send = getattr(self.system, self.operations[name]["method"])
            response = send(path, body)
            yield read_answer(response, what=f"{name} {path}", typed=f"{path} {json.dumps(body, ensure_ascii=False)}")
            transaction.set_rollback(True)


REFERRED = {"entry": Entry, "report": MonthlyReport, "enterprise": Enterprise, "id": Claim}  # by the name of a member
COLLECTIONS: dict[str, Any] = {
    "claims": Claim,
    "entries": Entry,
    "milestones": Milestone,
    "notes": Note,
    "problems": Problem,
    "projects": Project,
    "proposals": Proposal,
    "reports": MonthlyReport,
    "imports": Import,
    "plans": Plan,
    "ratings": Rating,
    **dict.fromkeys(("light-rules", "plausibility-rules", "programmes", "rounds")),  # not of a project
}


def get_places(body: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where texts and numbers stand in a body."""
    parts = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for step, value in parts:
        if isinstance(value, dict | list):
            yield from get_places(value, (*before, step))
        else:
            yield (*before, step)


def first_record(body: Any) -> tuple[Any, ...]:
    return ("records", 0) if "records" in body else ()
