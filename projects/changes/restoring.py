"""Restore: a deleted record as its history has it, and the parts that were deleted with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import CASCADE, ForeignKey, Model

from .kinds import Kind, all_kinds, every_row_of
from .query import DELETED


def instance_of(kind: Kind, row: Any) -> Model:
    """The record that a history row tells of, under its own key, not stored yet."""
    values = {field.attname: getattr(row, field.attname) for field in kind.model._meta.concrete_fields}
    return kind.model(**values)


def parts_deleted_with(revision: int, kind: Kind, key: Any) -> Iterator[tuple[Kind, Any]]:
    """Kind and key of what belonged to a record and was deleted in the same revision, and what belonged to that."""
    for part, field in _relations_to(kind):
        rows = every_row_of(part.history).filter(revision_id=revision, history_type=DELETED, **{field.attname: key})
        for found in rows.order_by("history_id").values_list(part.key, flat=True):
            yield part, found
            yield from parts_deleted_with(revision, part, found)


def _relations_to(kind: Kind) -> Iterator[tuple[Kind, ForeignKey]]:
    """The relations by which records of other kinds are parts of one of this kind."""
    for other in all_kinds():
        for field in other.model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model is kind.model:
                belongs = other.steps[:1] == [field.name]
                if belongs or field.remote_field.on_delete is CASCADE:
                    yield other, field
