"""Preview of an import: its file read and checked as its sender would type it, and what the answer is known again by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from projects.choices import WorkbookKind
from projects.history.revisions import as_recorded
from projects.imports.workbooks.checking import check, table_of
from projects.imports.workbooks.checks import Check, CheckState
from projects.imports.workbooks.choices import Choices
from projects.imports.workbooks.mapping import signature
from projects.imports.workbooks.opening import Book, opened
from projects.imports.workbooks.tables import Table
from projects.models import Import, Programme, RememberedMapping
from projects.workflows.reporting import may_edit

_MOST_REMEMBERED = 50  # mappings of one sender that are tried


@contextmanager
def in_words_of(imported: Import) -> Iterator[Any]:
    """Its sender, with the rights of now within what their token was bound to; words are in their language."""
    user: Any = imported.user
    user.bound_to = tuple(imported.bound_to)
    with override(imported.language):
        yield user


def open_workbook(imported: Import) -> Book:
    """Return its file, of which each sheet is read once. Raises `ValidationError` for a file that is not to be read."""
    return opened(bytes(imported.file.content), name=imported.name)


def examined(imported: Import, user: Any, *, refused: Collection[int] | None = None, book: Book | None = None) -> Check:
    """What is found in its file. Raises `ValidationError` for a file, or a mapping, that is not to be read.

    `refused` is as `check` has it; `book` is the file for a caller that has opened it. Nobody is asked where figures come
    from: that is said when all of it is confirmed.
    """
    refuse_planned(imported.kind, imported.programme, imported.month)
    if imported.kind not in WorkbookKind or not user.has_perm("projects.add_import"):
        raise ValidationError(_("Your role does not allow this."))
    book = book or open_workbook(imported)
    asked: dict[str, Any] = {
        "kind": imported.kind,
        "programme": imported.programme,
        "user": user,
        "month": imported.month,
        "sheet": imported.sheet or None,
        "heads": imported.heads,
        "choices": Choices.of_json(imported.choices),
        "refused": refused,
        "may_edit": may_edit,
    }
    with as_recorded():
        found = check(book, mapping=imported.mapping, **asked)
        if found.state == CheckState.NEEDS_MAPPING and (said := _remembered(imported, found, book)):
            try:
                return check(book, **asked | {"sheet": found.sheet, "heads": said.heads}, mapping=said.mapping)
            except ValidationError:
                return found  # what was said of it once is not true of it any more
    return found


def table_in(imported: Import, book: Book, *, sheet: str, heads: Any) -> Table:
    """The table of a sheet of its file, by heads in these rows. Raises as `examined` does; reads no row."""
    about: dict[str, Any] = {"kind": imported.kind, "programme": imported.programme, "month": imported.month}
    return table_of(book, **about, sheet=sheet or None, heads=heads)


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


def _remembered(imported: Import, found: Check, book: Book) -> RememberedMapping | None:
    """What its sender has said once of a table with these heads, or with those that it has in rows that were chosen then."""
    of_sender = RememberedMapping.objects.filter(user=imported.user_id, kind=imported.kind).order_by("-pk")
    for said in of_sender.filter(Q(signature=found.signature) | Q(heads__isnull=False))[:_MOST_REMEMBERED]:
        if imported.heads not in (None, said.heads):
            continue
        try:
            if signature(table_in(imported, book, sheet=found.sheet, heads=said.heads)) == said.signature:
                return said
        except ValidationError:
            continue  # the sheet has no such rows
    return None
