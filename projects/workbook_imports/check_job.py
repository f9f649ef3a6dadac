"""The job that checks an import: its cells are kept, with what would come of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from projects.choices import ImportState
from projects.imports.workbooks.checks import Check, CheckState
from projects.imports.workbooks.unusual import told_of
from projects.jobs import Run, job
from projects.models import Import, ImportedCell

from .examining import examined, fingerprint_of, in_words_of
from .failed_imports import put_back, refuse
from .figure_effects import moved_figures
from .reading import Reading


@job("check-import", _("Checking of a workbook"), given_up=put_back)
def check_import(run: Run) -> None:
    imported = import_of(run, ImportState.CHECKING)
    if imported is None:
        return
    with in_words_of(imported) as user:
        try:
            found = examined(imported, user)
        except ValidationError as error:
            words = "\n".join(error.messages)
            with run.finish(outcome=words):
                refuse(imported, words)
            return
        run.progress(1, 2)
        values = _told(found, imported, user)
        outcome = ngettext("%(count)s row checked", "%(count)s rows checked", len(found.rows)) % {
            "count": len(found.rows)
        }
        with run.finish(outcome=outcome):
            keep(imported, found, **values)


def import_of(run: Run, state: str) -> Import | None:
    """The import that a job is about, if it is still in that state and this is its job."""
    found = Import.objects.filter(pk=run.job.arguments["import"], state=state, job=run.job.pk)
    return found.select_related("user", "programme", "file", "source").first()


def preview(imported: Import, found: Check, user: Any, *, words: str = "") -> None:
    """Show what was found from now on, inside the transaction under way."""
    keep(imported, found, **_told(found, imported, user) | {"words": words})


def keep(imported: Import, found: Check, **values: Any) -> None:
    ImportedCell.objects.filter(of=imported).delete()
    ImportedCell.objects.bulk_create(_cells(imported, found), batch_size=1000)
    Import.objects.filter(pk=imported.pk).update(**values)


def _told(found: Check, imported: Import, user: Any) -> dict[str, Any]:
    is_ready = found.state == CheckState.READY
    return {
        "state": ImportState.READY if is_ready else ImportState.NEEDS_MAPPING,
        "sheet": found.sheet,
        "signature": found.signature,
        "mapping": found.mapping.as_json() if is_ready else None,
        "heads": found.heads,
        "reading": Reading.of_check(found).as_json(),
        "counts": found.counts,
        "effects": [asdict(each) for each in moved_figures(found.rows, imported.programme, user)] if is_ready else [],
        "fingerprint": fingerprint_of(found),
        "words": "",
        "doubts": [told_of(row, doubt) for row in found.rows for doubt in row.doubts],
    }


def _cells(imported: Import, found: Check) -> Iterable[ImportedCell]:
    return (
        ImportedCell(
            of=imported,
            row=row.row + 1,
            address=cell.place.address,
            project=row.project or "",
            field=cell.field,
            text=cell.text,
            before=cell.before,
            after=cell.after,
            verdict=cell.verdict,
            row_verdict=row.verdict,
            is_key=cell.is_key,
            is_proposal=cell.is_proposal,
            code=cell.code,
            words=cell.words,
            question=cell.question,
            options=cell.options or {},
        )
        for row in found.rows
        for cell in row.cells
    )
