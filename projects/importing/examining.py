"""Examining: an import's file read and checked as its sender would type it, and what the answer is known again by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import override

from projects.choices import WorkbookKind
from projects.imports.workbooks.checking import check
from projects.imports.workbooks.checks import Check, CheckState
from projects.imports.workbooks.opening import opened
from projects.models import Import, Programme, RememberedMapping
from projects.versioning.revisions import as_recorded
from projects.workflows.reporting import may_edit


@contextmanager
def in_words_of(imported: Import) -> Iterator[Any]:
    """Its sender, with the rights of now within what their token was bound to; words are in their language."""
    user: Any = imported.user
    user.bound_to = tuple(imported.bound_to)
    with override(imported.language):
        yield user


def examined(imported: Import, user: Any) -> Check:
    """What is found in its file. Raises `ValidationError` for a file, or a mapping, that is not to be read.

    Nobody is asked where figures come from: that is said when all of it is confirmed.
    """
    refuse_planned(imported.kind, imported.programme, imported.month)
    book = opened(bytes(imported.file.content), name=imported.name)
    asked: dict[str, Any] = {
        "kind": imported.kind,
        "programme": imported.programme,
        "user": user,
        "month": imported.month,
        "sheet": imported.sheet or None,
        "may_edit": may_edit,
    }
    with as_recorded():
        found = check(book, mapping=imported.mapping, **asked)
        if found.state == CheckState.NEEDS_MAPPING and (mapping := _remembered(imported, found.signature)):
            try:
                return check(book, mapping=mapping, **asked)
            except ValidationError:
                return found  # what was said of it once is not true of it any more
    return found


def refuse_planned(kind: str, programme: Programme, month: int | None) -> None:
    """Raise `ValidationError` for reports of a month of which none is taken yet, as at every other door."""
    if kind != WorkbookKind.REPORTS or month is None:
        return
    if early := programme.refused_until(month):
        raise ValidationError({"month": early})


def fingerprint_of(found: Check) -> str:
    """The same for two checks that would write the same."""
    digest = hashlib.sha256()
    for row in found.rows:
        cells = [(each.field, each.verdict, each.before, each.after, each.is_proposal, each.code) for each in row.cells]
        told = (row.row, row.verdict, row.project, row.proposed_code, row.is_proposal, cells)
        digest.update(json.dumps(told, ensure_ascii=False, default=str).encode())
    return digest.hexdigest()


def _remembered(imported: Import, signature: str) -> Any:
    return (
        RememberedMapping.objects.filter(user=imported.user_id, kind=imported.kind, signature=signature)
        .values_list("mapping", flat=True)
        .first()
    )
