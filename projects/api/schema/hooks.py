"""Post-processing hooks of drf-spectacular: the last touches on the whole description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from projects.api.errors import MEDIA_TYPE

from .links import linked
from .omitted_fields import without_defaults
from .tags import described

_DESCRIPTION = gettext_noop(
    "The register of key projects, its totals and what they are held against. Money is whole CNY, null is not known. "
    "Every record says its basis; every total opens to exactly its records. Unknown parameters, values and fields are "
    "refused with the known ones. Errors are problem+json (RFC 9457) in the reader's language."
)
_NARROWED = ("ReportStep", "Explained", "FigureDefinition")


def finished(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """The description without drf-spectacular's notes to itself, with closed bodies without defaults, each problem said
    once, and links.
    """
    for name, component in result["components"]["schemas"].items():
        if name.endswith("Request"):
            without_defaults(component, name=name)
        if name.endswith(("ChangeRequest", "SourceNamingRequest")):
            component["additionalProperties"] = False  # the API refuses other fields
            if "records" in component["properties"]:
                component["required"] = ["records"]  # of an envelope nothing may be left out, in a PATCH neither
        elif name.endswith("Record") or name in _NARROWED:
            component.pop("required", None)  # the parameter `fields` may leave any of them out
    result["info"] |= {"title": _("API of the key project register"), "description": _(_DESCRIPTION)}
    result["tags"] = described(tag for operation in _operations(result) for tag in operation["tags"])
    _share_problems(result)
    linked(result)
    return _without_marks(result)


def add_integer_format(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Return the description with `format: int64` on every integer: of bodies, answers, parameters and headers.

    Generators for Go, Java and C# take an integer without a format for one of 32 bits, which holds no amount above
    2.1 billion CNY.
    """
    _add_integer_format(result)
    return result


def _add_integer_format(part: Any) -> None:
    if isinstance(part, dict):
        if part.get("type") == "integer" or (isinstance(part.get("type"), list) and "integer" in part["type"]):
            part.setdefault("format", "int64")
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            _add_integer_format(inner)


def _share_problems(result: dict[str, Any]) -> None:
    shared = result["components"].setdefault("responses", {})
    for operation in _operations(result):
        for status, response in operation["responses"].items():
            if MEDIA_TYPE in response.get("content", {}):
                name = f"Problem{status.capitalize()}"
                shared[name] = response
                operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    result["components"]["responses"] = dict(sorted(shared.items()))


def _operations(result: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in result["paths"].values():
        yield from path.values()


def _without_marks(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _without_marks(value) for key, value in part.items() if key != "x-spec-enum-id"}
    return [_without_marks(each) for each in part] if isinstance(part, list) else part
