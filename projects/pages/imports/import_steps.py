"""Steps that a person takes with an import on its page, and what of a step that is refused goes where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from projects.imports.workbooks.choices import Holds
from projects.models import Import
from projects.workbook_imports import choose, confirm, remap, undo
from projects.workbook_imports.choosing import refuse_unasked
from projects.workbook_imports.reading import Reading
from projects.workflows.transitions import OvertakenError

from .confirm_form import ConfirmForm, UndoForm
from .mapping_rows import mapping_said
from .questions import choices_said

RULE = "rule-"  # before the kind of a rule that is overruled
HEADS = "heads-"  # before what of the rows of the heads is said
REMEMBERS = "remember"
_ROW = re.compile(r"[0-9]{1,8}")


@dataclass
class ImportAttempt:
    """What was asked for and did not happen: kept, so that nothing has to be chosen or typed again."""

    mapping: dict[str, Any] | None = None
    by_column: Mapping[str, list[str]] = field(default_factory=dict)
    remembers: bool = True
    form: Any = None
    whole: list[str] = field(default_factory=list)
    overtaken: bool = False

    @property
    def failed(self) -> bool:
        return bool(self.by_column or self.whole or (self.form is not None and self.form.errors))

    def take(self, error: ValidationError) -> None:
        """What a step refuses goes where it belongs: to a column, to a field of the form, or to the whole."""
        self.overtaken = isinstance(error, OvertakenError)
        by_name = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        fields, columns = self.form.fields if self.form is not None else {}, self.mapping or {}
        self.by_column = {name: texts for name, texts in by_name.items() if name in columns}
        for name, texts in by_name.items():
            if name in fields:
                self.form.errors.setdefault(name, self.form.error_class()).extend(texts)
            elif name not in columns:
                self.whole += texts


Step = Callable[[HttpRequest, Import, ImportAttempt], None]


@contextmanager
def _refused_into(attempt: ImportAttempt) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        attempt.take(error)


def _map(request: HttpRequest, found: Import, attempt: ImportAttempt) -> None:
    """The columns as they are said, or another sheet or other rows of heads, which are read first."""
    sheet = request.POST.get("sheet", found.sheet)[:200]
    if "read" in request.POST or sheet != found.sheet:
        with _refused_into(attempt):
            remap(found, user=request.user, mapping=None, sheet=sheet, heads=_heads_said(request, found, sheet))
        return
    letters = [each.letters for each in Reading.of_json(found.reading).columns]
    attempt.mapping, attempt.by_column = mapping_said(request.POST, letters)
    attempt.remembers = REMEMBERS in request.POST
    if not attempt.by_column:
        said: dict[str, Any] = {"mapping": attempt.mapping, "sheet": sheet, "heads": found.heads}
        with _refused_into(attempt):
            remap(found, user=request.user, remember=attempt.remembers, **said)


def _heads_said(request: HttpRequest, found: Import, sheet: str) -> dict[str, Any] | None:
    """The rows of the heads; None, as they seem to be: of another sheet, and where they were left as they are read."""
    said = {name: request.POST.get(f"{HEADS}{name}", "").strip() for name in ("first", "last", "records")}
    read = Reading.of_json(found.reading).head_rows
    if sheet != found.sheet or (not found.heads and said == {name: str(row) for name, row in read.items()}):
        return None
    return {name: int(row) if _ROW.fullmatch(row) else row for name, row in said.items()}


def _choose(request: HttpRequest, found: Import, attempt: ImportAttempt) -> None:
    with _refused_into(attempt):
        choose(found, user=request.user, choices=choices_said(request.POST))


def _choose_for_all(holds: Holds) -> Step:
    def chosen(request: HttpRequest, found: Import, attempt: ImportAttempt) -> None:
        with _refused_into(attempt):
            said = choices_said(request.POST)
            refuse_unasked(found, said)  # also what is left out now, as it holds for all
            said = replace(said, cells={}, conflicts=holds.value)
            choose(found, user=request.user, choices=said, for_all=True)

    return chosen


def _confirm(request: HttpRequest, found: Import, attempt: ImportAttempt) -> None:
    attempt.form = form = ConfirmForm(request.POST, kind=found.kind, user=request.user, auto_id="c-%s")
    if form.is_valid():
        rules = [name.removeprefix(RULE) for name in request.POST if name.startswith(RULE)]
        with _refused_into(attempt):
            confirm(found, user=request.user, confirmed_rules=rules, **form.cleaned_data)


def _undo(request: HttpRequest, found: Import, attempt: ImportAttempt) -> None:
    attempt.form = form = UndoForm(request.POST, auto_id="u-%s")
    if form.is_valid():
        with _refused_into(attempt):
            undo(found, user=request.user, reason=form.cleaned_data["reason"])


STEPS: Mapping[str, Step] = {
    "map": _map,
    "choose": _choose,
    "keep-all": _choose_for_all(Holds.REGISTER),
    "take-all": _choose_for_all(Holds.FILE),
    "confirm": _confirm,
    "undo": _undo,
}
