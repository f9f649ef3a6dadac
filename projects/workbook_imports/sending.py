"""Permission to send a kind of workbook: each of its rows is asked by itself, but for what is the province's alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from projects.choices import WorkbookKind

_WHOLE: Mapping[str, str] = {
    WorkbookKind.TARGETS: "target",
    WorkbookKind.ROUNDS: "round",
}  # whose rows belong to no prefecture


def may_send(user: Any, kind: str) -> bool:
    """Whether an import of a kind may be sent, or its workbook filled in, by a user."""
    model = _WHOLE.get(kind)
    acts = ("add", "change") if model else ()
    return user.has_perm("projects.add_import") and all(user.has_perm(f"projects.{act}_{model}") for act in acts)


def kinds_of(user: Any) -> list[tuple[str, str]]:
    """The kinds that a user may send, with their names."""
    return [(kind, str(label)) for kind, label in WorkbookKind.choices if may_send(user, kind)]
