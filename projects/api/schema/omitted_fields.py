"""Omitted fields: what a body leaves out, and what becomes of it, in words.

For generators a `default` in the description of a body is a value to send: a program that changes one field of a record
would send all the others with it, as they are in a new record. So bodies have none, and what a new record gets is said to
people.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

_CHANGES = ("Patched", "Named")  # begin the names of bodies in which what is left out stays as it is
_SEVERAL = ("allOf", "anyOf", "oneOf")
_ONE = ("items", "additionalProperties")


def without_defaults(schema: dict[str, Any], *, name: str) -> None:
    """Take the defaults out of the body of this name, at any depth; a field that is called `default` stays."""
    value = schema.pop("default", None)
    if value not in (None, "", []) and not name.startswith(_CHANGES):
        said = _("Left out: `%(value)s`.") % {"value": value if isinstance(value, str) else json.dumps(value)}
        schema["description"] = _sentences(schema.get("description", ""), said)
    for part in _parts(schema):
        without_defaults(part, name=name)


def _sentences(said: str, more: str) -> str:
    if not said:
        return more
    return f"{said} {more}" if said.endswith((".", "。")) else f"{said}. {more}"


def _parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from schema.get("properties", {}).values()
    for word in _SEVERAL:
        yield from schema.get(word, [])
    for word in _ONE:
        if isinstance(schema.get(word), dict):
            yield schema[word]
