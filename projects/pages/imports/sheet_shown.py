"""The first rows of a sheet as they stand: which are heads, which cell says the unit, which columns are read."""

from __future__ import annotations

from dataclasses import dataclass

from projects.imports.workbooks.grid import CellPlace, letters_of
from projects.workbook_imports.reading import Reading


@dataclass(frozen=True)
class ShownRow:
    number: int
    is_head: bool
    is_off: bool  # read, and no record
    cells: list[tuple[str, str, int, int]]  # text, class (`unit1` of a unit, `off` of what is not read), rows, columns


def letters_shown(reading: Reading) -> list[str]:
    return [letters_of(column) for column in range(max(map(len, reading.first_rows), default=0))]


def sheet_rows(reading: Reading) -> list[ShownRow]:
    heads, off = reading.head_rows, {each.row for each in reading.left_out}
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in reading.merged}
    covered = {
        (row, column)
        for top, left, bottom, right in reading.merged
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    } - spans.keys()
    units = {reading.corner, *(each.unit_from for each in reading.columns)}
    unread = {each.letters for each in reading.columns if not each.field}
    rows = []
    for row, texts in enumerate(reading.first_rows):
        is_head = heads["first"] <= row + 1 <= heads["last"]
        cells = [
            (text, _look(CellPlace(row, column), units, unread, is_head=is_head), *spans.get((row, column), (1, 1)))
            for column, text in enumerate(texts)
            if (row, column) not in covered
        ]
        rows.append(ShownRow(row + 1, is_head, not is_head and (row + 1 < heads["records"] or row + 1 in off), cells))
    return rows


def _look(place: CellPlace, units: set[str], unread: set[str], *, is_head: bool) -> str:
    if place.address in units:
        return "unit1"
    return "off" if letters_of(place.column) in unread and not is_head else ""
