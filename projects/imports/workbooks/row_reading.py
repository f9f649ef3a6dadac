"""Rows of a table as values: each cell read as its column is mapped, or refused with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.imports.reading import controls_in

from . import values
from .checks import CLEARED, CellCheck, RowCheck
from .fields import FIELDS, WorkbookField, may_clear
from .grid import CellPlace, Grid
from .mapping import ColumnMapping, MappedColumn
from .references import ReferenceWords
from .sheet_xml import ERROR_VALUE, UNCOMPUTED
from .tables import Table, UnitLine
from .values import NOTHING, ColumnReading

_FAULTS = {
    UNCOMPUTED: gettext_lazy("The formula was never computed: open the file in Excel or WPS, save it, and send that."),
    ERROR_VALUE: gettext_lazy("The formula of the cell ends in an error: there is no value."),
}
_OTHER_UNIT = gettext_lazy(
    "Row %(row)s says another unit, “%(text)s”, than the one that the column is read in: send the rows below it as a table "
    "of their own."
)


def rows_of(table: Table, mapping: ColumnMapping, *, kind: str, year: int) -> Iterator[RowCheck]:
    """The rows of the records, in order."""
    reader = _RowReader(table, mapping, kind=kind, year=year)
    return (RowCheck(row, reader.cells(row), is_hidden=row in table.grid.hidden_rows) for row in table.rows)


class _RowReader:
    def __init__(self, table: Table, mapping: ColumnMapping, *, kind: str, year: int) -> None:
        references = ReferenceWords()
        self._kind, self._grid = kind, table.grid
        self._columns: list[tuple[int, MappedColumn, WorkbookField, ColumnReading]] = [
            (column, mapped, FIELDS[kind][mapped.field], _reading(table.grid, mapped, references, year))
            for column, mapped in mapping
        ]
        self._known: dict[tuple[int, str, type, int], Any] = {}
        self._over_rows = _merged_over_rows(table)
        self._units, self._corner = table.units, table.corner.cny if table.corner else None

    def cells(self, row: int) -> list[CellCheck]:
        found = []
        for column, mapped, field, reading in self._columns:
            place = CellPlace(row, column)
            anchor = self._over_rows.get(place, place)
            text = self._grid.text(*anchor)
            fault = self._grid.faults.get(anchor)
            if fault is None and (text in NOTHING if field.read is not values.text else not text):
                if mapped.blank_clears and may_clear(self._kind, field.name):
                    found.append(CellCheck(place, field.name, "", CLEARED))
                continue
            cell = CellCheck(place, field.name, text)
            if fault is not None:
                cell.refuse(fault, _FAULTS[fault])
            elif field.is_amount and place in self._over_rows:
                cell.refuse("merged", _("An amount in a cell that is merged over several rows: whose is it?"))
            elif field.is_amount and (line := self._other_unit(row, column, mapped)):
                told = {"row": line.row + 1, "text": line.text[:60]}
                cell.refuse("other_unit", _OTHER_UNIT % told)
            else:
                self._read(cell, column, field, reading)
            found.append(cell)
        return found

    def _other_unit(self, row: int, column: int, mapped: MappedColumn) -> UnitLine | None:
        """The line above a row that says another unit for a column than the one that it is read in."""
        line = next((each for each in reversed(self._units) if each.row < row), None)
        if line is None:
            return None
        known = (None, mapped.unit, self._corner) if None in line.cny else (None, mapped.unit)
        return line if line.cny.get(column, line.cny.get(None)) not in known else None

    def _read(self, cell: CellCheck, column: int, field: WorkbookField, reading: ColumnReading) -> None:
        """The same words come in many rows, and are read once."""
        key = (column, cell.text, type(cell.text), reading.unit)
        if key not in self._known:
            self._known[key] = _value_of(cell.text, field, reading)
        value = self._known[key]
        if isinstance(value, ValidationError):
            cell.refuse(value.error_list[0].code or "invalid", " ".join(value.messages))
        else:
            cell.value = value


def _value_of(text: str, field: WorkbookField, reading: ColumnReading) -> Any:
    if not text.isprintable() and (controls := controls_in(text)):
        told = _("The text has control characters: %(found)s.") % {"found": controls}
        return ValidationError(told, code="controls")
    try:
        return field.read(text, reading)
    except ValidationError as error:
        return error


def _reading(grid: Grid, mapped: MappedColumn, references: ReferenceWords, year: int) -> ColumnReading:
    return ColumnReading(
        references, mapped.unit or 1, is_of_1904=grid.is_of_1904, knows_types=grid.knows_types, year=year
    )


def _merged_over_rows(table: Table) -> Mapping[CellPlace, CellPlace]:
    """Cells that are merged with those below, each with the one that says what all of them say."""
    first, last = table.bottom + 1, table.rows[-1] if table.rows else 0
    return {
        CellPlace(row, each.left): CellPlace(each.top, each.left)
        for each in table.grid.merged
        if each.top >= first and each.bottom > each.top
        for row in range(each.top, min(each.bottom, last) + 1)
    }
