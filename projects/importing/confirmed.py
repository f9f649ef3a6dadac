"""The job that writes an import: checked anew and written in one revision together with the job's end, or nothing at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import ImportState
from projects.imports.workbooks.checks import Check
from projects.jobs import Run, job
from projects.models import Import
from projects.plausibility.confirmation import confirming
from projects.versioning.revisions import writing

from .checked import import_of, preview
from .examining import examined, fingerprint_of, in_words_of
from .writing import RowsRefusedError, Writer


class _ChangedError(Exception):
    """What was previewed is not what would be written now."""


@job("confirm-import", gettext_lazy("Writing of a workbook"))
def confirm_import(run: Run) -> str | None:
    imported = import_of(run, ImportState.CONFIRMING)
    if imported is None:
        return None
    with in_words_of(imported) as user:
        try:
            try:
                _write(run, imported, user)
            except _ChangedError:
                _show_anew(run, imported, user)
        except RowsRefusedError as error:
            _put_back(run, imported, str(error), error.doubts)
        except ValidationError as error:
            _put_back(run, imported, "\n".join(error.messages))
        except IntegrityError:
            _put_back(run, imported, _("What is stored does not allow this. Nothing was written."))
    return None


def _write(run: Run, imported: Import, user: Any) -> None:
    with (
        confirming(imported.confirmed_rules, imported.reason),
        writing(door=imported.door, user=user, reason=imported.reason) as draft,
        run.finishing(draft=draft),
    ):
        found = examined(imported, user)
        if fingerprint_of(found) != imported.fingerprint:
            raise _ChangedError
        Writer(imported, user).write(found.rows)
        done = {"state": ImportState.DONE, "confirmed_at": timezone.now(), "words": "", "doubts": []}
        Import.objects.filter(pk=imported.pk).update(**done, revision_made=draft.number if draft.touched else None)


def _show_anew(run: Run, imported: Import, user: Any) -> None:
    """What would be written now, for its sender to look at again."""
    found: Check = examined(imported, user)
    words = _("Something of it was changed meanwhile, so nothing was written. Look at it again, then confirm it.")
    with run.finishing(outcome=words):
        preview(imported, found, user, words=words)


def _put_back(run: Run, imported: Import, words: str, doubts: Sequence[Any] = ()) -> None:
    """Nothing was written: its sender is told why, and may confirm it again."""
    with run.finishing(outcome=words):
        ready: dict[str, Any] = {"state": ImportState.READY, "words": words}
        ready |= {"doubts": list(doubts)} if doubts else {}  # else those of the preview still stand
        Import.objects.filter(pk=imported.pk).update(**ready)
