"""Examples in the description, as the register of the fixtures answers them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework.fields import CharField, Field

_STORED = json.loads((Path(__file__).parent / "examples.json").read_text(encoding="utf-8"))
EXAMPLES = _STORED["responses"]
REQUEST_EXAMPLES = _STORED["requests"]  # by operation id


def get_response_example(name: str, fields: Mapping[str, Field] = MappingProxyType({})) -> OpenApiExample:
    """Return a record or total as the API responds with it from the fixtures; a test holds that it still does.

    The file leaves out members of `fields` that are blank.
    """
    EXAMPLES[name] = {each: _get_blank_value(field) for each, field in fields.items()} | EXAMPLES[name]
    return OpenApiExample(name, response_only=True, value=EXAMPLES[name])


def _get_blank_value(field: Field) -> str | None:
    return "" if isinstance(field, CharField) and not field.allow_null else None


PROBLEM_EXAMPLES: Mapping[str, Any] = {
    "400": {
        "type": "about:blank",
        "title": "The request has errors",
        "status": 400,
        "detail": "basis: “real” is not known. Known: published, reported, illustrative.",
        "instance": "/api/v1/projects/",
        "errors": {"basis": ["“real” is not known. Known: published, reported, illustrative."]},
    }
}
