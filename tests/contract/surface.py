"""docs/api-surface.txt: a line for each operation, parameter, body, answer, member and value of the API, sorted.

python -m tests.contract.surface         write it; a line that goes must be named in the newest part of docs/api-changelog.md
python -m tests.contract.surface --check write nothing; fail if it would change
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import django

DOCS = Path(__file__).resolve().parents[2] / "docs"
SURFACE, CHANGELOG = DOCS / "api-surface.txt", DOCS / "api-changelog.md"
Schema = Mapping[str, Any]


def build_surface(document: Schema) -> list[str]:
    """Return the lines of an OpenAPI document."""
    document = _resolve(document, document["components"])
    lines = {
        line
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for line in _operation(f"{method.upper()} {path}", operation)
    }
    for name, schema in document["components"]["schemas"].items():
        lines |= set(_component(name, schema))
    return sorted(lines)


def find_breaks(old: list[str], new: list[str], changelog: str) -> list[str]:
    """Return the old lines that are gone, and that the newest part of the changelog does not name.

    It may name them by a pattern such as `GET * query lang`. A member that an answer now always has is no break.
    """
    newest = changelog.partition("\n## ")[2].partition("\n## ")[0]
    patterns = re.findall(r"`([^`]*[*][^`]*)`", newest)
    kept = {*new} | {line.removesuffix(", required") for line in new if "Request." not in line}
    gone = {line: line.partition(": ")[0] for line in old if line not in kept}
    return [
        line
        for line, name in gone.items()
        if name not in newest and not any(fnmatchcase(name, pattern) for pattern in patterns)
    ]


def _resolve(part: Any, components: Schema) -> Any:
    """Return a part with shared parameters and enumerations in their places, and with what it is all of as its own."""
    if isinstance(part, list):
        return [_resolve(each, components) for each in part]
    if not isinstance(part, dict):
        return part
    found = _get_component(part, components)
    if found is not part:
        return _resolve(found, components) if "enum" in found or "in" in found else part
    whole = {name: _resolve(value, components) for name, value in part.items()}
    bases = [_resolve(_get_component(base, components), components) for base in whole.get("allOf", [])]
    if bases and ("properties" in part or len(bases) > 1 or "enum" in bases[0]):
        del whole["allOf"]
        for base in bases:
            both = {name: (base[name], whole[name]) for name in base.keys() & whole.keys() & {"properties", "required"}}
            merged = {name: one | other if name == "properties" else one + other for name, (one, other) in both.items()}
            whole = base | whole | merged
    return whole


def _get_component(part: Schema, components: Schema) -> Schema:
    if "$ref" not in part:
        return part
    _root, _components, kind, name = part["$ref"].split("/")
    return components[kind][name]


def _operation(name: str, operation: Schema) -> Iterator[str]:
    yield f"{name}{' without a token' if {} in operation.get('security', []) else ''}"
    for parameter in operation.get("parameters", []):
        yield from _value(f"{name} {parameter['in']} {parameter['name']}", parameter["schema"], parameter)
    for form, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"{name} body {form}: {_type(content.get('schema', {}))}"
    for status, answer in operation["responses"].items():
        for form, content in answer.get("content", {}).items():
            yield f"{name} {status} {form}: {_type(content.get('schema', {}))}"


def _component(name: str, schema: Schema) -> Iterator[str]:
    if "properties" not in schema:
        yield from _value(name, schema, {})
    for member, value in schema.get("properties", {}).items():
        yield from _value(f"{name}.{member}", value, {"required": member in schema.get("required", [])})


def _value(name: str, schema: Schema, said: Schema) -> Iterator[str]:
    """Yield the type of a parameter or member, then each value that members of its name may have: more may be added."""
    yield f"{name}: {_type(schema)}{', required' if said.get('required') else ''}"
    for part in (schema.get("items", schema), *schema.get("oneOf", [])):
        yield from (f"{re.split('[ .]', name)[-1]} = {value}" for value in part.get("enum", []) if value is not None)


def _type(schema: Schema) -> str:
    """Return what a value may be, such as `[Entry]` or `integer or null`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for word in ("allOf", "oneOf", "anyOf"):
        if word in schema:
            return " or ".join(map(_type, schema[word]))
    if "items" in schema:
        return f"[{_type(schema['items'])}]"
    if "properties" in schema:
        return "{" + ", ".join(f"{name}: {_type(value)}" for name, value in schema["properties"].items()) + "}"
    types = schema.get("type", "anything")
    text = types if isinstance(types, str) else " or ".join(types)
    return f"{text} {schema['format']}" if "format" in schema else text


def main(*arguments: str) -> str | None:
    """Write the file or check it; return what is wrong."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from tests.description import read_description

    old, new = SURFACE.read_text("utf-8").splitlines(), build_surface(read_description())
    if broken := find_breaks(old, new, CHANGELOG.read_text("utf-8")):
        lines = "\n".join(broken)
        return f"Clients lose this. Name each under Breaks in the newest part of docs/api-changelog.md:\n{lines}"
    if "--check" not in arguments:
        SURFACE.write_text("\n".join(new) + "\n", "utf-8")
    elif old != new:
        return "docs/api-surface.txt is not what the API is. Run make docs, then read the difference."
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
