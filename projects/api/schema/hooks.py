"""The last touches on the whole description."""

from __future__ import annotations

from typing import Any


def refuse_other_fields(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Say of every body that may be written that it has no fields but these, as the API refuses others."""
    for name, component in result["components"]["schemas"].items():
        if name.endswith("ChangeRequest"):
            component["additionalProperties"] = False
    return _without_marks(result)


def _without_marks(part: Any) -> Any:
    """drf-spectacular's own notes to itself left out."""
    if isinstance(part, dict):
        return {key: _without_marks(value) for key, value in part.items() if key != "x-spec-enum-id"}
    return [_without_marks(each) for each in part] if isinstance(part, list) else part
