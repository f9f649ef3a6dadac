"""`/rounds/<YYYY-MM>/`: the sheet of a month, read by anybody who may, typed into by those who report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import ReportAction
from projects.versioning.revisions import writing
from projects.views import formatting, links
from projects.views.list_pages import Pages, pages_of
from projects.views.pages import work_page
from projects.workflows import reporting

from .row_fields import Typed
from .row_messages import plain
from .row_saving import SavedRow, save_row
from .sheet_filter import PAGE_SIZE, SheetQuestion
from .sheet_presenter import context_of
from .sheet_rows import Sheet, SheetRow

WITHDRAW = "withdraw"  # names the one row


@work_page
def round_sheet(request: HttpRequest, month: str) -> HttpResponse:
    """Rows of at most 50 entries. A post saves what was typed, and then submits or withdraws what it says."""
    question = SheetQuestion.of(request, month)
    pages = pages_of(request, question.entries.count(), size=PAGE_SIZE)
    entries = question.page(pages.first, pages.last) if pages.total else []
    if request.method == "POST":
        return _posted(request, question, pages, entries)
    sheet = Sheet(question.round, entries, user=request.user, correcting=request.GET.get("correct", ""))
    return _shown(request, question, pages, sheet.rows())


def _posted(request: HttpRequest, question: SheetQuestion, pages: Pages, entries: list[Any]) -> HttpResponse:
    if not question.writes:
        raise PermissionDenied
    saved = _saved(request, question, entries)
    correcting = request.GET.get("correct", "")
    wants_to_submit = request.POST.get("action") == ReportAction.SUBMIT

    def rows() -> list[SheetRow]:
        sheet = Sheet(question.round, entries, user=request.user, correcting=correcting)
        return sheet.rows(saved, strict=wants_to_submit)

    shown = rows()
    done = _stepped(request, shown, saved, wants_to_submit=wants_to_submit)
    if wants_to_submit or WITHDRAW in request.POST:
        shown = rows()
    if any(row.conflict or (row.errors and (row.key in saved or wants_to_submit)) for row in shown):
        for text in done:
            messages.success(request, text)
        status = 409 if any(row.conflict for row in shown) else 200
        return _shown(request, question, pages, shown, status=status)
    for text in done or [_("Saved.")]:
        messages.success(request, text)
    return HttpResponseRedirect(links.same_page(request, without=("correct",), **_page_number(pages)))


def _saved(request: HttpRequest, question: SheetQuestion, entries: list[Any]) -> dict[int, SavedRow]:
    """Save every row of the form, in one revision. Only those of which something is to be said are returned."""
    filled, _colon, figure = request.POST.get("fill", "").partition(":")
    found = {}
    with writing(user=request.user):
        for entry in entries:
            typed = Typed.of(request.POST, f"{entry.pk}-")
            if typed is None:
                continue
            if filled == str(entry.pk):
                typed = Typed(dict(typed.texts) | {"disbursed": figure}, typed.carried)
            choice = "theirs" if request.POST.get("theirs") == str(entry.pk) else ""
            result = save_row(typed, entry, question.round, user=request.user, choice=choice)
            if result.errors or result.conflict:
                found[entry.pk] = result
    return found


def _stepped(
    request: HttpRequest, rows: list[SheetRow], saved: dict[int, SavedRow], *, wants_to_submit: bool
) -> list[str]:
    """Submit the rows that can go, or withdraw one; says what was done. What was refused is said at its row."""
    withdrawn = [row.report for row in rows if str(row.key) == request.POST.get(WITHDRAW) and row.report.pk]
    ready = [row.report for row in rows if row.ready] if wants_to_submit else []
    action, reports = (ReportAction.WITHDRAW, withdrawn) if withdrawn else (ReportAction.SUBMIT, ready)
    if not reports:
        return []
    try:
        reporting.take(action, reports, user=request.user)
    except reporting.RefusedError as error:
        _refuse(error, saved)
        return []
    done = reporting.TRANSITIONS[action].done
    return [done % {"number": len(reports), "count": formatting.count(len(reports))}]


def _refuse(error: reporting.RefusedError, saved: dict[int, SavedRow]) -> None:
    for refusal in error.refusals.values():
        saved[refusal.record.entry_id] = SavedRow(refusal.record, errors=plain(refusal.errors))


def _page_number(pages: Pages) -> dict[str, str]:
    return {"page": str(pages.number)} if pages.number > 1 else {}


def _shown(
    request: HttpRequest, question: SheetQuestion, pages: Pages, rows: list[SheetRow], *, status: int = 200
) -> HttpResponse:
    context: Mapping[str, Any] = context_of(request, question, pages, rows)
    return render(request, "rounds/sheet.html", context, status=status)
