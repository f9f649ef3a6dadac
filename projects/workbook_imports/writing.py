"""Writing: the rows of an import become records, drafts of reports and proposals, as if each had been typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from projects.history.revisions import Draft
from projects.imports.workbooks.checks import RowCheck, Verdict
from projects.imports.workbooks.unusual import told_of
from projects.models import Enterprise, Entry, Import, MonthlyReport, Project
from projects.models.attribution import reporter_of, with_adopted_claims
from projects.models.bulk import Batch
from projects.plausibility.checks import check_together, get_doubts
from projects.workflows.proposals import Asked, propose
from projects.workflows.proposals.gated import as_written, asked_of

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
        self._add_new(row, project, "enterprise")
        asked = [*asked_of(project, self.user), *asked_of(entry, self.user)]
        entry.project = self._attributed(row, as_written(project, self.user))
        if (place := as_written(entry, self.user)) is not None:
            self._attributed(row, place)
        if asked:
            self._besides.append((row, partial(self._propose, entry.project, asked)))

    def _add_new(self, row: RowCheck, record: Any, name: str) -> None:
        """What a record refers to, if that is new too."""
        if (referred := getattr(record, name)) is None:
            return
        if referred._state.adding:
            self._add_record(row, referred)
        setattr(record, name, referred)  # by the key that it has now

    def _attributed(self, row: RowCheck, record: Any) -> Any:
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

    def _propose(self, project: Project, asked: list[Asked]) -> None:
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
        self.doubts += [told_of(row, each) for each in get_doubts(error)]
