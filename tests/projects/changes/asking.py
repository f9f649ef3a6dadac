"""Short ways to write a revision and to take it back."""

from __future__ import annotations

from typing import Any

from projects.changes.kinds import kind_of
from projects.changes.undo import UndoPreview, get_undo_preview, undo
from projects.changes.verification import Counts, verify
from projects.history.revisions import create_revision
from projects.models import Claim, Project, Revision

CODE = "HN-EI-2023-13"


def project(code: str = CODE) -> Any:
    return Project.objects.get(code=code)


def claim(**of: Any) -> Any:
    """A claim that no figure rests on, so that it may be deleted."""
    return Claim.objects.filter(adopted=False, **of).first()


def saved(record: Any, **values: Any) -> int:
    """Set fields of a record in one revision; its number."""
    with create_revision() as draft:
        for name, value in values.items():
            setattr(record, name, value)
        record.save()
    return draft.number


def deleted(*records: Any) -> int:
    with create_revision() as draft:
        for record in records:
            record.delete()
    return draft.number


def only(record: Any, key: int | None = None) -> tuple[Any, Any]:
    return kind_of(type(record)), key or record.pk


def looked_at(number: int, user: Any, **more: Any) -> UndoPreview:
    return get_undo_preview(Revision.objects.get(pk=number), user=user, **more)


def undone(number: int, user: Any, *, reason: str = "输入有误", **more: Any) -> int:
    return undo(Revision.objects.get(pk=number), user=user, reason=reason, **more)


def nothing_is_wrong() -> bool:
    return list(verify(Counts())) == []
