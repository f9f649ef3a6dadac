"""Steps of an import that people take: sending, mapping, confirming, taking back. What takes long is left to a job."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from projects.models import Import, Programme, Source


def begin(
    user: Any,
    *,
    kind: str,
    programme: Programme,
    month: int | None,
    name: str,
    content: bytes,
    mapping: Any = None,
    sheet: str = "",
) -> Import:
    """Keep a file and have it checked. Raises `PermissionDenied`, `ValidationError` by field (`file`, `month`).

    What is no workbook is refused here, and nothing is stored.
    """
    raise NotImplementedError


def remap(imported: Import, *, user: Any, mapping: Any, sheet: str = "") -> Import:
    """Say which column is which field, and in which sheet; None: as the heads say. It is checked anew, and remembered.

    `mapping` is as `ColumnMapping.as_json` gives it. Raises `PermissionDenied`, `OvertakenError`, and `ValidationError` by
    letters of a column or for the whole.
    """
    raise NotImplementedError


def confirm(
    imported: Import,
    *,
    user: Any,
    reason: str,
    source: Source | None = None,
    reported_by: str = "",
    confirmed_rules: Collection[str] = (),
) -> Import:
    """Have it written, as it was previewed or not at all. Without `source` and `reported_by` the file is the source.

    Raises `PermissionDenied`, `OvertakenError`, `ValidationError` by field (`reason`, `source`, `reported_by`).
    """
    raise NotImplementedError


def undo(imported: Import, *, user: Any, reason: str) -> Import:
    """Take back all that it has written, in one revision.

    Raises `PermissionDenied`, `OvertakenError`, and `ValidationError` with all that stands in the way.
    """
    raise NotImplementedError
