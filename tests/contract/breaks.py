"""What a new description of the API takes from those who were written for the old one, in words.

A client sends requests and reads answers. A request may only ever become freer: what was accepted stays so, and nothing
more is asked. An answer may only ever become narrower: what was there stays, and nothing comes that a client did not
expect. A new field of an answer breaks nobody; a new value of one that names its values does.

    python -m tests.contract.breaks OLD.json NEW.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .shapes import LOWER, UPPER, Schema, Shape, component, shape

METHODS = ("get", "put", "post", "patch", "delete")


def breaks(old: Schema, new: Schema) -> list[str]:
    """Each break once, in the order of the addresses; empty if every client of `old` can go on with `new`."""
    return list(dict.fromkeys(_Comparison(old, new).of_addresses()))


class _Comparison:
    def __init__(self, old: Schema, new: Schema) -> None:
        self.old, self.new = old, new
        self.seen: set[tuple[str, str, bool]] = set()  # components, each compared once as sent and once as answered

    def of_addresses(self) -> Iterator[str]:
        for path, operations in self.old["paths"].items():
            if path not in self.new["paths"]:
                yield f"{path} is gone"
                continue
            for method in METHODS:
                if method not in operations:
                    continue
                after = self.new["paths"][path].get(method)
                where = f"{method.upper()} {path}"
                yield from self.of_operation(where, operations[method], after) if after else [f"{where} is gone"]

    def of_operation(self, where: str, before: Schema, after: Schema) -> Iterator[str]:
        if {} in before.get("security", []) and {} not in after.get("security", [{}]):
            yield f"{where}: no longer answers without a token"
        yield from self.of_parameters(where, before, after)
        yield from self.of_bodies(where, before.get("requestBody"), after.get("requestBody"))
        yield from self.of_answers(where, before["responses"], after["responses"])

    def of_parameters(self, where: str, before: Schema, after: Schema) -> Iterator[str]:
        was, is_now = (
            {(each["in"], each["name"]): each for each in one.get("parameters", [])} for one in (before, after)
        )
        for key, parameter in was.items():
            name = f"{where}: parameter {key[1]}"
            if key not in is_now:
                yield f"{name} is gone"
                continue
            if is_now[key].get("required") and not parameter.get("required"):
                yield f"{name} must now be sent"
            yield from self.of_values(name, parameter["schema"], is_now[key]["schema"], sent=True)
            for word, default in (("style", "form"), ("explode", True)):
                if parameter.get(word, default) != is_now[key].get(word, default):
                    yield f"{name} is now written in another way ({word})"
        for key in is_now.keys() - was.keys():
            if is_now[key].get("required"):
                yield f"{where}: parameter {key[1]} is new and must be sent"

    def of_bodies(self, where: str, before: Schema | None, after: Schema | None) -> Iterator[str]:
        if after and after.get("required") and not (before and before.get("required")):
            yield f"{where}: a body must now be sent"
        if before and not after:
            yield f"{where}: a body is no longer taken"
        if before and after:
            yield from self.of_contents(f"{where}: the body", before, after, sent=True)

    def of_answers(self, where: str, before: Schema, after: Schema) -> Iterator[str]:
        for status, answer in before.items():
            name = f"{where}: answer {status}"
            if status not in after:
                yield f"{name} is gone"
                continue
            yield from self.of_contents(name, answer, after[status], sent=False)
            for header in answer.get("headers", {}).keys() - after[status].get("headers", {}).keys():
                yield f"{name}: header {header} is gone"
        for status in after.keys() - before.keys():
            if status.startswith("2"):
                yield f"{where}: answer {status} is new where another was promised"

    def of_contents(self, where: str, before: Schema, after: Schema, *, sent: bool) -> Iterator[str]:
        for form, content in before.get("content", {}).items():
            if form not in after.get("content", {}):
                yield f"{where} as {form} is gone"
            elif "schema" in content:
                yield from self.of_values(where, content["schema"], after["content"][form].get("schema", {}), sent=sent)

    def of_values(self, where: str, before: Schema, after: Schema, *, sent: bool) -> Iterator[str]:
        """`sent` by the client, or read by it."""
        one, other = component(before), component(after)
        if one and other:
            yield from _of_null(where, shape(before, self.old), shape(after, self.new), sent=sent)
            if (one, other, sent) in self.seen:
                return
            self.seen.add((one, other, sent))
            where = f"{one} as {'sent' if sent else 'answered'}"
            before, after = ({"$ref": f"#/components/schemas/{name}"} for name in (one, other))
        was, is_now = shape(before, self.old), shape(after, self.new)
        yield from _of_types(where, was, is_now, sent=sent)
        yield from _of_known_values(where, was, is_now, sent=sent)
        if sent:
            yield from _of_limits(where, was, is_now)
        yield from self.of_fields(where, was, is_now, sent=sent)
        for part, inside in (("items", f"{where}: each of the list"), ("rest", f"{where}: each value")):
            then, now = getattr(was, part), getattr(is_now, part)
            if then and (now or part == "items"):
                yield from self.of_values(inside, then, now or {}, sent=sent)

    def of_fields(self, where: str, was: Shape, is_now: Shape, *, sent: bool) -> Iterator[str]:
        for name, schema in was.fields.items():
            inside = f"{where}: {name}"
            if name not in is_now.fields:
                yield f"{inside} is gone"
                continue
            if sent and name in is_now.required - was.required:
                yield f"{inside} must now be sent"
            if not sent and name in was.required - is_now.required:
                yield f"{inside} may now be missing"
            yield from self.of_values(inside, schema, is_now.fields[name], sent=sent)
        if sent:
            for name in sorted(is_now.required & (is_now.fields.keys() - was.fields.keys())):
                yield f"{where}: {name} is new and must be sent"


def _of_null(where: str, was: Shape, is_now: Shape, *, sent: bool) -> Iterator[str]:
    """A field that names a component may be null beside it."""
    before, after = "null" in was.types, "null" in is_now.types
    if before and not after and sent:
        yield f"{where} may no longer be null"
    if after and not before and not sent:
        yield f"{where} may now be null"


def _of_types(where: str, was: Shape, is_now: Shape, *, sent: bool) -> Iterator[str]:
    """A number may be sent where only integers could, and an integer comes where any number could."""
    wider, narrower = (is_now, was) if sent else (was, is_now)
    lost = narrower.types - wider.types - ({"integer"} if "number" in wider.types else set())
    if lost == {"null"}:
        yield from _of_null(where, was, is_now, sent=sent)
    elif lost:
        yield f"{where} was {_words(was)} and is {_words(is_now)}"


def _of_known_values(where: str, was: Shape, is_now: Shape, *, sent: bool) -> Iterator[str]:
    wider, narrower = (is_now, was) if sent else (was, is_now)
    if wider.known is None:
        return
    if narrower.known is None:
        yield f"{where} now takes certain values only" if sent else f"{where} may now be anything"
        return
    lost = sorted(map(str, narrower.known - wider.known - {None, ""}))
    if lost:
        said = ", ".join(f"“{each}”" for each in lost)
        yield f"{where} no longer takes {said}" if sent else f"{where} may now be {said}"


def _of_limits(where: str, was: Shape, is_now: Shape) -> Iterator[str]:
    for name, limit in is_now.limits.items():
        before: Any = was.limits.get(name)
        higher, lower = (
            name in LOWER and (before is None or limit > before),
            name in UPPER and (before is None or limit < before),
        )
        if higher or lower or (name == "pattern" and limit != before):
            yield f"{where} has a new limit: {name} {limit}" + (f" instead of {before}" if before is not None else "")


def _words(one: Shape) -> str:
    return " or ".join(sorted(one.types))


def read(path: str | Path) -> Mapping[str, Any]:
    return json.loads(Path(path).read_text("utf-8"))


if __name__ == "__main__":
    found = breaks(read(sys.argv[1]), read(sys.argv[2]))
    for each in found:
        print(each)
    sys.exit(bool(found))
