"""The jobs of imports, each of which acts as the sender of the file and ends in one transaction with what it stores.

`check_import` reads the file as its sender would type it, and keeps its cells with what would come of each and what that
does to the headline figures. `confirm_import` checks it anew and writes it in one revision, or nothing. `undo_import` takes
back what was written, in one revision or not at all: what a bureau proposed is withdrawn as far as nobody has decided it;
its new projects and enterprises go too, though it may delete none, as long as nobody said more of them. What stays is said.

An import whose job nobody tries again waits for no worker, and says what to do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from projects.changes.undo import Action, Obstacle, Reversal, UndoRefusedError, can_write, get_undo_preview
from projects.changes.undo import undo as undo_revision
from projects.choices import ImportState, ProposalAction, ProposalState, ReportState, WorkbookKind
from projects.database.state import get_state_numbers
from projects.history.revisions import Draft, as_recorded, create_revision
from projects.imports.books import Book, open_book
from projects.imports.checking import Check, check, find_import_table
from projects.imports.rows import RowCheck, Verdict, doubt_as_json
from projects.imports.tables import HeadRows, get_signature
from projects.jobs import Run, job
from projects.models import (
    Enterprise,
    Entry,
    Import,
    ImportedCell,
    ImportedFile,
    Job,
    MonthlyReport,
    Programme,
    Project,
    Proposal,
    RememberedMapping,
    Revision,
    Source,
)
from projects.models.attribution import reporter_of
from projects.periods import MONTHS_OF_YEAR, Month
from projects.plausibility.checks import check_together, confirm_doubts, get_doubts
from projects.text import listing
from projects.totals.figures import HEADLINE_FIGURES, Figure, Records
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns
from projects.workflows import proposals
from projects.workflows.proposals import ProposedValue, propose
from projects.workflows.proposals.effects import NOTHING, Part, after_change, part_of
from projects.workflows.proposals.making import copy_as_stored, copy_as_written, get_values_to_propose
from projects.workflows.reporting import may_edit
from projects.workflows.transitions import RefusedError


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


_MOST_TOLD = 20  # rows of which it is said why they cannot be written


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

    def write(self, rows: Iterable[RowCheck]) -> None:
        """Raises `RowsRefusedError` with what each row that cannot be written says."""
        rows = [row for row in rows if row.verdict in (Verdict.NEW, Verdict.CHANGED)]
        with check_together([record for row in rows for record in row.records], self.draft):
            for row in rows:
                try:
                    self._write_row(row)
                except (ValidationError, PermissionDenied) as error:
                    self._note(row, error)
                if len(self.words) >= _MOST_TOLD:
                    break
        if self.words:
            raise RowsRefusedError(self.words, self.doubts)

    def _write_row(self, row: RowCheck) -> None:
        of_kind = {type(each): each for each in row.records}
        if Project not in of_kind:
            row.records[0].save()
            return
        project, entry = of_kind[Project], of_kind[Entry]
        if (enterprise := project.enterprise) is not None:
            if enterprise._state.adding:
                enterprise.save()
            project.enterprise = enterprise  # by the key that it has now
        asked = [*get_values_to_propose(project, self.user), *get_values_to_propose(entry, self.user)]
        entry.project = self._save_attributed(copy_as_written(project, self.user))
        if (place := copy_as_written(entry, self.user)) is not None:
            self._save_attributed(place)
        if asked:
            self._propose(entry.project, asked)

    def _save_attributed(self, record: Any) -> Any:
        if record._state.adding or record.changed_fields():
            self._attribute(record)
            record.save()
        return record

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


@job("undo-import", gettext_lazy("Undoing an import"), given_up=reset_failed)
def undo_import(run: Run) -> None:
    imported = get_import(run, ImportState.UNDOING)
    if imported is None:
        return
    with act_as_sender(imported) as user:
        try:
            _undo_whole(run, imported, user)
        except UndoRefusedError as error:
            _leave(run, imported, [_describe_obstacle(each) for each in error.obstacles])
        except RefusedError as error:
            _leave(run, imported, [message for each in error.refusals.values() for message in each.messages])
        except ValidationError as error:
            _leave(run, imported, error.messages)
        except PermissionDenied as error:
            _leave(run, imported, [str(error)])


def get_obstacles(imported: Import, *, user: Any) -> list[str]:
    """Why it would not be taken back now; nothing is written to find out."""
    try:
        staying = _Staying(user)
        found = get_undo_preview(_revision(imported), user=user, leaving=staying, leaving_used=staying.is_used)
    except PermissionDenied as error:
        return [str(error)]
    return [_describe_obstacle(each) for each in found.obstacles]


def _undo_whole(run: Run, imported: Import, user: Any) -> None:
    revision, staying = _revision(imported), _Staying(user)
    with create_revision(door=imported.door, user=user) as draft, run.finish(draft=draft):
        told = _withdraw(revision, user)
        undo_revision(
            revision, user=user, reason=run.job.arguments["reason"], leaving=staying, leaving_used=staying.is_used
        )
        staying.go(revision)
        done = {
            "state": ImportState.UNDONE,
            "undone_at": timezone.now(),
            "words": "\n".join([*told, *staying.describe()]),
        }
        Import.objects.filter(pk=imported.pk).update(**done, undone_by=draft.number if draft.touched else None)


def _leave(run: Run, imported: Import, words: list[str]) -> None:
    """All of it is as it was: its sender is told why."""
    told = "\n".join(words)
    with run.finish(outcome=told):
        Import.objects.filter(pk=imported.pk).update(state=ImportState.DONE, words=told)


def _get_proposals_of(revision: Revision) -> QuerySet:
    return Proposal.objects.filter(pk__in=Proposal.history.filter(revision=revision.number).values("id"))


def _withdraw(revision: Revision, user: Any) -> list[str]:
    """Withdraw the proposals that were made in it; what is said of those that were accepted."""
    told = []
    for each in _get_proposals_of(revision).select_related("project"):
        if proposals.may(user, ProposalAction.WITHDRAW, each):
            proposals.withdraw(each, user=user)
        elif each.state == ProposalState.ACCEPTED:
            words = _("Proposal %(number)s, for %(project)s, was accepted and stays: ask the province to undo it.")
            told.append(words % {"number": each.pk, "project": each.project})
    return told


class _Staying:
    """Records that are left as they are: proposals, which are withdrawn, and what is new and not theirs to delete."""

    def __init__(self, user: Any) -> None:
        self._user = user
        self._left: dict[type[Model], list[Any]] = {Project: [], Enterprise: []}
        self._used: list[str] = []

    def __call__(self, reversal: Reversal) -> bool:
        model, present = reversal.kind.model, reversal.present
        if model is Proposal:
            return True
        if model not in self._left or reversal.action != Action.DELETE or present is None:
            return False
        if can_write(self._user, "delete", present):
            return False
        self._left[model].append(present)
        return True

    def is_used(self, reversal: Reversal) -> bool:
        """Whether it is an enterprise or a source, which may be named by what others have written since."""
        if reversal.kind.model not in (Enterprise, Source):
            return False
        self._used.append(f"{reversal.kind.label} {reversal.present}")
        return True

    def go(self, revision: Revision) -> None:
        """Delete those of which nobody said more, enterprises after the projects that are theirs."""
        for model, records in self._left.items():
            self._left[model] = [each for each in records if not _delete_unused(each, revision)]

    def describe(self) -> list[str]:
        """What is said of projects that stay."""
        stayed = [each.code for each in self._left[Project]]
        listed = set(Entry.objects.filter(project__code__in=stayed).values_list("project__code", flat=True))
        unlisted = [code for code in stayed if code not in listed]
        words = _("These new projects stay, on no list and in no total, as more was said of them since: %(projects)s.")
        used = _("These stay, as other records name them by now: %(records)s.")
        return [
            *([words % {"projects": listing(unlisted)}] if unlisted else ()),
            *([used % {"records": listing(self._used)}] if self._used else ()),
        ]


def _delete_unused(record: Any, revision: Revision) -> bool:
    """Whether it could be deleted: it is as the import made it, and nothing is of it but proposals withdrawn with that.

    Proposals and what was done with them are kept for ever: theirs names no project any more, their history names this one.
    """
    if type(record).history.filter(id=record.pk).exclude(revision=revision.number).exists():
        return False
    withdrawn = _get_proposals_of(revision).filter(state=ProposalState.WITHDRAWN)
    for relation in record._meta.related_objects:
        others: QuerySet = QuerySet(relation.related_model).filter(**{relation.field.attname: record.pk})
        if relation.related_model is Proposal:
            others = others.exclude(pk__in=withdrawn.values("pk"))
        if others.exists():
            return False
    for proposal in withdrawn.filter(project=record.pk) if isinstance(record, Project) else ():
        proposal.project = None
        proposal.save()
    record.delete()
    return True


def _revision(imported: Import) -> Revision:
    return Revision.objects.get(number=imported.revision_made or 0)


def _describe_obstacle(obstacle: Obstacle) -> str:
    reversal = obstacle.reversal
    return f"{reversal.kind.label} {reversal.present or reversal.after}: {obstacle.message}"
