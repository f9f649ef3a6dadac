"""`/imports/<key>/`: one import where it stands: how far it is, what its columns are, what it would write, what it wrote."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from xlsxwriter.utility import xl_col_to_name

from projects import money
from projects.access import get_access
from projects.choices import CellVerdict, ImportState, JobLane, ReportAction
from projects.history.revisions import create_revision
from projects.imports.books import CellPlace
from projects.imports.fields import get_fields, may_clear
from projects.imports.rows import Holds
from projects.imports.tables import NO_KEY, Certainty, Question
from projects.jobs.queue import describe_state, get_queue_state
from projects.models import Import, MonthlyReport, Source
from projects.models.attribution import is_of_the_register
from projects.models.form_fields import ReporterField, SourceField
from projects.periods import Month
from projects.text import LONGEST_WORDS
from projects.totals.scope import Scope
from projects.workbook_imports import choose, confirm, get_obstacles, is_shown_unchosen, remap, undo
from projects.workbook_imports.import_steps import refuse_unasked_answers
from projects.workbook_imports.refused_rows import is_refused
from projects.workflows import reporting
from projects.workflows.transitions import OvertakenError

from .. import formatting, links
from ..decorators import get_choice_parameter, own_page
from ..list_pages import PAGE
from ..parameters import accepts_parameters
from .imports_page import describe_counts, describe_import, get_state_label, has_changes
from .preview import CELL, CELLS, FIELD_NAMES, get_effects, get_preview, get_sent_row, list_unused, parse_choices

LOOK_AGAIN = 4  # seconds until a page of what is under way is shown anew
_UNDER_WAY = (ImportState.CHECKING, ImportState.CONFIRMING, ImportState.UNDOING)
_COLUMNS = "columns"  # the step of a preview that goes back to its columns
_UNDO = "undo"  # the step of what was written that looks whether it can be taken back
_LONGEST_SHOWN = 80  # characters of a step that is none
RULE = "rule-"  # before the kind of a rule that is overruled
HEADS = "heads-"  # before what of the rows of the heads is said
FIELD = "field-"  # before the letters of a column
NOT_SAID = "?"  # the choice of a column that is still asked about
_UNITS = (money.WAN, money.YI, 1)
_ROW = re.compile(r"[0-9]{1,8}")


def _reason(label: Any) -> forms.CharField:
    """Asked for by the step itself, which refuses a blank one in its own words."""
    return forms.CharField(
        label=label,
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "required": True}),
    )


class ConfirmForm(forms.Form):
    reason = _reason(gettext_lazy("Reason, for the log of changes"))
    source = SourceField(
        Source.objects.none(),
        label=gettext_lazy("Published source"),
        required=False,
        empty_label=gettext_lazy("none: the file is the source"),
    )
    reported_by = ReporterField(label=gettext_lazy("or reported by"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = Source.objects.visible_to(user)  # type: ignore[attr-defined]


class UndoForm(forms.Form):
    reason = _reason(gettext_lazy("Why is it undone?"))


class MappingForm(forms.Form):
    """Which column is which field, in which unit, and whether blank cells clear what is stored, by letters of the column."""

    remember = forms.BooleanField(
        label=gettext_lazy("Remember it: my next table with these heads is read the same way"),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, imported: Import, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=False, **kwargs)
        self._imported, self._columns = imported, imported.reading.get("columns", ())
        self._known = get_fields(imported.kind)
        for column in self._columns:
            letters, head = column["letters"], column["head"]
            asked = [(NOT_SAID, _("please choose"))] if column["question"] == Question.FIELD else []
            initial: Mapping[str, Any] = {"field": NOT_SAID if asked else column["field"]}
            if imported.mapping is not None:
                initial = imported.mapping.get(letters, {})
            label = _("Column %(letters)s %(head)s is read as") % {"letters": letters, "head": head}
            self.fields[f"{FIELD}{letters}"] = forms.ChoiceField(
                choices=[*asked, *self._get_choices(column["suggestions"])],
                initial=initial.get("field", ""),
                required=False,
                widget=forms.Select(attrs={"id": f"column-{letters}", "aria-label": label}),
            )
            self.fields[f"unit-{letters}"] = forms.TypedChoiceField(
                choices=[("", "—"), *((unit, money.UNIT_NAMES[unit]) for unit in _UNITS)],
                coerce=int,
                empty_value=None,
                initial=initial.get("unit") or column["unit"],
                required=False,
                widget=forms.Select(attrs={"aria-label": _("Unit of column %(letters)s") % {"letters": letters}}),
            )
            self.fields[f"clears-{letters}"] = forms.BooleanField(
                required=False, initial=initial.get("blank_clears", False)
            )

    def _get_choices(self, suggestions: Collection[str]) -> list[tuple[str, str]]:
        """Return the fields that a column can be; what is likely comes first, then that it is not imported."""
        labels = [(name, formatting.sentence_case(field.label)) for name, field in self._known.items()]
        likely = [label for label in labels if label[0] in suggestions]
        return [*likely, ("", _("not imported")), *(label for label in labels if label not in likely)]

    def clean(self) -> None:
        for column in self._columns:
            name = f"{FIELD}{column['letters']}"
            if self.cleaned_data.get(name) == NOT_SAID:
                self.add_error(name, Question.FIELD.label)

    def get_mapping(self) -> dict[str, dict[str, Any]]:
        """Return the mapping as `ColumnMapping.as_json` does."""
        members = {"field": "field", "unit": "unit", "blank_clears": "clears"}
        return {
            column["letters"]: {
                member: self.cleaned_data[f"{name}-{column['letters']}"] for member, name in members.items()
            }
            for column in self._columns
        }

    def get_rows(self) -> list[dict[str, Any]]:
        """Return each column with its fields; the unit and the box only where they can say something."""
        rows = []
        for column in self._columns:
            letters, question = column["letters"], column["question"]
            field, unit, clears = (self[f"{name}-{letters}"] for name in ("field", "unit", "clears"))
            errors = list(field.errors)
            if question and not self.is_bound and self._imported.mapping is None:
                errors = [str(Question(question).label)]
            if errors:
                field.field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"column-{letters}_error"}
            known = self._known.get(field.value() or "")
            has_unit = bool((known and known.is_amount) or unit.value() or errors or question)
            rows.append(
                column
                | {
                    "samples": formatting.listing(list(column["samples"])),
                    "field": field,
                    "unit": unit if has_unit else None,
                    "clears": clears if may_clear(self._imported.kind, field.value() or "") else None,
                    "certainty": "ask" if question else column["certainty"],
                    "certainty_label": Certainty(column["certainty"]).label,
                    "errors": errors,
                }
            )
        return rows


@dataclass
class ImportAttempt:
    """What was asked for and did not happen: kept, so that nothing has to be chosen or typed again."""

    form: Any = None
    whole: list[str] = field(default_factory=list)
    overtaken: bool = False

    @property
    def failed(self) -> bool:
        return bool(self.whole or (self.form is not None and self.form.errors))

    def get_form(self, form_class: type[forms.Form]) -> Any:
        """Return the form that was sent, if it is one of this class."""
        return self.form if isinstance(self.form, form_class) else None

    def add_error(self, error: ValidationError) -> None:
        """Put what a step refuses where it belongs: at a field of the form, which may be a column, or at the whole."""
        self.overtaken = isinstance(error, OvertakenError)
        by_name = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        fields = self.form.fields if self.form is not None else ()
        for name, texts in by_name.items():
            place = next((place for place in (name, f"{FIELD}{name}") if place in fields), None)
            if place:
                self.form.add_error(place, texts)
            else:
                self.whole += texts


@own_page
@accepts_parameters("step", CELL, PAGE, cells=CELLS, field=FIELD_NAMES)
def import_one(request: HttpRequest, key: int) -> HttpResponse:
    """A POST takes a step (`action`). Only who sent it goes on with it."""
    found = _get_import(request, key)
    attempt = ImportAttempt()
    if request.method == "POST":
        step = STEPS.get(request.POST.get("action", ""))
        if step is None:
            told = {"value": request.POST.get("action", "")[:_LONGEST_SHOWN], "known": formatting.listing(STEPS)}
            raise ValidationError({"action": _("“%(value)s” is not known. Known: %(known)s.") % told})
        try:
            step(request, found, attempt)
        except ValidationError as error:
            attempt.add_error(error)
        if not attempt.failed:
            return HttpResponseRedirect(links.page("import", str(found.pk), filters=False))
        found = _get_import(request, key)
    status = 409 if attempt.overtaken else 422 if attempt.failed else 200
    response = render(request, "imports/import.html", _context(request, found, attempt), status=status)
    if found.state in _UNDER_WAY and not attempt.failed:
        response["Refresh"] = str(LOOK_AGAIN)
    return response


def _get_import(request: HttpRequest, key: int) -> Import:
    visible = Import.objects.visible_to(request.user).select_related("user", "programme", "job", "source")
    return get_object_or_404(visible, pk=key)


def _map(request: HttpRequest, found: Import, attempt: ImportAttempt) -> None:
    """The columns as they are said, or another sheet or other rows of heads, which are read first."""
    sheet = request.POST.get("sheet", found.sheet)[:200]
    reading = found.reading
    if "read" in request.POST or sheet != found.sheet:
        heads = _parse_heads(request, found, reading) if sheet == found.sheet else None
        remap(found, user=request.user, mapping=None, sheet=sheet, heads=heads)
        return
    attempt.form = form = MappingForm(request.POST, imported=found)
    if form.is_valid():
        said: dict[str, Any] = {"sheet": sheet, "heads": found.heads, "remember": form.cleaned_data["remember"]}
        remap(found, user=request.user, mapping=form.get_mapping(), **said)


def _parse_heads(request: HttpRequest, found: Import, reading: Mapping[str, Any]) -> dict[str, Any] | None:
    """The rows of the heads; None, as they seem to be, where they were left as they are read."""
    said = {name: request.POST.get(f"{HEADS}{name}", "").strip() for name in ("first", "last", "records")}
    if not found.heads and said == {name: str(row) for name, row in reading.get("head_rows", {}).items()}:
        return None
    return {name: int(row) if _ROW.fullmatch(row) else row for name, row in said.items()}


def _choose(request: HttpRequest, found: Import, attempt: ImportAttempt) -> None:
    choose(found, user=request.user, choices=parse_choices(request.POST))


def _choose_for_all(request: HttpRequest, found: Import, holds: Holds) -> None:
    said = parse_choices(request.POST)
    refuse_unasked_answers(found, said)  # also what is left out now, as it holds for all
    choose(found, user=request.user, choices=replace(said, cells={}, conflicts=holds.value), for_all=True)


def _confirm(request: HttpRequest, found: Import, attempt: ImportAttempt) -> None:
    attempt.form = form = ConfirmForm(request.POST, user=request.user, auto_id="c-%s")
    if form.is_valid():
        rules = [name.removeprefix(RULE) for name in request.POST if name.startswith(RULE)]
        confirm(found, user=request.user, confirmed_rules=rules, **form.cleaned_data)


def _undo(request: HttpRequest, found: Import, attempt: ImportAttempt) -> None:
    attempt.form = form = UndoForm(request.POST, auto_id="u-%s")
    if form.is_valid():
        undo(found, user=request.user, reason=form.cleaned_data["reason"])


def _submit(request: HttpRequest, found: Import, attempt: ImportAttempt) -> None:
    reports = _get_drafts(request, found)
    if not reports:
        raise OvertakenError(_("None of its reports can be submitted by you any more."))
    try:
        with create_revision(user=request.user):
            reporting.submit(reports, user=request.user)
    except reporting.RefusedError as error:
        attempt.whole += [
            f"{refusal.record.entry.project}: {message}"
            for refusal in error.refusals.values()
            for message in refusal.messages
        ]
    else:
        messages.success(request, formatting.step_message(reporting.TRANSITIONS[ReportAction.SUBMIT], len(reports)))


def _get_drafts(request: HttpRequest, found: Import) -> list[MonthlyReport]:
    """Return the reports that it has written and its sender, who reads the page, may still submit."""
    if found.state != ImportState.DONE or found.user_id != request.user.pk:
        return []
    written = found.cells.filter(verdict__in=(CellVerdict.NEW, CellVerdict.CHANGED)).values("project")
    reports = MonthlyReport.objects.visible_to(request.user).select_related("entry__project", "entry__programme")
    reports = reports.filter(entry__programme=found.programme, month=found.month, entry__project__code__in=written)
    return [report for report in reports if reporting.may(request.user, ReportAction.SUBMIT, report)]


STEPS: Mapping[str, Callable[[HttpRequest, Import, ImportAttempt], None]] = {
    "map": _map,
    "choose": _choose,
    "keep-all": lambda request, found, _attempt: _choose_for_all(request, found, Holds.REGISTER),
    "take-all": lambda request, found, _attempt: _choose_for_all(request, found, Holds.FILE),
    "confirm": _confirm,
    "undo": _undo,
    "submit": _submit,
}


def _context(request: HttpRequest, found: Import, attempt: ImportAttempt) -> dict[str, Any]:
    step = get_choice_parameter(request, "step", ("", _COLUMNS, _UNDO))
    is_own, reading = found.user_id == request.user.pk, found.reading
    maps = found.state == ImportState.NEEDS_MAPPING or (found.state == ImportState.READY and step == _COLUMNS)
    shows_cells = found.state in (ImportState.READY, ImportState.DONE, ImportState.UNDONE) and not maps
    scope = Scope.from_request(request)
    context: dict[str, Any] = {
        "scope": scope,
        "imported": found,
        "about": describe_import(found),
        "state_label": get_state_label(found),
        "counted": describe_counts(found),
        "attempt": attempt,
        "maps": maps,
        "is_own": is_own,
        "is_under_way": found.state in _UNDER_WAY,
        "waits": found.state in (ImportState.CHECKING, ImportState.NEEDS_MAPPING, ImportState.READY),
        "may_go_on": is_own and not found.is_expired,
        "stalled": get_queue_state(JobLane.WORK).warning if found.state in _UNDER_WAY else "",
        "standing": describe_state(found.job, timezone.now()) if found.job else "",
        "imports_url": links.page("imports", filters=False),
        "columns_url": links.same_page(request, step=_COLUMNS),
        "cells_url": links.page("import", str(found.pk), filters=False),
    }
    if maps:
        context |= _mapping_context(found, reading, attempt)
    if shows_cells:
        context |= get_preview(request, found, reading)
        context |= {"effects": get_effects(request, found), "unused": list_unused(found, reading)}
        context |= get_sent_row(request, found, reading)
        context["is_shown_unchosen"] = is_shown_unchosen(found, scope.access, lambda: scope.programmes)
        context["refused_url"] = links.page("import-refused", str(found.pk), filters=False) if is_refused(found) else ""
    if found.state == ImportState.READY and not maps:
        typed = "" if is_of_the_register(found.reported_by) else found.reported_by
        initial = {"reason": found.reason, "source": found.source_id, "reported_by": typed}
        context["form"] = attempt.get_form(ConfirmForm) or ConfirmForm(
            user=request.user, initial=initial, auto_id="c-%s"
        )
        context["writes"] = has_changes(found)
        context["rules"] = _doubted_rules(request, found)
    if found.state == ImportState.DONE and found.month:
        context["drafts"] = len(_get_drafts(request, found))
        context["month_label"] = formatting.month_of_year(month := Month(found.programme.year, found.month))
        context["sheet_url"] = links.page("round", str(month))
    if found.state == ImportState.DONE and is_own:
        looks = (
            step == _UNDO or attempt.get_form(UndoForm) is not None
        )  # why it cannot be is looked for when it is asked for
        context |= {
            "form": attempt.get_form(UndoForm) or UndoForm(auto_id="u-%s"),
            "looks": looks,
            "obstacles": get_obstacles(found, user=request.user) if looks else [],
            "asks_the_province": not get_access(request.user).writes_all,
            "undo_url": f"{links.same_page(request, step=_UNDO)}#undo",
        }
    return context


def _doubted_rules(request: HttpRequest, found: Import) -> list[dict[str, Any]]:
    """Return what was doubted when it was to be written, by rule: each can be confirmed for the whole."""
    return [
        {
            "name": f"{RULE}{kind}",
            "doubts": [doubt for doubt in found.doubts if doubt["code"] == kind],
            "chosen": kind in found.confirmed_rules or f"{RULE}{kind}" in request.POST,
        }
        for kind in dict.fromkeys(doubt["code"] for doubt in found.doubts)
    ]


def _mapping_context(found: Import, reading: Mapping[str, Any], attempt: ImportAttempt) -> dict[str, Any]:
    form = attempt.get_form(MappingForm) or MappingForm(imported=found)
    columns = form.get_rows()
    return {
        "mapping_form": form,
        "columns": columns,
        "asked": [column for column in columns if column["errors"]],
        "sheets": reading.get("sheets", ()),
        "lacks_key": NO_KEY if reading.get("lacks_key") else "",
        "head_rows": reading.get("head_rows", {}),
        "sheet_letters": [
            xl_col_to_name(column) for column in range(max(map(len, reading.get("first_rows", ())), default=0))
        ],
        "sheet_rows": _sheet_rows(reading),
    }


def _sheet_rows(reading: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The first rows of a sheet as they stand: its heads, the cell that says a unit (`unit1`), what is not read (`off`).

    A cell is its text, its class, and the rows and columns that it spans.
    """
    heads, off = reading.get("head_rows", {}), {each["row"] for each in reading.get("left_out", ())}
    merged = reading.get("merged", ())
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in merged}
    covered = {
        (row, column)
        for top, left, bottom, right in merged
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    } - spans.keys()
    columns = reading.get("columns", ())
    units = {reading.get("corner", ""), *(each["unit_from"] for each in columns)}
    unread = {each["letters"] for each in columns if not each["field"]}
    rows = []
    for row, texts in enumerate(reading.get("first_rows", ())):
        is_head = heads["first"] <= row + 1 <= heads["last"]
        cells = []
        for column, text in enumerate(texts):
            look = "off" if xl_col_to_name(column) in unread and not is_head else ""
            look = "unit1" if CellPlace(row, column).address in units else look
            if (row, column) not in covered:
                cells.append((text, look, *spans.get((row, column), (1, 1))))
        is_off = not is_head and (row + 1 < heads["records"] or row + 1 in off)
        rows.append({"number": row + 1, "is_head": is_head, "is_off": is_off, "cells": cells})
    return rows
