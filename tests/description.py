"""The description of the API as clients read it."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import override
from drf_spectacular.renderers import OpenApiJsonRenderer

from projects.api.root import description


def read_description() -> dict[str, Any]:
    """Return the OpenAPI document in English, as it is sent."""
    with override("en"):
        return json.loads(OpenApiJsonRenderer().render(description("en")))


def resolve(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """Return the component that a part of the document refers to, or the part itself."""
    if "$ref" not in part:
        return part
    _root, _components, kind, name = part["$ref"].split("/")
    return document["components"][kind][name]


def get_parameters(document: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parameters of an operation in full."""
    return [resolve(document, parameter) for parameter in operation.get("parameters", [])]
