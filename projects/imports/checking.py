"""Checking: from a file, or from pasted cells, to what would be written of it. Nothing is written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import ImportState
from projects.history.revisions import acting_as
from projects.models import Import, ImportedCell
from projects.periods import Month

from . import values
from .books import ERROR_VALUE, UNCOMPUTED, Book, CellPlace, SheetName, is_chinese, refusal
from .fields import (
    ABOUT,
    FIELDS,
    IN_EITHER_LANGUAGE,
    Vocabulary,
    WorkbookField,
    WorkbookKind,
    may_clear,
    normalize_head,
)
from .rows import CLEARED, Choices, Judge, MayEdit, RegisterRows, ReportRows, RowCheck, Verdict
from .tables import (
    NO_TABLE,
    ColumnMapping,
    ColumnReading,
    HeadRows,
    MappedColumn,
    Table,
    UnitLine,
    find_table,
    get_column_letters,
    get_proposed_mapping,
    get_signature,
    is_ready,
    names_rows,
    read_columns,
)
from .values import NOTHING, CellContext, ReferenceWords

_FAULTS = {
    UNCOMPUTED: gettext_lazy("The formula was never computed: open the file in Excel or WPS, save it, and send that."),
    ERROR_VALUE: gettext_lazy("The formula of the cell ends in an error: there is no value."),
}
_OTHER_UNIT = gettext_lazy(
    "Row %(row)s says another unit, “%(text)s”, than the one that the column is read in: send the rows below it as a table "
    "of their own."
)


@dataclass
class Check:
    """All that is said of a file: how it was read, what was left out, and what would be written."""

    state: ImportState
    sheets: Sequence[SheetName]
    columns: Sequence[ColumnReading]
    mapping: ColumnMapping
    table: Table
    heads: Any  # the rows of its heads where somebody said them
    rows: list[RowCheck]

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


class _RowReader:
    def __init__(self, table: Table, mapping: ColumnMapping, *, kind: str, year: int) -> None:
        references = ReferenceWords()
        self._kind, self._grid = kind, table.grid
        self._columns: list[tuple[int, MappedColumn, WorkbookField, CellContext]] = [
            (
                column,
                mapped,
                FIELDS[kind][mapped.field],
                CellContext(references, mapped.unit or 1, self._grid.is_of_1904, self._grid.knows_types, year),
            )
            for column, mapped in mapping
        ]
        self._in_either_language = {
            each.column for each in table.columns if each.parts and normalize_head(each.parts[-1]) in IN_EITHER_LANGUAGE
        }
        self._over_rows = _merged_over_rows(table)
        self._units, self._corner = table.units, table.corner.cny if table.corner else None

    def cells(self, row: int) -> list[ImportedCell]:
        found = []
        for column, mapped, field, reading in self._columns:
            place = CellPlace(row, column)
            anchor = self._over_rows.get(place, place)
            text = self._grid.text(*anchor)
            fault = self._grid.faults.get(anchor)
            is_english = column in self._in_either_language and not is_chinese(text)
            cell = ImportedCell(
                row=row + 1,
                address=place.address,
                field=field.name.replace("_zh", "_en") if is_english else field.name,
                text=text,
                verdict=Verdict.UNCHANGED,
            )
            if fault is None and (text in NOTHING if field.read is not values.text else not text):
                if not (mapped.blank_clears and may_clear(self._kind, field.name)):
                    continue
                cell.field, cell.text, cell.value = field.name, "", CLEARED
            elif fault is not None:
                cell.refuse(fault, _FAULTS[fault])
            elif field.is_amount and place in self._over_rows:
                cell.refuse("merged", _("An amount in a cell that is merged over several rows: whose is it?"))
            elif field.is_amount and (line := self._other_unit(row, column, mapped)):
                told = {"row": line.row + 1, "text": line.text[:60]}
                cell.refuse("other_unit", _OTHER_UNIT % told)
            else:
                try:
                    cell.value = values.read_cell(cell.text, field.read, reading)
                except ValidationError as error:
                    cell.refuse(error.error_list[0].code or "invalid", " ".join(error.messages))
            found.append(cell)
        return found

    def _other_unit(self, row: int, column: int, mapped: MappedColumn) -> UnitLine | None:
        """The line above a row that says another unit for a column than the one that it is read in."""
        line = next((each for each in reversed(self._units) if each.row < row), None)
        if line is None:
            return None
        known = (None, mapped.unit, self._corner) if None in line.cny else (None, mapped.unit)
        return line if line.cny.get(column, line.cny.get(None)) not in known else None


def _merged_over_rows(table: Table) -> Mapping[CellPlace, CellPlace]:
    """Cells that are merged with those below, each with the one that says what all of them say."""
    first, last = table.bottom + 1, table.rows[-1] if table.rows else 0
    return {
        CellPlace(row, each.left): CellPlace(each.top, each.left)
        for each in table.grid.merged
        if each.top >= first and each.bottom > each.top
        for row in range(each.top, min(each.bottom, last) + 1)
    }


_LOOKED_AT = 5  # sheets; another one can be named
OF_ANOTHER_KIND = gettext_lazy(
    "This workbook was made for “%(made)s”, and is sent as “%(asked)s”. Choose “%(made)s” and send it again, or fill in "
    "that for “%(asked)s”."
)
NEEDS_MONTH = gettext_lazy("Say of which month the reports are.")
OF_ANOTHER_YEAR = gettext_lazy(
    "This workbook was made for %(year)s, and is sent for %(asked)s. Choose %(year)s, or fill in that of %(asked)s."
)
OF_ANOTHER_MONTH = gettext_lazy(
    "This workbook was made for the reports of %(made)s, and is sent for those of %(asked)s. Choose %(made)s, or fill in "
    "that of %(asked)s."
)


def check(
    imported: Import,
    book: Book,
    *,
    user: Any,
    may_edit: MayEdit,
    sheet: str = "",
    heads: Any = None,
    mapping: Any = None,
) -> Check:
    """What the rows of a sheet would write for a user: of those that are not hidden the first with a table
    of known columns, unless `sheet` names another. `heads` (as `HeadRows.as_json` gives it) says in which rows they are.

    Without a `mapping` (as `ColumnMapping.as_json` gives it) the heads alone must say everything; where they do not, the
    state is `needs_mapping` and no row is read. Raises `ValidationError` for a file that is not to be read, and by
    column for a mapping that does not fit it.
    """
    kind, programme, month = imported.kind, imported.programme, imported.month
    _refuse_template_of_another(book, imported)
    if kind == WorkbookKind.REPORTS and month is None:
        raise ValidationError(NEEDS_MONTH, code="needs_month")
    table = find_import_table(imported, book, sheet=sheet, heads=heads)
    found = read_columns(table, Vocabulary(kind, programme.year, month))
    confirmed = (
        get_proposed_mapping(found)
        if mapping is None
        else ColumnMapping.from_json(mapping, kind=kind, letters=get_column_letters(table))
    )
    is_asked = mapping is None and not is_ready(found)
    rows: list[RowCheck] = []
    if not is_asked:
        reader = _RowReader(table, confirmed, kind=kind, year=programme.year)
        rows = [RowCheck(row, reader.cells(row)) for row in table.rows]
        judge = Judge(user, Choices.from_json(imported.choices), {each.field for _column, each in confirmed})
        with acting_as(user):
            if month is not None and kind == WorkbookKind.REPORTS:
                ReportRows(programme, month, user, may_edit=may_edit, judge=judge).judge(rows)
            else:
                RegisterRows(programme, user, judge).judge(rows)
    return Check(
        ImportState.NEEDS_MAPPING if is_asked else ImportState.READY,
        sheets=book.sheets,
        columns=found,
        mapping=confirmed,
        table=table,
        heads=heads,
        rows=rows,
    )


def _refuse_template_of_another(book: Book, imported: Import) -> None:
    """What we made to be filled in says of which kind, year and month it is."""
    if not any(each.name == ABOUT and each.is_hidden for each in book.sheets):
        return
    about, kind, asked_year = book.grid(ABOUT), imported.kind, imported.programme.year
    said = {about.text(row, 0): about.text(row, 1) for row in range(len(about.rows))}
    made, year, of_month = (said.get(name, "") for name in ("kind", "programme", "month"))
    if made in WorkbookKind.values and made != kind:
        raise refusal(OF_ANOTHER_KIND, "other_kind", made=WorkbookKind(made).label, asked=WorkbookKind(kind).label)
    if year.isdecimal() and year != str(asked_year):
        raise refusal(OF_ANOTHER_YEAR, "other_year", year=year, asked=asked_year)
    if of_month and imported.month and of_month != (asked := str(Month(asked_year, imported.month))):
        raise refusal(OF_ANOTHER_MONTH, "other_month", made=of_month, asked=asked)


def find_import_table(imported: Import, book: Book, *, sheet: str, heads: Any) -> Table:
    """Return the table that `check` would read; no row is read. Raises as it does."""
    vocabulary = Vocabulary(imported.kind, imported.programme.year, imported.month)
    if not sheet:
        found = _first_table(book, vocabulary)
        if heads is None:
            return found
        grid = found.grid  # a table as text has no name by which its one sheet could be asked for
    else:
        grid = book.grid(sheet)
    return find_table(grid, vocabulary, None if heads is None else HeadRows.from_json(heads, grid), anyhow=True)


def _first_table(book: Book, vocabulary: Vocabulary) -> Table:
    """Of the sheets that are not hidden the first in which a column is known, else the first with a table at all, else the
    first that says anything: its heads are asked.
    """
    visible = [each.name for each in book.sheets if not each.is_hidden] or [book.sheets[0].name]
    grids = [book.grid(name) for name in visible[:_LOOKED_AT]]
    first = None
    for anyhow in (False, True):
        for grid in grids:
            try:
                table = find_table(grid, vocabulary, anyhow=anyhow)
            except ValidationError as error:
                if error.code != "no_table":
                    raise
                continue
            if any(vocabulary.find_field(column.parts) for column in table.columns):
                return table
            first = first or table
        if first is not None:
            return first
    raise ValidationError(NO_TABLE, code="no_table")
