"""Check: what was found in a file, row by row and cell by cell, before anything of it is written; and what was answered
where it asks: which project a row means, its sector, whose value holds in a conflict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.choices import CellVerdict as Verdict
from projects.choices import ImportState
from projects.models import ImportedCell
from projects.plausibility.rules import Doubt

from .mapping import ColumnMapping, ColumnReading, get_signature, names_rows
from .tables import Table
from .xlsx import SheetName

SAID_TWICE = "twice"  # the code of what the file says in several rows
CLEARED = object()  # the value of a blank cell that takes away what is stored


@dataclass(slots=True)
class RowCheck:
    """One row and the records that it is about, as they would be written. `proposed_code`: what a new project would get."""

    row: int  # counted from 0
    cells: list[ImportedCell]
    records: tuple[Any, ...] = ()
    verdict: Verdict = Verdict.UNCHANGED
    project: str = ""  # its code
    proposed_code: str = ""
    is_proposal: bool = False  # something of it, such as joining the list, is only proposed
    doubts: list[Doubt] = field(default_factory=list)  # what waits for somebody who confirms it

    @property
    def number(self) -> str:
        """As a spreadsheet counts it."""
        return str(self.row + 1)

    @property
    def key_cell(self) -> ImportedCell:
        """The cell that says which project it is about; else the first."""
        return self.cell("code") or self.cell("name_zh") or self.cells[0]

    @property
    def is_double(self) -> bool:
        """Whether it is refused because another row is about the same."""
        return any(each.code == SAID_TWICE for each in self.cells)

    def cell(self, name: str) -> ImportedCell | None:
        return next((each for each in self.cells if each.field == name), None)

    def settle(self, *, is_new: bool) -> None:
        """The verdict of the row from those of its cells."""
        found = {each.verdict for each in self.cells}
        if found & {Verdict.NEW, Verdict.CHANGED}:
            self.verdict = Verdict.NEW if is_new else Verdict.CHANGED
        else:
            order = (Verdict.REFUSED, Verdict.CONFLICT)
            self.verdict = next((each for each in order if each in found), Verdict.UNCHANGED)

    def refuse(self, code: str, words: Any, *, at: str = "") -> None:
        """Nothing of the row is written; why is said at one of its cells."""
        if self.cells:
            (self.cell(at) or self.key_cell).refuse(code, words)
        for each in self.cells:
            each.refuse("row", "")
        self.verdict = Verdict.REFUSED


@dataclass
class Check:
    """All that is said of a file: how it was read, what was left out, and what would be written."""

    state: ImportState
    sheets: Sequence[SheetName]
    columns: Sequence[ColumnReading]
    mapping: ColumnMapping
    table: Table
    heads: Any = None  # the rows of its heads where somebody said them
    rows: list[RowCheck] = field(default_factory=list)

    @property
    def sheet(self) -> str:
        return self.table.grid.name

    @property
    def signature(self) -> str:
        return get_signature(self.table)

    @property
    def lacks_key(self) -> bool:
        """Whether no column says what a row is about: that is asked before any row is read."""
        return not names_rows(self.mapping.columns.values())

    @property
    def cells(self) -> list[ImportedCell]:
        return [cell for row in self.rows for cell in row.cells]

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """How many rows and cells have each verdict."""
        rows = Counter(each.verdict for each in self.rows)
        cells = Counter(cell.verdict for cell in self.cells if cell.has_content)
        return {
            "rows": {verdict.value: rows[verdict] for verdict in Verdict},
            "cells": {verdict.value: cells[verdict] for verdict in Verdict},
        }


NEW_PROJECT = "new"
_MOST, _LONGEST = 20_000, 100
NOT_CHOICES = _("Answers name rows by their number, and cells by their address, each with what is selected.")


class Holds(TextChoices):
    """Whose value of a cell in conflict holds."""

    REGISTER = "register", pgettext_lazy("workbook", "keep the register’s")
    FILE = "file", pgettext_lazy("workbook", "take the file’s")


@dataclass(frozen=True)
class Choices:
    """`projects` (a code, or `new`) and `sectors` (a code) by the number of a row, counted from 1; whose value holds (a
    `Holds`): by the address of a cell in `cells`, of all others `conflicts`.
    """

    projects: Mapping[str, str] = field(default_factory=dict)
    sectors: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)
    conflicts: str = Holds.REGISTER.value

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: Any) -> Choices:
        """What a caller says. Raises `ValidationError` for what are no choices."""
        named = {"projects", "sectors", "cells"}
        if not isinstance(said, dict) or set(said) - named - {"conflicts"}:
            raise ValidationError(NOT_CHOICES, code="choices")
        maps = {name: said.get(name, {}) for name in named}
        if not all(map(_is_map, maps.values())):
            raise ValidationError(NOT_CHOICES, code="choices")
        held = [*maps["cells"].values(), said.get("conflicts", Holds.REGISTER)]
        if any(each not in Holds.values for each in held):
            raise ValidationError(NOT_CHOICES, code="choices")
        return cls(**maps, conflicts=str(held[-1]))

    def merge(self, other: Choices, *, for_all: bool) -> Choices:
        """These and then the others; where those are for all conflicts, no cell is excepted that they do not name."""
        return Choices(
            projects={**self.projects, **other.projects},
            sectors={**self.sectors, **other.sectors},
            cells=other.cells if for_all else {**self.cells, **other.cells},
            conflicts=other.conflicts if for_all else self.conflicts,
        )

    def prefers_file(self, address: str) -> bool:
        return self.cells.get(address, self.conflicts) == Holds.FILE


def _is_map(said: Any) -> bool:
    return (
        isinstance(said, dict)
        and len(said) <= _MOST
        and all(isinstance(each, str) and 0 < len(each) <= _LONGEST for pair in said.items() for each in pair)
    )
