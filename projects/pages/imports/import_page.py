"""`/imports/<key>/`: one import where it stands: how far it is, what its columns are, what it would write, what it wrote."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.access import get_access
from projects.choices import ImportState, JobLane
from projects.imports.workbooks.mapping import no_key
from projects.jobs.queue import describe_state, get_queue_state
from projects.models import Import
from projects.models.attribution import is_of_the_register
from projects.totals.scope import Scope
from projects.workbook_imports import in_the_way
from projects.workbook_imports.reading import Reading
from projects.workbook_imports.refused_rows import is_refused
from projects.workbook_imports.unchosen_year import is_shown_unchosen

from .. import formatting, links
from ..decorators import one_of
from ..list_pages import PAGE
from ..parameters import reads
from ..private_pages import own_page
from .cell_shown import CELL, cell_shown
from .confirm_form import ConfirmForm, UndoForm
from .effects import effect_lines, held_lines, unused
from .import_lines import about, counted, state_label, writes
from .import_steps import RULE, STEPS, ImportAttempt
from .mapping_rows import column_rows
from .preview import CELLS, FIELD_NAMES, preview
from .sheet_shown import letters_shown, sheet_rows

LOOK_AGAIN = 4  # seconds until a page of what is under way is shown anew
_UNDER_WAY = (ImportState.CHECKING, ImportState.CONFIRMING, ImportState.UNDOING)
_COLUMNS = "columns"  # the step of a preview that goes back to its columns
_SHOWN = 80  # characters of a step that is none
_UNDO = "undo"  # the step of what was written that looks whether it can be taken back


@own_page
@reads("step", CELL, PAGE, cells=CELLS, field=FIELD_NAMES)
def import_one(request: HttpRequest, key: int) -> HttpResponse:
    """A POST takes a step (`action`): `map`, `confirm` or `undo`. Only who sent it goes on with it."""
    found = _found(request, key)
    attempt = ImportAttempt()
    if request.method == "POST":
        step = STEPS.get(request.POST.get("action", ""))
        if step is None:
            told = {"value": request.POST.get("action", "")[:_SHOWN], "known": formatting.listing(STEPS)}
            raise ValidationError({"action": _("“%(value)s” is not known. Known: %(known)s.") % told})
        step(request, found, attempt)
        if not attempt.failed:
            return HttpResponseRedirect(links.page("import", str(found.pk), filters=False))
        found = _found(request, key)
    status = 409 if attempt.overtaken else 422 if attempt.failed else 200
    response = render(request, "imports/import.html", _context(request, found, attempt), status=status)
    if found.state in _UNDER_WAY and not attempt.failed:
        response["Refresh"] = str(LOOK_AGAIN)
    return response


def _found(request: HttpRequest, key: int) -> Import:
    visible = Import.objects.visible_to(request.user).select_related("user", "programme", "job", "source")
    return get_object_or_404(visible, pk=key)


def _context(request: HttpRequest, found: Import, attempt: ImportAttempt) -> dict[str, Any]:
    step = one_of(request, "step", ("", _COLUMNS, _UNDO))
    is_own, reading = found.user_id == request.user.pk, Reading.of_json(found.reading)
    maps = found.state == ImportState.NEEDS_MAPPING or (found.state == ImportState.READY and step == _COLUMNS)
    shows_cells = found.state in (ImportState.READY, ImportState.DONE, ImportState.UNDONE) and not maps
    scope = Scope.from_request(request)
    context: dict[str, Any] = {
        "scope": scope,
        "imported": found,
        "about": about(found),
        "state_label": state_label(found),
        "counted": counted(found),
        "attempt": attempt,
        "maps": maps,
        "is_own": is_own,
        "is_under_way": found.state in _UNDER_WAY,
        "may_go_on": is_own and not found.is_expired,
        "steps": _steps(found, maps=maps),
        "stalled": get_queue_state(JobLane.WORK).warning if found.state in _UNDER_WAY else "",
        "standing": describe_state(found.job, timezone.now()) if found.job else "",
        "imports_url": links.page("imports", filters=False),
        "columns_url": links.same_page(request, step=_COLUMNS),
        "cells_url": links.page("import", str(found.pk), filters=False),
    }
    if maps:
        context |= _of_mapping(found, reading, attempt)
    if shows_cells:
        context |= preview(request, found, reading)
        context |= {
            "effects": effect_lines(request, found),
            "held": held_lines(found),
            "unused": unused(found, reading),
        }
        context |= cell_shown(request, found, reading)
        context["is_shown_unchosen"] = is_shown_unchosen(found, scope.access, lambda: scope.programmes)
        context["refused_url"] = links.page("import-refused", str(found.pk), filters=False) if is_refused(found) else ""
    if found.state == ImportState.READY and not maps:
        context["form"] = attempt.form or ConfirmForm(
            kind=found.kind, user=request.user, initial=_said(found), auto_id="c-%s"
        )
        context["writes"] = writes(found)
        context["rules"] = _doubted(request, found)
    elif found.state == ImportState.DONE and is_own:
        context |= _of_undoing(request, found, attempt, looks=step == _UNDO or attempt.form is not None)
    return context


def _of_mapping(found: Import, reading: Reading, attempt: ImportAttempt) -> dict[str, Any]:
    said = attempt.mapping if attempt.mapping is not None else found.mapping
    # of a mapping that was confirmed nothing is asked any more
    errors = attempt.by_column if attempt.mapping is not None else None if said is None else {}
    columns = column_rows(found.kind, reading.columns, said, errors)
    return {
        "columns": columns,
        "asked": [each for each in columns if each.errors],
        "sheets": reading.sheets,
        "lacks_key": no_key(found.kind) if reading.lacks_key else "",
        "head_rows": reading.head_rows,
        "sheet_letters": letters_shown(reading),
        "sheet_rows": sheet_rows(reading),
        "remembers": attempt.mapping is None or attempt.remembers,
    }


def _of_undoing(request: HttpRequest, found: Import, attempt: ImportAttempt, *, looks: bool) -> dict[str, Any]:
    """The form to take it back, or why that cannot be; it is looked for when it is asked for."""
    return {
        "form": attempt.form or UndoForm(auto_id="u-%s"),
        "looks": looks,
        "in_the_way": in_the_way(found, user=request.user) if looks else [],
        "asks_the_province": not get_access(request.user).writes_all,
        "undo_url": f"{links.same_page(request, step=_UNDO)}#undo",
    }


def _said(found: Import) -> dict[str, Any]:
    """What was said when it was confirmed and could not be written."""
    typed = "" if is_of_the_register(found.reported_by) else found.reported_by
    return {"reason": found.reason, "source": found.source_id, "reported_by": typed}


def _doubted(request: HttpRequest, found: Import) -> list[dict[str, Any]]:
    """What was doubted when it was to be written, by rule: each can be confirmed for the whole."""
    said: dict[str, list[str]] = {}
    for each in found.doubts:
        words = _("Row %(row)s: %(message)s") % {"row": each["row"], "message": each["message"]}
        said.setdefault(each["code"], []).append(words)
    return [
        {
            "name": f"{RULE}{kind}",
            "messages": messages,
            "chosen": kind in found.confirmed_rules or f"{RULE}{kind}" in request.POST,
        }
        for kind, messages in said.items()
    ]


def _steps(found: Import, *, maps: bool) -> list[links.PageLink]:
    labels = [_("Send"), _("Columns"), _("Look at it"), _("Write")]
    written = (ImportState.CONFIRMING, ImportState.DONE, ImportState.UNDOING, ImportState.UNDONE)
    here = 1 if maps else 3 if found.state in written else 2 if found.state == ImportState.READY else 0
    return [links.PageLink(label, "", place == here) for place, label in enumerate(labels)]
