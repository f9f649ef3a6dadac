"""Pages of the monthly sheet: `/rounds/<YYYY-MM>/`, read by anybody who may, typed into by those who report; one row of it;
what is stored while one types.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from projects.access import get_access
from projects.choices import Basis, ReportAction, SheetUnit
from projects.history.revisions import create_revision
from projects.models import Entry
from projects.models.fields import code_asked
from projects.models.report import NOBODY_IS_ASKED
from projects.pages import formatting, links
from projects.pages.decorators import READING, get_choice_parameter, no_store, require_methods, work_page
from projects.pages.downloads import table_download
from projects.pages.list_pages import PAGE, Pages, get_pages
from projects.pages.parameters import accepts_parameters
from projects.pages.tables import FILES
from projects.text import is_key
from projects.totals.scope import Scope
from projects.workflows import reporting

from .row_messages import ROW, RowMessage, messages_of_texts, warn_of_doubts
from .rows import Row, Sheet, lock_drafts, read_rows
from .sheet_display import build_context, build_row_context, build_sheet_table, get_stored_text, totals_context
from .sheet_filter import OF_SHEET, PAGE_SIZE, SheetFilter, get_month_of_work, get_reports_address
from .sheet_unit import UNIT, remember_unit

WITHDRAW, DISCARD = "withdraw", "discard"  # name the one row
_ANSWERED = (  # of a row that was stored while one types, as it is
    *("version", "state", "state_label", "required", "unusual", "started", "editable"),
    *("drafted", "unstored", "theirs", "texts"),
)
PART = "part"  # of the page of a row: 'panel' is what the sheet shows beside it


@work_page
def round_now(request: HttpRequest) -> HttpResponse:
    """Lead to the sheet in which there is work: something returned, or the newest open round; 404 before the first round."""
    month = get_month_of_work(request.user)
    if month is None:
        raise Http404
    return HttpResponseRedirect(links.page("round", str(month)))


@work_page
@accepts_parameters(*OF_SHEET, PAGE, *FILES, asks=False)
@no_store
def round_sheet(request: HttpRequest, month: str) -> HttpResponse:
    """Show rows of at most `PAGE_SIZE` entries. A post saves what was typed, and then submits or withdraws what it says.

    A month without a round leads to its reports in the administration, for who reports or reviews them.
    """
    try:
        question = SheetFilter(request, month)
    except Http404:
        if request.method == "POST" or (instead := get_reports_address(request, month)) is None:
            raise
        return HttpResponseRedirect(instead)
    scope = Scope(user=request.user, programme=question.round.programme)
    if request.method != "POST" and not request.GET.keys().isdisjoint(FILES):
        file = table_download(request, scope, [build_sheet_table(request, question)])
        if file is not None:
            return file
    pages = get_pages(request, question.number, size=PAGE_SIZE)
    entries = question.page(pages.first, pages.last) if pages.total else []
    if request.method == "POST":
        return _post(request, question, pages, entries)
    return _render(request, question, pages, Sheet(question, entries).rows())


def _post(request: HttpRequest, question: SheetFilter, pages: Pages, entries: list[Entry]) -> HttpResponse:
    if not request.user.is_authenticated:  # signed out while typing: what was typed before is stored as drafts
        return redirect_to_login(request.get_full_path())
    if request.POST.get(UNIT) in SheetUnit.values:
        return _change_unit(request, question, pages, entries)
    if not question.writes:
        raise PermissionDenied
    if DISCARD in request.POST:
        return _discard_draft(request, question, entries)
    wants_to_submit = request.POST.get("action") == ReportAction.SUBMIT
    with create_revision(user=request.user):  # one revision for all rows, and for what is done with them
        saved = _save_rows(request, question, entries)
        rows = Sheet(question, entries).rows(saved, strict=wants_to_submit)
        done = _take_step(request, question, rows, saved)
    if wants_to_submit or WITHDRAW in request.POST:
        rows = Sheet(question, entries).rows(saved, strict=wants_to_submit)
    page_number = {"page": str(pages.number)} if pages.number > 1 else {}
    again = links.same_page(request, without=("correct", UNIT), **page_number)
    is_stopped = any(row.conflict or (row.errors and (row.key in saved or wants_to_submit)) for row in rows)
    for text in done or ([] if is_stopped else [_("Saved.")]):
        messages.success(request, text)
    warn_of_doubts(request, address=again, money_form=question.form.money_form)
    if is_stopped:
        status = 409 if any(row.conflict for row in rows) else 200
        return _render(request, question, pages, rows, status=status)
    return HttpResponseRedirect(again)


def _change_unit(request: HttpRequest, question: SheetFilter, pages: Pages, entries: list[Entry]) -> HttpResponse:
    """Show the same sheet in the other unit, from now on; what is typed comes along, and is not saved by that."""
    saved = _save_drafts(request, question, entries) if question.writes else {}
    if any(row.conflict and row.conflict.is_of_draft for row in saved.values()):
        return _render(request, question, pages, Sheet(question, entries).rows(saved), status=409)
    remember_unit(request.user, SheetUnit(request.POST[UNIT]))
    return HttpResponseRedirect(links.same_page(request, without=(UNIT,)))


def _save_drafts(request: HttpRequest, question: SheetFilter, entries: list[Entry]) -> dict[int, Row]:
    """Store what was typed as drafts; return the rows that were sent by the key of the entry."""
    with transaction.atomic():
        rows = {}
        for row in read_rows(request.POST, question, entries):
            row.save_as_draft()
            rows[row.key] = row
    return rows


def _discard_draft(request: HttpRequest, question: SheetFilter, entries: list[Entry]) -> HttpResponse:
    with transaction.atomic():
        lock_drafts(question.user)
        for entry in entries:
            if str(entry.pk) == request.POST[DISCARD] and entry.pk in question.drafts:
                question.drafts.pop(entry.pk).delete()
    messages.success(request, _("What was typed there and not saved is gone."))
    return HttpResponseRedirect(links.same_page(request, without=(UNIT,)))


def _save_rows(request: HttpRequest, question: SheetFilter, entries: list[Entry]) -> dict[int, Row]:
    """Save every row of the form; return those of which something is to be said. What could not be saved of them stays as a
    draft, so that another browser has it too.
    """
    filled, _colon, figure = request.POST.get("fill", "").partition(":")
    rows = {}
    for row in read_rows(request.POST, question, entries):
        if row.other_window or row.theirs:  # nothing of it is reported before the person has seen it here
            row.save_as_draft()
            if row.theirs:
                told = _(
                    "Typed in another window of yours and shown here now; nothing of this row was saved. Check it and "
                    "save again."
                )
                row.problems = {ROW: [RowMessage(told)]} | row.problems
            rows[row.key] = row
            continue
        if filled == str(row.key):
            row.typed = {**(row.typed or {}), "disbursed": figure}
        row.save(takes_theirs=request.POST.get("theirs") == str(row.key))
        if row.problems or row.conflict:
            rows[row.key] = row
    return rows


def _take_step(request: HttpRequest, question: SheetFilter, rows: list[Row], saved: dict[int, Row]) -> list[str]:
    """Submit the rows that can go, or withdraw one; return what was done. What is refused is said at its row and holds no
    other back.
    """
    wants_to_submit = request.POST.get("action") == ReportAction.SUBMIT
    withdrawn = [row.report for row in rows if str(row.key) == request.POST.get(WITHDRAW) and row.report.pk]
    ready = [row.report for row in rows if row.ready and row.draft is None] if wants_to_submit else []
    action, reports = (ReportAction.WITHDRAW, withdrawn) if withdrawn else (ReportAction.SUBMIT, ready)
    entries = {row.key: row.entry for row in rows}
    while reports:
        try:
            reporting.take(action, reports, user=request.user)
        except reporting.RefusedError as error:
            for refusal in error.refusals.values():
                row = Row(question, entries[refusal.record.entry_id], refusal.record)
                row.problems = messages_of_texts(refusal.errors)
                saved[row.key] = row
            reports = [report for report in reports if report.pk not in error.refusals]
        else:
            return [formatting.step_message(reporting.TRANSITIONS[action], len(reports))]
    return []


def _render(
    request: HttpRequest, question: SheetFilter, pages: Pages, rows: list[Row], *, status: int = 200
) -> HttpResponse:
    return render(request, "rounds/sheet.html", build_context(request, question, pages, rows), status=status)


@require_methods(*READING)
@work_page
@accepts_parameters(PART, *OF_SHEET, asks=False)
def round_row(request: HttpRequest, month: str, code: str) -> HttpResponse:
    """Show one row with all its fields and what helps to judge it, for whoever has it in their sheet; fields for whoever
    may fill them in. It is saved by the sheet, which shows the same in its panel.
    """
    question = SheetFilter(request, month)
    part = get_choice_parameter(request, PART, ("page", "panel"))
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if get_access(request.user).public:  # an account without a role
        raise PermissionDenied
    entries, code = question.entries.select_related("project__prefecture"), code_asked(code)
    entry = entries.filter(project__code=code).first()
    if entry is None:
        get_object_or_404(question.listed, project__code=code, basis=Basis.PUBLISHED)
        return render(request, "404.html", {"why": NOBODY_IS_ASKED}, status=404)
    context = build_row_context(request, question, entry) | {"is_page": part == "page"}
    return render(request, f"rounds/{'_panel' if part == 'panel' else 'sheet_row'}.html", context)


@require_http_methods(["POST", "GET", "HEAD"])
def round_drafts(request: HttpRequest, month: str) -> HttpResponse:
    """Store the rows that were just typed into as drafts, while one goes on, and answer what each now comes to.

    200 with what is wrong, if something is; 401 signed out; 403 for a reader; 404 where none of the rows is the writer's. A
    row that somebody else changed since its version says so, and stays a draft; a cell into which the same person typed
    something else in another window says so too and is not stored before they choose. No revision is made. A person who
    opens the address by hand is led to the sheet.
    """
    if request.method != "POST":
        return HttpResponseRedirect(links.page("round", month))
    if not request.user.is_authenticated:
        return JsonResponse({"detail": _("You are signed out.")}, status=401)
    if not request.user.has_perm("projects.submit_monthlyreport"):
        status = 403 if get_access(request.user).can_read else 404
        return JsonResponse({"detail": _("Your role does not allow this.")}, status=status)
    try:
        question = SheetFilter(request, month, with_part=True)
    except ValidationError as error:
        return JsonResponse({"detail": " ".join(error.messages)}, status=400)
    names = [name.removesuffix("-version") for name in request.POST if name.endswith("-version")]
    keys = [int(name) for name in names if is_key(name)][:PAGE_SIZE]
    if not keys:
        return JsonResponse({"detail": _("The version of the row is missing.")}, status=400)
    entries = list(question.entries.select_related("project__prefecture").filter(pk__in=keys))
    if not entries:
        return JsonResponse({"detail": _("None of these rows is yours.")}, status=404)
    rows = Sheet(question, entries).rows(_save_drafts(request, question, entries))
    foot = render_to_string("rounds/_sheet_foot.html", totals_context(question), request=request)
    answers = {str(row.key): _build_answer(request, question, row) for row in rows}
    return JsonResponse({"rows": answers, "foot": foot, "stored": get_stored_text(question)})


def _build_answer(request: HttpRequest, question: SheetFilter, row: Row) -> dict[str, Any]:
    context = {"row": row, "public": False, "month": str(question.round.period)}
    to_date = row.year_to_date
    return {name: getattr(row, name) for name in _ANSWERED} | {
        "year_to_date": "" if to_date is None else formatting.money(to_date, question.form.money_form),
        "share": formatting.share(row.share),
        "ready": row.is_submittable,
        "asks": row.needs_confirmation,
        "doubts": list(row.doubts),
        "conflict": row.conflict is not None,
        "errors": row.error_texts,
        "saved": row.usable,
        "held": {name: row.held.get(name, "") for name in row.errors},
        "messages": render_to_string("rounds/_messages.html", context, request=request),
    }
