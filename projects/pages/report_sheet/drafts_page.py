"""`POST /rounds/<YYYY-MM>/drafts/`: autosave, the rows that were just typed into, stored as drafts while one goes on."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from projects.access import get_access
from projects.pages import formatting, links
from projects.text import is_key

from .row_messages import texts_by_field
from .sheet_filter import PAGE_SIZE, SheetQuestion
from .sheet_presenter import row_context, stored_words, totals_context
from .sheet_rows import Sheet, SheetRow
from .sheet_unit import form_of
from .typed_rows import store_typed


@require_http_methods(["POST", "GET", "HEAD"])
def round_drafts(request: HttpRequest, month: str) -> HttpResponse:
    """Store rows as drafts, named as the fields of the sheet's form are, and say what each now comes to.

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
        question = SheetQuestion.of(request, month, beside=True)
    except ValidationError as error:
        return JsonResponse({"detail": " ".join(error.messages)}, status=400)
    keys = _keys(request)
    if not keys:
        return JsonResponse({"detail": _("The version of the row is missing.")}, status=400)
    entries = list(question.entries.select_related("project__prefecture").filter(pk__in=keys))
    for entry in entries:
        entry.programme = question.round.programme
    if not entries:
        return JsonResponse({"detail": _("None of these rows is yours.")}, status=404)
    saved = store_typed(request.POST, question, entries)
    rows = Sheet(question, entries).rows(saved)
    return JsonResponse(
        {
            "rows": {str(row.key): _answer(request, question, row) for row in rows},
            "foot": render_to_string("rounds/_sheet_foot.html", totals_context(question), request=request),
            "stored": stored_words(list(question.drafts.by_entry.values())),
        }
    )


def _keys(request: HttpRequest) -> list[int]:
    """The keys of the entries whose rows are sent: at most a page of them."""
    found = [name.removesuffix("-version") for name in request.POST if name.endswith("-version")]
    return [int(key) for key in found if is_key(key)][:PAGE_SIZE]


def _answer(request: HttpRequest, question: SheetQuestion, row: SheetRow) -> dict[str, Any]:
    form = form_of(question.unit)
    return {
        "version": row.version,
        "state": row.state,
        "state_label": row.state_label,
        "year_to_date": "" if row.year_to_date is None else formatting.money(row.year_to_date, form),
        "share": formatting.share(row.share),
        "required": row.required,
        "ready": row.goes,
        "asks": row.asks,
        "doubts": list(row.doubts),
        "unusual": row.unusual,
        "started": row.started,
        "editable": row.editable,
        "conflict": row.conflict is not None,
        "drafted": row.drafted,
        "unstored": row.unstored,
        "theirs": list(row.theirs),
        "errors": texts_by_field(row.errors),
        "saved": row.usable,
        "texts": dict(row.texts),
        "held": {name: row.held.get(name, "") for name in row.errors},
        "messages": render_to_string("rounds/_messages.html", row_context(row, question), request=request),
    }
