"""What the description says may be sent: every body, and every schema that is in one, however deep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
JSON = "application/json"
MANY = "records"
NAMES = {"code", "id", "version"}  # say which record a change is about, and which version of it
_SEVERAL = ("allOf", "anyOf", "oneOf", "prefixItems")
_ONE = ("items", "additionalProperties", "not", "if", "then", "else")


@dataclass(frozen=True)
class Body:
    """What one operation takes. `tag` is the list that it writes."""

    method: str
    path: str
    operation: str
    tag: str
    schema: Schema

    @property
    def of_many(self) -> bool:
        return self.path.endswith("/many/")

    @property
    def where(self) -> str:
        return f"{self.method.upper()} {self.path}"


def bodies(document: Schema, *methods: str) -> list[Body]:
    """The bodies of all operations of these methods."""
    return [
        Body(
            method,
            path,
            operation["operationId"],
            operation["tags"][0],
            operation["requestBody"]["content"][JSON]["schema"],
        )
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method in methods and JSON in operation.get("requestBody", {}).get("content", ())  # a form is no JSON
    ]


def changes(document: Schema, *, of_many: bool) -> list[Body]:
    """The bodies of every PATCH, of single records or of many."""
    return [body for body in bodies(document, "patch") if body.of_many == of_many]


def component(schema: Schema) -> str | None:
    """Return the name of the component that a schema refers to, also as the only alternative beside null."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    several = [each for word in _SEVERAL for each in schema.get(word, []) if each.get("type") != "null"]
    return component(several[0]) if len(several) == 1 else None


def resolved(schema: Schema, document: Schema) -> dict[str, Any]:
    """Return `properties`, `required` and `items` of a schema, with its references and alternatives put together."""
    if "$ref" in schema:
        return resolved(document["components"]["schemas"][component(schema)], document)
    whole = {"properties": schema.get("properties", {}), "required": set(schema.get("required", []))}
    whole["items"] = schema.get("items", {})
    for part in (resolved(each, document) for word in _SEVERAL for each in schema.get(word, [])):
        whole = {name: whole[name] | part[name] for name in whole}
    return whole


def parts(schema: Schema, document: Schema, where: str = "") -> Iterator[tuple[str, Schema]]:
    """The schema and all that are in it, each with the way to it; a component that holds itself comes once."""
    yield from _parts(schema, document, where, frozenset())


def _parts(schema: Any, document: Schema, where: str, above: frozenset[str]) -> Iterator[tuple[str, Schema]]:
    if not isinstance(schema, dict):
        return  # true or false: anything, or nothing
    yield where, schema
    if "$ref" in schema:
        name = str(component(schema))
        if name not in above:
            yield from _parts(document["components"]["schemas"][name], document, where, above | {name})
    for name, each in schema.get("properties", {}).items():
        yield from _parts(each, document, f"{where}.{name}", above)
    for word in _SEVERAL:
        for each in schema.get(word, []):
            yield from _parts(each, document, where, above)
    for word in _ONE:
        if word in schema:
            yield from _parts(schema[word], document, f"{where}[]" if word == "items" else where, above)


def defaults(document: Schema, *methods: str) -> list[str]:
    """Where bodies of these methods have a default, which generated clients send although nobody has said so."""
    return [
        f"{body.where}: {where.removeprefix('.')} is {part['default']!r} by default"
        for body in bodies(document, *methods)
        for where, part in parts(body.schema, document)
        if "default" in part
    ]


def demands(document: Schema) -> list[str]:
    """What bodies of PATCH want beside the names of records and their versions. The address of a source names it."""
    found = []
    for body in bodies(document, "patch"):
        for where, part in parts(body.schema, document):
            named = {f".{MANY}[]": {key(body, document), "version"}} if body.of_many else {}
            allowed = ({"": {MANY} if body.of_many else set()} | named).get(where, {"url"})
            wanted = set(part.get("required", [])) - allowed
            found += [f"{body.where}: {f'{where}.{name}'.removeprefix('.')} must be sent" for name in sorted(wanted)]
    return found


def one(body: Body, document: Schema) -> Schema:
    """What may be sent of one record."""
    if not body.of_many:
        return body.schema
    return resolved(resolved(body.schema, document)["properties"][MANY], document)["items"]


def fields(body: Body, document: Schema) -> dict[str, Schema]:
    """What may be sent of one record, beside its names."""
    return {
        name: each for name, each in resolved(one(body, document), document)["properties"].items() if name not in NAMES
    }


def key(body: Body, document: Schema) -> str:
    """What the key of a record is called, in the address or in the body of many."""
    if not body.of_many:
        return body.path.partition("{")[2].partition("}")[0]
    names = resolved(one(body, document), document)["required"] - {"version"}
    return min(names, key=lambda name: (name not in NAMES, name))
