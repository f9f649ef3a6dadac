"""Grid: one sheet as rows of texts, with what only its file knows: merged cells, hidden rows, faults of single cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

_LETTERS = 26


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
        return f"{letters_of(self.column)}{self.row + 1}"


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


def letters_of(column: int) -> str:
    """The name of a column: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_of(letters: str) -> int:
    """The column that letters name, counted from 0."""
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number - 1
