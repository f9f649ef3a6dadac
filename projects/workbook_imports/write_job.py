"""The job that writes an import: checked anew and written in one revision together with the job's end, or nothing at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import CellVerdict, ImportState
from projects.database.state import get_state_numbers
from projects.history.revisions import create_revision
from projects.imports.workbooks.checks import Check
from projects.imports.workbooks.opening import Book
from projects.jobs import Run, job
from projects.models import Import
from projects.plausibility.checks import confirm_doubts

from .check_job import import_of, preview
from .examining import examined, fingerprint_of, in_words_of, open_workbook
from .failed_imports import put_back
from .writing import RowsRefusedError, Writer

_LOOKS = 3  # before it is looked at where nobody else can write: another one may write each time


class _ChangedError(Exception):
    """What was previewed is not what would be written now: that is `found`."""

    def __init__(self, found: Check) -> None:
        super().__init__()
        self.found = found


@job("confirm-import", gettext_lazy("Writing of a workbook"), given_up=put_back)
def confirm_import(run: Run) -> None:
    for look in range(_LOOKS):
        imported = import_of(run, ImportState.CONFIRMING)  # with its sender's rights of now
        if imported is None or _is_over(run, imported, is_last=look + 1 == _LOOKS):
            break


def _is_over(run: Run, imported: Import, *, is_last: bool) -> bool:
    """Whether it is written, or its sender is told why it is not."""
    with in_words_of(imported) as user:
        try:
            return _is_written(run, imported, user, is_last=is_last)
        except _ChangedError as changed:
            _show_anew(run, imported, changed.found, user)
        except RowsRefusedError as error:
            _tell(run, imported, user, error)
        except ValidationError as error:
            _put_back(run, imported, "\n".join(error.messages))
        except IntegrityError:
            _put_back(run, imported, _("What is stored does not allow this. Nothing was written."))
    return True


def _is_written(run: Run, imported: Import, user: Any, *, is_last: bool) -> bool:
    """Look at the file while others write, then write it, if none has: who writes keeps all others waiting.

    False where somebody has, and it is to be looked at again.
    """
    book = open_workbook(imported)
    numbers, found = get_state_numbers(), _found(imported, user, book)
    run.progress(1, 2)
    with (
        confirm_doubts(imported.confirmed_rules, imported.reason),
        create_revision(door=imported.door, user=user, reason=imported.reason) as draft,
    ):
        if numbers is None or get_state_numbers() != numbers:
            if not is_last:
                return False
            found = _found(imported, user, book)  # of which each sheet has been read
        with run.finish(draft=draft):
            Writer(imported, user, draft).write(found.rows)
            done = {"state": ImportState.DONE, "confirmed_at": timezone.now(), "words": "", "doubts": []}
            Import.objects.filter(pk=imported.pk).update(**done, revision_made=draft.number if draft.touched else None)
    return True


def _found(imported: Import, user: Any, book: Book) -> Check:
    """Its rows as they were previewed. Records are asked when they are written; here only those that were refused."""
    refused = imported.cells.filter(verdict=CellVerdict.REFUSED).values_list("row", flat=True).distinct()
    found = examined(imported, user, refused={row - 1 for row in refused}, book=book)
    if fingerprint_of(found) != imported.fingerprint:
        raise _ChangedError(found)
    return found


def _tell(run: Run, imported: Import, user: Any, error: RowsRefusedError) -> None:
    """Of what its records refuse as they are now a preview tells more; of the rest, why they are not written."""
    found = examined(imported, user)
    if fingerprint_of(found) != imported.fingerprint:
        _show_anew(run, imported, found, user)
    else:
        _put_back(run, imported, str(error), error.doubts)


def _show_anew(run: Run, imported: Import, found: Check, user: Any) -> None:
    """What would be written now, for its sender to look at again."""
    words = _("Something of it was changed meanwhile, so nothing was written. Look at it again, then confirm it.")
    with run.finish(outcome=words):
        preview(imported, found, user, words=words)


def _put_back(run: Run, imported: Import, words: str, doubts: Sequence[Any] = ()) -> None:
    """Nothing was written: its sender is told why, and may confirm it again."""
    with run.finish(outcome=words):
        ready: dict[str, Any] = {"state": ImportState.READY, "words": words}
        ready |= {"doubts": list(doubts)} if doubts else {}  # else those of the preview still stand
        Import.objects.filter(pk=imported.pk).update(**ready)
