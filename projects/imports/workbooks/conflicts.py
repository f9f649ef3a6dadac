"""Conflicts: who changed a field of a record since the version that a file brings, when, from what to what."""

from __future__ import annotations

from typing import Any

from .checks import CellCheck
from .record_values import said_by


def last_change_of(cell: CellCheck, record: Any, version: Any, user: Any) -> dict[str, Any]:
    """Of a cell in conflict, as JSON; empty where the version that the file brings never was one of the record.

    `then` is what the file's version said, `is_own` whether the sender changed it.
    """
    if version is None:
        return {}
    made = None
    rows = type(record).history.filter(id=record.pk).select_related("revision__user").order_by("-history_id")
    for row in rows.iterator():
        if said_by(row.instance, cell.field) != cell.before:
            break
        made = row
    if made is None:
        return {}
    return {
        "who": made.revision.author_name,
        "is_own": made.revision.user_id == user.pk,
        "when": made.history_date.isoformat(),
        "revision": made.revision_id,
        "then": said_by(version, cell.field),
    }
