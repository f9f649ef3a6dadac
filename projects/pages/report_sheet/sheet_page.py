"""`/rounds/<YYYY-MM>/`: the sheet of a month, read by anybody who may, typed into by those who report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import ReportAction, SheetUnit
from projects.history.revisions import create_revision
from projects.pages import links
from projects.pages.decorators import of_now, work_page
from projects.pages.list_pages import PAGE, Pages, pages_of
from projects.pages.parameters import reads
from projects.pages.step_messages import done_and_next
from projects.pages.table_files import FILES, file_asked
from projects.totals.scope import Scope
from projects.workflows import reporting

from .row_drafts import Drafts
from .row_fields import Typed
from .row_findings import point_out_at_rows
from .row_messages import ROW, RowMessage, plain
from .row_saving import SavedRow, row_of, save_row
from .sheet_columns import sheet_table
from .sheet_filter import OF_SHEET, PAGE_SIZE, SheetQuestion
from .sheet_presenter import context_of
from .sheet_rows import Sheet, SheetRow
from .sheet_unit import UNIT, remember_unit
from .typed_rows import DISCARD, store_row, store_typed, typed_rows
from .without_round import reports_of_month

WITHDRAW = "withdraw"  # names the one row


@work_page
@reads(*OF_SHEET, PAGE, *FILES, asks=False)
@of_now
def round_sheet(request: HttpRequest, month: str) -> HttpResponse:
    """Rows of at most `PAGE_SIZE` entries. A post saves what was typed, and then submits or withdraws what it says.

    A month without a round leads to its reports in the administration, for who reports or reviews them.
    """
    try:
        question = SheetQuestion.of(request, month)
    except Http404:
        if request.method == "POST" or (instead := reports_of_month(request, month)) is None:
            raise
        return HttpResponseRedirect(instead)
    scope = Scope(user=request.user, programme=question.round.programme)
    if request.method != "POST" and (file := file_asked(request, scope, {"reports": lambda: sheet_table(question)})):
        return file
    pages = pages_of(request, question.number, size=PAGE_SIZE)
    entries = question.page(pages.first, pages.last) if pages.total else []
    if request.method == "POST":
        return _posted(request, question, pages, entries)
    return _shown(request, question, pages, Sheet(question, entries).rows())


def _posted(request: HttpRequest, question: SheetQuestion, pages: Pages, entries: list[Any]) -> HttpResponse:
    if not request.user.is_authenticated:  # signed out while typing: what was typed before is stored as drafts
        return redirect_to_login(request.get_full_path())
    if request.POST.get(UNIT) in SheetUnit.values:
        return _in_another_unit(request, question, pages, entries)
    if not question.writes:
        raise PermissionDenied
    if DISCARD in request.POST:
        return _discarded(request, question, entries)
    wants_to_submit = request.POST.get("action") == ReportAction.SUBMIT
    with create_revision(user=request.user):  # one revision for all rows, and for what is done with them
        saved = _saved(request, question, entries)

        def rows() -> list[SheetRow]:
            return Sheet(question, entries).rows(saved, strict=wants_to_submit)

        shown = rows()
        done = _stepped(request, question, shown, saved)
    if wants_to_submit or WITHDRAW in request.POST:
        shown = rows()
    again = links.same_page(request, without=("correct", UNIT), **_page_number(pages))
    is_stopped = any(row.conflict or (row.errors and (row.key in saved or wants_to_submit)) for row in shown)
    for text in done or ([] if is_stopped else [_("Saved.")]):
        messages.success(request, text)
    point_out_at_rows(request, address=again, form=question.drafts.form)
    if is_stopped:
        status = 409 if any(row.conflict for row in shown) else 200
        return _shown(request, question, pages, shown, status=status)
    return HttpResponseRedirect(again)


def _in_another_unit(request: HttpRequest, question: SheetQuestion, pages: Pages, entries: list[Any]) -> HttpResponse:
    """The same sheet in the other unit, from now on; what is typed comes along, and is not saved by that."""
    saved = store_typed(request.POST, question, entries) if question.writes else {}
    if any(row.conflict and row.conflict.is_of_draft for row in saved.values()):
        return _shown(request, question, pages, Sheet(question, entries).rows(saved), status=409)
    remember_unit(request.user, SheetUnit(request.POST[UNIT]))
    return HttpResponseRedirect(links.same_page(request, without=(UNIT,)))


def _discarded(request: HttpRequest, question: SheetQuestion, entries: list[Any]) -> HttpResponse:
    with transaction.atomic():
        Drafts.one_at_a_time(question.user)
        for entry in entries:
            if str(entry.pk) == request.POST[DISCARD]:
                question.drafts.discard(entry)
    messages.success(request, _("What was typed there and not saved is gone."))
    return HttpResponseRedirect(links.same_page(request, without=(UNIT,)))


def _saved(request: HttpRequest, question: SheetQuestion, entries: list[Any]) -> dict[int, SavedRow]:
    """Save every row of the form. Only those of which something is to be said are returned; what could not be saved of them
    stays as a draft, so that another browser has it too.
    """
    filled, _colon, figure = request.POST.get("fill", "").partition(":")
    found = {}
    for row in typed_rows(request.POST, question, entries):
        entry, typed = row.entry, row.typed
        if row.elsewhere or row.theirs:  # nothing of it is reported before the person has seen it here
            found[entry.pk] = store_row(row, question)
            if row.theirs:
                found[entry.pk].errors = {ROW: [RowMessage(_typed_elsewhere())]} | found[entry.pk].errors
            continue
        if filled == str(entry.pk):
            typed = Typed(dict(typed.texts) | {"disbursed": figure}, typed.carried, typed.form)
        choice = "theirs" if request.POST.get("theirs") == str(entry.pk) else ""
        result = save_row(typed, entry, question.round, user=request.user, choice=choice)
        question.drafts.store(result, typed, entry)
        if result.errors or result.conflict:
            found[entry.pk] = result
    return found


def _typed_elsewhere() -> str:
    return _(
        "Typed in another window of yours and shown here now; nothing of this row was saved. Check it and save again."
    )


def _stepped(
    request: HttpRequest, question: SheetQuestion, rows: list[SheetRow], saved: dict[int, SavedRow]
) -> list[str]:
    """Submit the rows that can go, or withdraw one; says what was done. What is refused is said at its row
    and holds no other back.
    """
    wants_to_submit = request.POST.get("action") == ReportAction.SUBMIT
    withdrawn = [row.report for row in rows if str(row.key) == request.POST.get(WITHDRAW) and row.report.pk]
    ready = [row.report for row in rows if row.ready and row.draft is None] if wants_to_submit else []
    action, reports = (ReportAction.WITHDRAW, withdrawn) if withdrawn else (ReportAction.SUBMIT, ready)
    while reports:
        try:
            reporting.take(action, reports, user=request.user)
        except reporting.RefusedError as error:
            for refusal in error.refusals.values():
                row = row_of(refusal.record, question.drafts.form)
                row.errors = plain(refusal.errors)
                saved[refusal.record.entry_id] = row
            reports = [report for report in reports if report.pk not in error.refusals]
        else:
            return [done_and_next(reporting.TRANSITIONS[action], len(reports))]
    return []


def _page_number(pages: Pages) -> dict[str, str]:
    return {"page": str(pages.number)} if pages.number > 1 else {}


def _shown(
    request: HttpRequest, question: SheetQuestion, pages: Pages, rows: list[SheetRow], *, status: int = 200
) -> HttpResponse:
    context: Mapping[str, Any] = context_of(request, question, pages, rows)
    return render(request, "rounds/sheet.html", context, status=status)
