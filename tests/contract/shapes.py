"""What a JSON schema of the description lets a value be, with references and alternatives put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]
EVERYTHING = frozenset({"string", "integer", "number", "boolean", "object", "array", "null"})
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems")  # a higher one lets less through
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")


@dataclass(frozen=True)
class Shape:
    """`known` is None where every value of the types may come; `rest` is what further fields of an object may be."""

    types: frozenset[str] = EVERYTHING
    known: frozenset[Any] | None = None
    fields: Mapping[str, Schema] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    items: Schema | None = None
    rest: Schema | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)


def component(schema: Schema) -> str | None:
    """The name of the component that a schema refers to, also as the only alternative beside null."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    others = [each for each in _alternatives(schema) or schema.get("allOf", []) if each.get("type") != "null"]
    return component(others[0]) if len(others) == 1 else None


def shape(schema: Schema, document: Schema) -> Shape:
    """What a schema of the document allows, one level deep."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[-1]
        return shape(document["components"]["schemas"][name], document)
    own = _own(schema)
    for part in schema.get("allOf", []):
        own = _both(own, shape(part, document))
    alternatives = [shape(each, document) for each in _alternatives(schema)]
    return _both(own, _any_of(alternatives)) if alternatives else own


def _alternatives(schema: Schema) -> list[Schema]:
    return [*schema.get("oneOf", []), *schema.get("anyOf", [])]


def _own(schema: Schema) -> Shape:
    said = schema.get("type")
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    rest = schema.get("additionalProperties")
    return Shape(
        types=EVERYTHING if said is None else frozenset([said] if isinstance(said, str) else said),
        known=None if values is None else frozenset(values),
        fields=schema.get("properties", {}),
        required=frozenset(schema.get("required", [])),
        items=schema.get("items"),
        rest=rest if isinstance(rest, Mapping) else None,
        limits={name: schema[name] for name in (*LOWER, *UPPER, "pattern") if name in schema},
    )


def _both(one: Shape, other: Shape) -> Shape:
    """What both let through."""
    lists = [each.known for each in (one, other) if each.known is not None]
    return Shape(
        types=one.types & other.types,
        known=frozenset.intersection(*lists) if lists else None,
        fields={**one.fields, **other.fields},
        required=one.required | other.required,
        items=one.items or other.items,
        rest=one.rest or other.rest,
        limits={**one.limits, **other.limits},
    )


def _any_of(shapes: list[Shape]) -> Shape:
    """What one of them lets through; null alone says nothing about the values beside it."""
    whole = [each for each in shapes if each.types != {"null"}] or shapes
    lists = [each.known for each in whole]
    first = whole[0]
    return Shape(
        types=frozenset.union(*(each.types for each in shapes)),
        known=frozenset.union(*(each for each in lists if each is not None)) if None not in lists else None,
        fields={name: schema for each in whole for name, schema in each.fields.items()},
        required=frozenset.intersection(*(each.required for each in whole)),
        items=next((each.items for each in whole if each.items), None),
        rest=next((each.rest for each in whole if each.rest), None),
        limits=first.limits if len(whole) == 1 else {},
    )
