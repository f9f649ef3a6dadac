"""Questions of a preview: what is asked at a cell, what can be answered, and what a form says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import AskedAtCell
from projects.imports.workbooks.choices import NEW_PROJECT, Choices, Holds
from projects.models import Import, ImportedCell, Project
from projects.workbook_imports.choosing import MOST_TOLD, NOT_ASKED

from .. import formatting
from .cell_words import CellWords
from .mapping_rows import Choice

_NAMES = {
    AskedAtCell.PROJECT: "project-",
    AskedAtCell.SECTOR: "sector-",
    AskedAtCell.CONFLICT: "holds-",
}  # what stands before a row or an address

_LONGEST_TOLD = 60  # characters of a name that are said again

_OPEN = ("", gettext_lazy("please choose"))


@dataclass(frozen=True)
class Question:
    """A question with its answers, one of which is chosen."""

    name: str
    label: str
    is_radio: bool
    answers: list[Choice]


class Questions:
    """Of these cells of one import, for its sender."""

    def __init__(self, imported: Import, cells: Iterable[ImportedCell], words: CellWords, user: Any) -> None:
        self._choices, self._words = Choices.of_json(imported.choices), words
        offered = {code for cell in cells if cell.question == AskedAtCell.PROJECT for code in cell.options["projects"]}
        visible = Project.objects.visible_to(user) if offered else Project.objects.none()
        self._offered = visible.in_bulk(offered, field_name="code")

    def of(self, cell: ImportedCell) -> Question | None:
        if not cell.question:
            return None
        asked = AskedAtCell(cell.question)
        place = cell.address if asked == AskedAtCell.CONFLICT else str(cell.row)
        answers: Sequence[tuple[str, Any]]
        if asked == AskedAtCell.CONFLICT:
            answers, chosen = Holds.choices, self._choices.cells.get(place, self._choices.conflicts)
        elif asked == AskedAtCell.SECTOR:
            answers, chosen = [_OPEN, *self._words.names("sector").items()], self._choices.sectors.get(place, "")
        else:
            answers, chosen = self._projects(cell), self._choices.projects.get(place, "")
        return Question(
            name=f"{_NAMES[asked]}{place}",
            label=_("%(cell)s: %(question)s") % {"cell": cell.address, "question": asked.label},
            is_radio=asked == AskedAtCell.CONFLICT,
            answers=[Choice(value, str(label), value == chosen) for value, label in answers],
        )

    def _projects(self, cell: ImportedCell) -> list[tuple[str, Any]]:
        found = [self._offered[code] for code in sorted(cell.options["projects"]) if code in self._offered]
        offered = [(each.code, f"{each.code} {each.name}") for each in found]
        new = [(NEW_PROJECT, _("a new project"))] if cell.options["may_be_new"] else []
        return [_OPEN, *offered, *new]

    def of_conflict(self, cell: ImportedCell) -> str:
        """Who changed it since the file was made, when, from what to what."""
        told: Mapping[str, Any] = cell.options
        if not told:
            return _("The file is of a version of the record that is not known: who changed it since cannot be told.")
        said = {
            "who": told["who"],
            "when": formatting.minute(dt.datetime.fromisoformat(told["when"])),
            "then": self._words.text(cell.field, told["then"]) or _("not known"),
            "now": self._words.text(cell.field, cell.before) or _("not known"),
        }
        if told["is_own"]:
            return _("You changed it on %(when)s, after the file was made: from %(then)s to %(now)s.") % said
        return _("%(who)s changed it on %(when)s, after the file was made: from %(then)s to %(now)s.") % said


def choices_said(data: QueryDict) -> Choices:
    """What the form of one page of cells says; what is left open says nothing. Raises `ValidationError` for what is none of
    its answers.
    """
    starts = tuple(_NAMES.values())
    # all answers name their place behind a hyphen, and nothing that every form sends has one
    if unasked := [name[:_LONGEST_TOLD] for name in data if "-" in name and not name.startswith(starts)]:
        raise ValidationError(NOT_ASKED % {"places": ", ".join(unasked[:MOST_TOLD])})
    found: dict[AskedAtCell, dict[str, str]] = {
        asked: {name.removeprefix(start): str(data[name]) for name in data if name.startswith(start) and data[name]}
        for asked, start in _NAMES.items()
    }
    return Choices.of_json(
        {
            "projects": found[AskedAtCell.PROJECT],
            "sectors": found[AskedAtCell.SECTOR],
            "cells": found[AskedAtCell.CONFLICT],
        }
    )
