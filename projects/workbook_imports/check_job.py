"""The job that checks an import: its file is read and checked as its sender would type it, its cells are kept with what
would come of each, and what that does to the headline figures of its programme.

An import whose job nobody tries again waits for no worker, and says what to do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from projects.choices import ImportState, ReportState, WorkbookKind
from projects.history.revisions import as_recorded
from projects.imports.checking import check, find_import_table
from projects.imports.checks import Check, RowCheck, Verdict
from projects.imports.judging import doubt_as_json
from projects.imports.mapping import get_signature
from projects.imports.opening import Book, open_book
from projects.imports.tables import HeadRows
from projects.jobs import Run, job
from projects.models import (
    Entry,
    Import,
    ImportedCell,
    ImportedFile,
    Job,
    MonthlyReport,
    Programme,
    Project,
    RememberedMapping,
)
from projects.periods import MONTHS_OF_YEAR, Month
from projects.totals.figures import HEADLINE_FIGURES, Figure, Records
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns
from projects.workflows.proposals.effects import NOTHING, Part, after_change, part_of
from projects.workflows.proposals.making import copy_as_stored, copy_as_written
from projects.workflows.reporting import may_edit


def compute_effects(rows: Sequence[RowCheck], programme: Programme, user: Any) -> list[dict[str, Any]]:
    """Every headline figure before and after, of what the user sees of the whole year: those that stay as they are too.

    Amounts are whole CNY. `parameters` is the query string that opens a figure to its present records, `later` what it comes
    to once the province has accepted what is only proposed, and approved what is reported; `through_month` is the last month
    of which something is or would be reported.
    """
    december = Month(programme.year, MONTHS_OF_YEAR)
    reports = MonthlyReport.objects.visible_to(user).filter(entry__programme=programme)
    months = {report.month for row in rows for report in row.records if isinstance(report, MonthlyReport)}
    last_reported = max({*reports.approved().values_list("month", flat=True), *months}, default=MONTHS_OF_YEAR)
    scope = Scope(user=user, programme=programme, first_month=1, last_month=december.number)
    whole = breakdowns(scope, None, compared=False)[None].total_row
    written = [_stages(row, user) for row in rows if row.verdict in (Verdict.NEW, Verdict.CHANGED)]
    found = []
    for headline in HEADLINE_FIGURES:
        now = then = later = whole.figures[headline.name]
        for places, report in written:
            before, after, wanted = (
                _report_parts(headline, report)
                if headline.records == Records.REPORTS
                else [part_of(headline, *place, december) for place in places] or [NOTHING] * 3
            )
            then, later = after_change(then, before, after), after_change(later, before, wanted)
        found.append(
            {
                "figure": headline.name,
                "year": programme.year,
                "through_month": last_reported,
                "before": now.value,
                "known_before": now.known,
                "of_before": now.of,
                "after": then.value,
                "known_after": then.known,
                "of_after": then.of,
                "later": later.value,
                "parameters": urlencode(whole.parameters),
            }
        )
    return found


def _stages(row: RowCheck, user: Any) -> tuple[list[tuple[Any, Any]], MonthlyReport | None]:
    """The project of a row with its place as they are, as they are written, and as they are once all is accepted, each None
    where there is none; and its report.
    """
    of_kind: dict[type, Any] = {type(each): each for each in row.records}
    project, entry = of_kind.get(Project), of_kind.get(Entry)
    stages = (copy_as_stored, lambda record: copy_as_written(record, user), lambda record: record)
    places = [] if project is None or entry is None else [(stage(project), stage(entry)) for stage in stages]
    return places, of_kind.get(MonthlyReport)


def _report_parts(headline: Figure, report: MonthlyReport | None) -> Iterable[Part]:
    """What a report adds to a figure as it is, as it is written, as it is once all is accepted. It counts when it is
    approved, and one that is new is a draft.
    """
    applies_to = headline.applies_to
    if report is None or (applies_to and not applies_to.holds_for(report.entry.project)):
        return NOTHING, NOTHING, NOTHING
    counts = report.state == ReportState.APPROVED
    said, stored = getattr(report, headline.column), (report._stored or {}).get(headline.column)
    before: Part = (stored or 0, 0, 0) if counts else NOTHING  # how many are known is not for one report to say
    wanted: Part = (said or 0, 0, 0)
    return before, wanted if counts else NOTHING, wanted


_ROWS_SHOWN, _BELOW_HEADS, _COLUMNS_SHOWN, _LONGEST_SHOWN = 12, 6, 30, 60
_MOST_REMEMBERED = 50  # mappings of one sender that are tried


@contextmanager
def act_as_sender(imported: Import) -> Iterator[Any]:
    """Its sender, with the rights of now within what their token was bound to; words are in their language."""
    user: Any = imported.user
    user.bound_to = tuple(imported.bound_to)
    with override(imported.language):
        yield user


def open_workbook(imported: Import) -> Book:
    """Return its file, of which each sheet is read once. Raises `ValidationError` for a file that is not to be read."""
    return open_book(bytes(imported.file.content), name=imported.name)


def examine(imported: Import, user: Any, *, book: Book | None = None) -> Check:
    """What is found in its file. Raises `ValidationError` for a file, or a mapping, that is not to be read.

    `book` is the file for a caller that has opened it. Nobody is asked where figures come
    from: that is said when all of it is confirmed.
    """
    refuse_planned_month(imported.kind, imported.programme, imported.month)
    if imported.kind not in WorkbookKind or not user.has_perm("projects.add_import"):
        raise ValidationError(_("Your role does not allow this."))
    book = book or open_workbook(imported)
    check_as_sender = partial(check, imported, book, user=user, may_edit=may_edit)
    with as_recorded():
        found = check_as_sender(sheet=imported.sheet, heads=imported.heads, mapping=imported.mapping)
        if found.state == ImportState.NEEDS_MAPPING and (said := _find_remembered_mapping(imported, found, book)):
            try:
                return check_as_sender(sheet=found.sheet, heads=said.heads, mapping=said.mapping)
            except ValidationError:
                return found  # what was said of it once is not true of it any more
    return found


def refuse_planned_month(kind: str, programme: Programme, month: int | None) -> None:
    """Raise `ValidationError` for reports of a month of which none is taken yet, as at every other door."""
    if kind != WorkbookKind.REPORTS or month is None:
        return
    if early := programme.refused_until(month):
        raise ValidationError({"month": early})


def get_fingerprint(found: Check) -> str:
    """The same for two checks that would write the same."""
    digest = hashlib.sha256()
    for row in found.rows:
        cells = [(each.field, each.verdict, each.before, each.after, each.is_proposal, each.code) for each in row.cells]
        told = (row.row, row.verdict, row.project, row.proposed_code, row.is_proposal, cells)
        digest.update(json.dumps(told, ensure_ascii=False, default=str).encode())
    return digest.hexdigest()


def _find_remembered_mapping(imported: Import, found: Check, book: Book) -> RememberedMapping | None:
    """What its sender has said once of a table with these heads, or with those that it has in rows that were chosen then."""
    of_sender = RememberedMapping.objects.filter(user=imported.user_id, kind=imported.kind).order_by("-pk")
    for said in of_sender.filter(Q(signature=found.signature) | Q(heads__isnull=False))[:_MOST_REMEMBERED]:
        if imported.heads not in (None, said.heads):
            continue
        try:
            if get_signature(find_import_table(imported, book, sheet=found.sheet, heads=said.heads)) == said.signature:
                return said
        except ValidationError:
            continue  # the sheet has no such rows
    return None


# by the state that its job was to end: the one in which its sender finds it, and what they are told
_AFTER: dict[str, tuple[str, Any]] = {
    ImportState.CHECKING: (
        ImportState.REFUSED,
        gettext_lazy("The file could not be checked, which is no fault of yours. Send it again."),
    ),
    ImportState.CONFIRMING: (
        ImportState.READY,
        gettext_lazy("It could not be written, which is no fault of yours: nothing of it was. Confirm it again."),
    ),
    ImportState.UNDOING: (
        ImportState.DONE,
        gettext_lazy("It could not be undone, which is no fault of yours: all of it is as it was. Undo it again."),
    ),
}
_IF_AGAIN = gettext_lazy("If that happens again, tell the operator the number of the job: %(job)s.")


def reset_failed(job: Job) -> None:
    """In the transaction in which the job is given up, or cancelled."""
    imported = Import.objects.filter(job=job.pk, state__in=_AFTER).select_related("user").first()
    if imported is None:
        return
    state, what = _AFTER[imported.state]
    with act_as_sender(imported):
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


@job("check-import", gettext_lazy("Checking of a workbook"), given_up=reset_failed)
def check_import(run: Run) -> None:
    imported = get_import(run, ImportState.CHECKING)
    if imported is None:
        return
    with act_as_sender(imported) as user:
        try:
            found = examine(imported, user)
        except ValidationError as error:
            words = "\n".join(error.messages)
            with run.finish(outcome=words):
                refuse(imported, words)
            return
        run.progress(1, 2)
        values = _describe_check(found, imported, user)
        outcome = ngettext("%(count)s row checked", "%(count)s rows checked", len(found.rows)) % {
            "count": len(found.rows)
        }
        with run.finish(outcome=outcome):
            store_check(imported, found, **values)


def get_import(run: Run, state: str) -> Import | None:
    """The import that a job is about, if it is still in that state and this is its job."""
    found = Import.objects.filter(pk=run.job.arguments["import"], state=state, job=run.job.pk)
    return found.select_related("user", "programme", "file", "source").first()


def store_preview(imported: Import, found: Check, user: Any, *, words: str = "") -> None:
    """Show what was found from now on, inside the transaction under way."""
    store_check(imported, found, **_describe_check(found, imported, user) | {"words": words})


def store_check(imported: Import, found: Check, **values: Any) -> None:
    ImportedCell.objects.filter(of=imported).delete()
    for row in found.rows:
        for cell in row.cells:
            cell.of, cell.project, cell.row_verdict = imported, row.project or "", row.verdict
    ImportedCell.objects.bulk_create(found.cells, batch_size=1000)
    Import.objects.filter(pk=imported.pk).update(**values)


def _describe_check(found: Check, imported: Import, user: Any) -> dict[str, Any]:
    is_ready = found.state == ImportState.READY
    return {
        "state": found.state,
        "sheet": found.sheet,
        "signature": found.signature,
        "mapping": found.mapping.as_json() if is_ready else None,
        "heads": found.heads,
        "reading": describe_reading(found),
        "counts": found.counts,
        "effects": compute_effects(found.rows, imported.programme, user) if is_ready else [],
        "fingerprint": get_fingerprint(found),
        "words": "",
        "doubts": [doubt_as_json(row, doubt) for row in found.rows for doubt in row.doubts],
    }


def describe_reading(check: Check) -> dict[str, Any]:
    """Return how a workbook was read, as `Import.reading` keeps it: the sheets of the file, the columns of the one that was
    read, the rows that were not (counted from 1), and the first rows of the sheet as they stand, with the rows of its heads,
    the cell that says the unit of the whole table, and the merged cells within them (top, left, bottom, right from 0).
    """
    table, grid = check.table, check.table.grid
    records = check.heads["records"] if check.heads else table.bottom + 2
    height = min(max(_ROWS_SHOWN, records + _BELOW_HEADS), len(grid.rows))
    width = min(grid.width, _COLUMNS_SHOWN)
    return {
        "sheets": [{"name": each.name, "is_hidden": each.is_hidden} for each in check.sheets],
        "columns": [asdict(each) for each in check.columns],
        "left_out": [{"row": each.row + 1, "why": each.why.value, "text": each.text} for each in table.left_out],
        "hidden_rows": [row + 1 for row in table.hidden_rows],
        "lacks_key": check.lacks_key,
        "head_rows": HeadRows(table.top + 1, table.bottom + 1, records).as_json(),
        "corner": table.corner.place.address if table.corner else "",
        "first_rows": [[grid.text(row, column)[:_LONGEST_SHOWN] for column in range(width)] for row in range(height)],
        "merged": [
            [each.top, each.left, min(each.bottom, height - 1), min(each.right, width - 1)]
            for each in grid.merged
            if each.top < height and each.left < width
        ],
    }
