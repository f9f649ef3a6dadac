"""Workbooks that people fill in and send back, by XlsxWriter: with drop-downs, bounds, and cells that are locked.

The first sheet says in the reader's language how to fill it in; the second, whose head is its first row, holds a record a
row; the lists of the drop-downs and what the workbook is about are on two hidden ones. So that reading needs no guessing:

- each column to be read has a defined name `field_` and the field's name, which is the cell of its head; the columns without
  one stand beside for reference, and a dot in their head says so;
- `field_code` is the key of a row and `field_version` the digest of its record when this was written, blank for a new one
  (in the register two: of the project and of its place on the list): both are locked, the version is hidden;
- `template_kind`, `template_programme`, `template_month`, `template_unit` (CNY) and `template_revision` name the cells that
  say what was asked.

Protection keeps hands from slipping and nothing else: whoever reads the workbook checks keys, versions and permission.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from projects.imports.fields import ABOUT, LISTS

from .workbook import PLAIN_TEXT

HEIGHT_OF_HEAD = 34
LEAST_DAY = dt.date(1949, 10, 1)
_LONGEST_TITLE, _LONGEST_MESSAGE = 32, 255  # of Excel


class CellKind(Enum):
    """What a cell holds. An amount is a number in the unit of the workbook."""

    TEXT = auto()
    AMOUNT = auto()
    COUNT = auto()
    DAY = auto()
    CHOICE = auto()


# what its bounds are bounds of, as Excel calls it
_BOUNDED_BY = {
    CellKind.TEXT: "length",
    CellKind.AMOUNT: "decimal",
    CellKind.COUNT: "integer",
    CellKind.DAY: "date",
}


@dataclass(frozen=True)
class FillColumn:
    """A column to be filled in, or one beside (`name` is empty or it is locked). `value` is what stands in it of a row.

    `bounds` are the least and the most of a number, of a day, or of the characters of a text; `choices` the words of a
    list.
    """

    name: str
    head: str
    value: Callable[[Any], Any]
    kind: CellKind = CellKind.TEXT
    choices: tuple[str, ...] = ()
    bounds: tuple[Any, Any] | None = None
    is_locked: bool = False
    is_hidden: bool = False
    is_required: bool = False
    width: int = 14


def filled_in(
    columns: Sequence[FillColumn],
    rows: Sequence[Any],
    *,
    title: str,
    instructions: Sequence[str],
    facts: Mapping[str, str | int],
    blank_rows: int = 0,
) -> bytes:
    """The workbook: `rows`, of which the columns tell the values, and blank ones in which new records can be named."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **PLAIN_TEXT}) as book:
        _add_instructions(book, title, instructions)
        _Sheet(book, columns, rows, blank_rows).write()
        about = book.add_worksheet(ABOUT)
        about.hide()
        for place, (name, value) in enumerate(facts.items()):
            about.write_row(place, 0, [name, value])
            book.define_name(f"template_{name}", f"={ABOUT}!$B${place + 1}")
    return out.getvalue()


def instructions_name() -> str:
    """Of the first sheet, in the reader's language."""
    return _("Instructions")


def _add_instructions(book: Any, title: str, instructions: Sequence[str]) -> None:
    sheet = book.add_worksheet(instructions_name())
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 90)
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for place, line in enumerate(instructions, start=2):
        sheet.write_string(place, 0, line, wrapped)
    sheet.protect()


