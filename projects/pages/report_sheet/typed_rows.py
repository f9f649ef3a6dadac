"""The rows of a form as they were typed, each over what the person typed into it before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import QueryDict

from projects.models import MonthlyReport
from projects.pages.edit_conflicts import version_of

from .other_windows import OtherWindow
from .row_drafts import Drafts
from .row_fields import Typed
from .row_saving import SavedRow
from .sheet_filter import SheetQuestion

DISCARD = "discard"  # names the one row


@dataclass(frozen=True)
class TypedRow:
    """One row of a form: what was typed, and the report that it was typed over as it is stored now.

    `elsewhere` is what the same person typed in another window meanwhile and would be stored over; of its cells `typed` says
    what that window has. `theirs` are cells that only the other window changed, which this one has not shown yet.
    """

    entry: Any
    typed: Typed
    stored: MonthlyReport | None
    elsewhere: OtherWindow | None = None
    theirs: tuple[str, ...] = ()


def typed_rows(data: QueryDict, question: SheetQuestion, entries: Iterable[Any]) -> Iterator[TypedRow]:
    """Each entry that the form has a row of, with what the form says and what the entry's draft says beside it.

    To be gone through in the transaction that stores them.
    """
    Drafts.one_at_a_time(question.user)
    found = [(entry, Typed.of(data, f"{entry.pk}-", form=question.drafts.form)) for entry in entries]
    stored = _reports(question, [entry for entry, typed in found if typed])
    for entry, typed in found:
        if typed is not None:
            report = stored.get(entry.pk)
            beside = question.drafts.beside(typed, report, entry)
            whole = question.drafts.together(typed.saying(beside.texts), entry, version_of(report))
            yield TypedRow(entry, whole, report, beside.conflict, beside.theirs)


def store_typed(data: QueryDict, question: SheetQuestion, entries: Iterable[Any]) -> dict[int, SavedRow]:
    """Store what was typed as drafts; by the key of the entry what is to be said of each row. The register is left alone."""
    with transaction.atomic():
        return {row.entry.pk: store_row(row, question) for row in typed_rows(data, question, entries)}


def store_row(row: TypedRow, question: SheetQuestion) -> SavedRow:
    """Store one as a draft, but for what was typed elsewhere meanwhile."""
    saved = question.drafts.write(row.typed, row.stored, row.entry)
    saved.theirs = row.theirs
    if row.elsewhere is not None:
        saved.conflict = row.elsewhere
        saved.typed = row.typed.saying({**row.typed.texts, **row.elsewhere.mine})
    return saved


def _reports(question: SheetQuestion, entries: list[Any]) -> dict[int, MonthlyReport]:
    """The month's reports of these entries, each with the entry's own objects."""
    by_key = {entry.pk: entry for entry in entries}
    found = MonthlyReport.objects.visible_to(question.user).filter(entry__in=list(by_key), month=question.round.month)
    reports = {report.entry_id: report for report in found}
    for key, report in reports.items():
        report.entry = by_key[key]
        report.entry.programme = question.round.programme
    return reports
