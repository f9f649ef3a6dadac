"""Grid: one sheet as rows of texts, with what only its file knows: merged cells, hidden rows, faults of single cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from xlsxwriter.utility import xl_rowcol_to_cell


class NumberText(str):
    """The text of a cell that held a number, not a text that looks like one."""

    __slots__ = ()


class CellPlace(NamedTuple):
    """A cell, counted from 0."""

    row: int
    column: int

    @property
    def address(self) -> str:
        """As a spreadsheet names it: C7."""
        return str(xl_rowcol_to_cell(self.row, self.column))


class Merged(NamedTuple):
    """Cells that are one; `bottom` and `right` belong to it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """`faults` are codes of what cannot be read, by cell; `knows_types` whether numbers are told from texts."""

    name: str
    rows: Sequence[Sequence[str]]
    merged: Sequence[Merged] = ()
    hidden_rows: frozenset[int] = frozenset()
    faults: Mapping[CellPlace, str] = field(default_factory=dict)
    knows_types: bool = False
    is_of_1904: bool = False  # whether days are counted from 1904, as old Macs did

    def text(self, row: int, column: int) -> str:
        """What a cell says; blank where the sheet has none."""
        line = self.rows[row] if 0 <= row < len(self.rows) else ()
        return line[column] if 0 <= column < len(line) else ""

    @property
    def width(self) -> int:
        return max(map(len, self.rows), default=0)