class _Sheet:
    """The sheet of records, with the lists that it chooses from."""

    def __init__(self, book: Any, columns: Sequence[FillColumn], rows: Sequence[Any], blank_rows: int) -> None:
        self.book, self.columns, self.rows = book, columns, rows
        self.name = _("Data")
        self.sheet = book.add_worksheet(self.name)
        self.lists = book.add_worksheet(LISTS)
        self.last = len(rows) + blank_rows
        self.missing = book.add_format({"bg_color": "#FFF2CC"})

    def write(self) -> None:
        self.lists.hide()
        self.sheet.set_row(0, HEIGHT_OF_HEAD)
        for place, column in enumerate(self.columns):
            self._column(place, column)
        self.sheet.freeze_panes(1, 2)
        self.sheet.autofilter(0, 0, max(self.last, 1), len(self.columns) - 1)
        allowed = ("sort", "autofilter", "format_columns", "format_rows", "select_locked_cells")
        self.sheet.protect("", dict.fromkeys(allowed, True))
        self.sheet.activate()

    def _column(self, place: int, column: FillColumn) -> None:
        head = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#DCE6F1"}
        if column.is_required:
            head |= {"bg_color": "#F8CBAD"}
        self.sheet.set_column(place, place, column.width, None, {"hidden": column.is_hidden})
        self.sheet.write_string(0, place, column.head, self.book.add_format(head))
        if column.name:
            letters = xlsxwriter.utility.xl_col_to_name(place)
            self.book.define_name(f"field_{column.name}", f"='{self.name}'!${letters}$1")
        stored, new = self._format(column, is_new=False), self._format(column, is_new=True)
        for number, row in enumerate(self.rows, start=1):
            self._cell(number, place, column.value(row), stored)
        for number in range(len(self.rows) + 1, self.last + 1):
            self.sheet.write_blank(number, place, None, new)
        if self.last:
            self._add_validation(place, column)

    def _format(self, column: FillColumn, *, is_new: bool) -> Any:
        """Of its cells; those of a row for a new record are open, but for what is never typed."""
        shape: dict[str, Any] = {"valign": "top", "text_wrap": column.kind == CellKind.TEXT}
        shape["num_format"] = {CellKind.AMOUNT: "#,##0.########", CellKind.COUNT: "0", CellKind.DAY: "yyyy-mm-dd"}.get(
            column.kind, "@"
        )
        is_locked = column.is_locked and not (is_new and column.name and not column.is_hidden)
        shape |= {"bg_color": "#F2F2F2", "font_color": "#595959"} if is_locked else {"locked": False, "border": 1}
        return self.book.add_format(shape)

    def _cell(self, number: int, place: int, value: Any, shape: Any) -> None:
        exact = value is None or isinstance(value, str | dt.date)
        self.sheet.write(number, place, value if exact else float(value), shape)

    def _add_validation(self, place: int, column: FillColumn) -> None:
        """What can be typed, and what is said where it is something else; shaded while it is wanted and blank."""
        if rule := self._rule(place, column):
            told = {"error_title": column.head[:_LONGEST_TITLE], "error_message": _message(column)[:_LONGEST_MESSAGE]}
            self.sheet.data_validation(1, place, self.last, place, rule | told)
        if column.is_required and self.rows:
            blank: dict[str, Any] = {"type": "blanks", "format": self.missing}
            self.sheet.conditional_format(1, place, len(self.rows), place, blank)

    def _rule(self, place: int, column: FillColumn) -> dict[str, Any]:
        if column.kind == CellKind.CHOICE:
            if not column.choices:
                return {}
            self.lists.write_column(0, place, column.choices)
            letters = xlsxwriter.utility.xl_col_to_name(place)
            return {"validate": "list", "source": f"={LISTS}!${letters}$1:${letters}${len(column.choices)}"}
        if column.bounds is None:
            return {}
        least, most = column.bounds
        return {"validate": _BOUNDED_BY[column.kind], "criteria": "between", "minimum": least, "maximum": most}


def _message(column: FillColumn) -> str:
    if column.kind == CellKind.CHOICE:
        return _("Choose one of the list.")
    least, most = column.bounds or ("", "")
    if column.kind == CellKind.TEXT:
        return _("At most %(most)s characters.") % {"most": most}
    if column.kind == CellKind.DAY:
        return _("A day from %(least)s to %(most)s, such as 2023-06-30.") % {"least": least, "most": most}
    return _("A number from %(least)s to %(most)s, without a unit.") % {"least": f"{least:,}", "most": f"{most:,}"}
