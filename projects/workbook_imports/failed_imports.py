"""Failed imports: what becomes of one whose job nobody tries again. It waits for no worker, and says what to do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from projects.choices import ImportState
from projects.models import Import, ImportedCell, ImportedFile, Job

from .examining import in_words_of

# by the state that its job was to end: the one in which its sender finds it, and what they are told
_AFTER: dict[str, tuple[str, Any]] = {
    ImportState.CHECKING: (
        ImportState.REFUSED,
        _("The file could not be checked, which is no fault of yours. Send it again."),
    ),
    ImportState.CONFIRMING: (
        ImportState.READY,
        _("It could not be written, which is no fault of yours: nothing of it was. Confirm it again."),
    ),
    ImportState.UNDOING: (
        ImportState.DONE,
        _("It could not be undone, which is no fault of yours: all of it is as it was. Undo it again."),
    ),
}
_IF_AGAIN = _("If that happens again, tell the operator the number of the job: %(job)s.")


def put_back(job: Job) -> None:
    """In the transaction in which the job is given up, or cancelled."""
    imported = Import.objects.filter(job=job.pk, state__in=_AFTER).select_related("user").first()
    if imported is None:
        return
    state, what = _AFTER[imported.state]
    with in_words_of(imported):
        words = f"{what} {_IF_AGAIN % {'job': job.pk}}"
    if state == ImportState.REFUSED:
        refuse(imported, words)
    else:
        Import.objects.filter(pk=imported.pk).update(state=state, words=words, doubts=[])


def refuse(imported: Import, words: str) -> None:
    """The file is not read, so it is not kept either."""
    ImportedCell.objects.filter(of=imported).delete()
    ImportedFile.objects.filter(of=imported).delete()
    Import.objects.filter(pk=imported.pk).update(state=ImportState.REFUSED, words=words)
