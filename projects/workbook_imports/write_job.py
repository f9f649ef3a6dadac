"""The job that writes an import: checked anew and written in one revision together with the job's end, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import ImportState
from projects.database.state import get_state_numbers
from projects.history.revisions import Draft, create_revision
from projects.imports.checks import Check, RowCheck, Verdict
from projects.imports.judging import doubt_as_json
from projects.imports.opening import Book
from projects.jobs import Run, job
from projects.models import Enterprise, Entry, Import, MonthlyReport, Project
from projects.models.attribution import reporter_of, with_adopted_claims
from projects.models.bulk import Batch
from projects.plausibility.checks import check_together, confirm_doubts, get_doubts
from projects.workflows.proposals import ProposedValue, propose
from projects.workflows.proposals.making import copy_as_written, get_values_to_propose

from .check_job import act_as_sender, examine, get_fingerprint, get_import, open_workbook, reset_failed, store_preview

_MOST_TOLD = 20  # rows of which it is said why they cannot be written
# in the order in which they refer to each other
_MODELS = (Enterprise, Project, Entry, MonthlyReport)


class RowsRefusedError(Exception):
    """Some rows cannot be written: nothing is. `doubts` are those that somebody can confirm."""

    def __init__(self, words: list[str], doubts: list[dict[str, Any]]) -> None:
        super().__init__("\n".join(words))
        self.doubts = doubts


@dataclass
class Writer:
    """Writes the rows of one import for its sender, inside the revision under way."""

    imported: Import
    user: Any
    draft: Draft
    words: list[str] = field(default_factory=list)
    doubts: list[dict[str, Any]] = field(default_factory=list)
    _besides: list[tuple[RowCheck, Callable[[], Any]]] = field(default_factory=list)  # once all rows are there

    def write(self, rows: Iterable[RowCheck]) -> None:
        """Raises `RowsRefusedError` with what each row that cannot be written says."""
        rows = [row for row in rows if row.verdict in (Verdict.NEW, Verdict.CHANGED)]
        self._batch = Batch(self.draft, _MODELS)
        records = [record for row in rows for record in row.records]
        with_adopted_claims([record for record in records if isinstance(record, Project) and record.pk])
        with check_together(records, self.draft):
            self._try((row, partial(self._add, row)) for row in rows)
        self._batch.write()
        self._try(self._besides)

    def _try(self, steps: Iterable[tuple[RowCheck, Callable[[], Any]]]) -> None:
        for row, step in steps:
            try:
                step()
            except (ValidationError, PermissionDenied) as error:
                self._note(row, error)
            if len(self.words) >= _MOST_TOLD:
                break
        if self.words:
            raise RowsRefusedError(self.words, self.doubts)

    def _add(self, row: RowCheck) -> None:
        of_kind = {type(each): each for each in row.records}
        if Project not in of_kind:
            self._add_record(row, row.records[0])
            return
        project, entry = of_kind[Project], of_kind[Entry]
        if (enterprise := project.enterprise) is not None:
            if enterprise._state.adding:
                self._add_record(row, enterprise)
            project.enterprise = enterprise  # by the key that it has now
        asked = [*get_values_to_propose(project, self.user), *get_values_to_propose(entry, self.user)]
        entry.project = self._add_attributed(row, copy_as_written(project, self.user))
        if (place := copy_as_written(entry, self.user)) is not None:
            self._add_attributed(row, place)
        if asked:
            self._besides.append((row, partial(self._propose, entry.project, asked)))

    def _add_attributed(self, row: RowCheck, record: Any) -> Any:
        if record._state.adding or record.changed_fields():
            self._attribute(record)
            self._add_record(row, record)
        return record

    def _add_record(self, row: RowCheck, record: Any) -> None:
        self._batch.add(record)
        self._besides.append((row, record.when_written))

    def _attribute(self, record: Project | Entry) -> None:
        """Say of each figure that changes what it rests on."""
        figures = {name for name in record.changed_figures() if record.figure(name) is not None}
        if self.imported.source is None and record.becomes_reported():
            figures |= set(record.unattributed_figures())
        for name in figures:
            if self.imported.source is not None:
                record.name_source(name, self.imported.source)
            else:
                setattr(record, reporter_of(name), self.imported.reported_by)

    def _propose(self, project: Project, asked: list[ProposedValue]) -> None:
        propose(
            project,
            asked,
            reason=self.imported.reason,
            source=self.imported.source,
            reported_by="" if self.imported.source else self.imported.reported_by,
            user=self.user,
        )

    def _note(self, row: RowCheck, error: Exception) -> None:
        said = error.messages if isinstance(error, ValidationError) else [str(error)]
        told = {"row": row.row + 1, "project": row.project, "words": " ".join(said)}
        self.words.append(_("Row %(row)s (%(project)s): %(words)s") % told)
        self.doubts += [doubt_as_json(row, each) for each in get_doubts(error)]


class _ChangedError(Exception):
    """What was previewed is not what would be written now: that is `found`."""

    def __init__(self, found: Check) -> None:
        super().__init__()
        self.found = found


@job("confirm-import", gettext_lazy("Writing of a workbook"), given_up=reset_failed)
def confirm_import(run: Run) -> None:
    imported = get_import(run, ImportState.CONFIRMING)
    if imported is None:
        return
    with act_as_sender(imported) as user:
        try:
            _write(run, imported, user)
        except _ChangedError as changed:
            _show_anew(run, imported, changed.found, user)
        except RowsRefusedError as error:
            _return_to_preview(run, imported, str(error), error.doubts)
        except ValidationError as error:
            _return_to_preview(run, imported, "\n".join(error.messages))
        except IntegrityError:
            _return_to_preview(run, imported, _("What is stored does not allow this. Nothing was written."))


def _write(run: Run, imported: Import, user: Any) -> None:
    """Check the file while others write, and once more where nobody else can if one of them has; then write it."""
    book = open_workbook(imported)
    numbers, found = get_state_numbers(), _examine_again(imported, user, book)
    run.progress(1, 2)
    with (
        confirm_doubts(imported.confirmed_rules, imported.reason),
        create_revision(door=imported.door, user=user, reason=imported.reason) as draft,
    ):
        if numbers is None or get_state_numbers() != numbers:
            found = _examine_again(imported, user, book)  # of which each sheet has been read
        with run.finish(draft=draft):
            Writer(imported, user, draft).write(found.rows)
            done = {"state": ImportState.DONE, "confirmed_at": timezone.now(), "words": "", "doubts": []}
            Import.objects.filter(pk=imported.pk).update(**done, revision_made=draft.number if draft.touched else None)


def _examine_again(imported: Import, user: Any, book: Book) -> Check:
    """Return its rows as they were previewed. Raises `_ChangedError` where they are not so any more."""
    found = examine(imported, user, book=book)
    if get_fingerprint(found) != imported.fingerprint:
        raise _ChangedError(found)
    return found


def _show_anew(run: Run, imported: Import, found: Check, user: Any) -> None:
    """What would be written now, for its sender to look at again."""
    words = _("Something of it was changed meanwhile, so nothing was written. Look at it again, then confirm it.")
    with run.finish(outcome=words):
        store_preview(imported, found, user, words=words)


def _return_to_preview(run: Run, imported: Import, words: str, doubts: Sequence[Any] = ()) -> None:
    """Nothing was written: its sender is told why, and may confirm it again."""
    with run.finish(outcome=words):
        ready: dict[str, Any] = {"state": ImportState.READY, "words": words}
        ready |= {"doubts": list(doubts)} if doubts else {}  # else those of the preview still stand
        Import.objects.filter(pk=imported.pk).update(**ready)
