"""`POST /rounds/<YYYY-MM>/<code>/`: one row, saved while the others are still being typed."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from projects.access import access_of
from projects.models.fields import normalised_code
from projects.views import formatting, links
from projects.views.pages import posted_to

from .row_fields import Typed
from .row_saving import save_row
from .sheet_filter import SheetQuestion
from .sheet_presenter import row_context, totals_context
from .sheet_rows import Sheet


@posted_to(lambda month, code: links.page("round", month))  # the sheet in which the row stands
def round_row(request: HttpRequest, month: str, code: str) -> JsonResponse:
    """Save one row as a draft and say what it now comes to.

    200 with what is wrong, if something is; 401 signed out; 403 for a reader; 404 for an entry that is not the
    writer's; 409 when somebody else changed the report since the row's version.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"detail": _("You are signed out.")}, status=401)
    if not request.user.has_perm("projects.submit_monthlyreport"):
        status = 403 if access_of(request.user).reads else 404
        return JsonResponse({"detail": _("Your role does not allow this.")}, status=status)
    try:
        question = SheetQuestion.of(request, month)
    except ValidationError as error:
        return JsonResponse({"detail": " ".join(error.messages)}, status=400)
    entries = question.entries.select_related("project__prefecture")
    entry = get_object_or_404(entries, project__code=normalised_code(code) if code.isprintable() else "")
    entry.programme = question.round.programme
    typed = Typed.of(request.POST, "")
    if typed is None:
        return JsonResponse({"detail": _("The version of the row is missing.")}, status=400)
    saved = save_row(typed, entry, question.round, user=request.user)
    row = Sheet(question.round, [entry], user=request.user).row(entry, saved)
    return JsonResponse(_answer(request, question, row), status=409 if saved.conflict else 200)


def _answer(request: HttpRequest, question: SheetQuestion, row: Any) -> dict[str, Any]:
    return {
        "version": row.version,
        "state": row.state,
        "state_label": row.state_label,
        "year_to_date": "" if row.year_to_date is None else formatting.money(row.year_to_date),
        "share": formatting.share(row.share),
        "gap": formatting.points(row.gap),
        "required": row.required,
        "ready": row.ready,
        "started": row.started,
        "editable": row.editable,
        "invalid": sorted(row.errors.keys() - {""}),
        "saved": row.saved,
        "texts": dict(row.texts),
        "messages": render_to_string("rounds/_messages.html", row_context(row), request=request),
        "foot": render_to_string("rounds/_sheet_foot.html", totals_context(question), request=request),
    }
