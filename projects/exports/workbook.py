"""Excel workbooks of whole lists, by XlsxWriter in constant memory: the data first, then a sheet that says what the file is.

Numbers are numbers and texts are inline strings, which a spreadsheet never calculates, whatever they begin with; what it
would take for a formula, a number or a day once somebody edits it is marked as a text.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from projects.text import BEGINS_ACTIVE

from .columns import Cell

MOST_ROWS = 1_048_575  # of Excel, without the header
PLAIN_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST_CELL = 32_767  # characters, of Excel
_DIGITS = 15  # beyond so many Excel rounds: such a number is written as text
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
# what begins like a formula, a number or a day becomes one once it is edited
_CHANGES_ON_EDIT = re.compile(
    rf"\s*[\d.'￥¥$]|{BEGINS_ACTIVE.pattern}|(?:true|false)\Z|(?:{_MONTHS})[a-z]*[\s.,-]*\d", re.IGNORECASE
)
_NARROWEST, _WIDEST, _ABOUT_WIDTHS = 9, 48, (28, 60, 60)  # of columns, in digits
_LINE = _WIDEST // 2  # characters that one line shows for certain
_WIDE = re.compile("[\u1100-\uffef]")  # characters of two digits' width, nearly
_PIECE = 2**16  # bytes


def iter_xlsx(
    columns: Sequence[Any],
    chunks: Iterable[Sequence[Any]],
    *,
    about: Sequence[Sequence[Cell]],
    above: Sequence[Sequence[Cell]] = (),
    below: Sequence[Sequence[Cell]] = (),
) -> Iterator[bytes]:
    """Yield a workbook of the records of all chunks, with rows `above` their header and `below` them.

    `about` are the lines of the second sheet.

    It is made as a temporary file before the first byte is sent.
    """
    following = iter(chunks)
    first = _cells(columns, next(following, ()))
    rows = chain(first, chain.from_iterable(_cells(columns, records) for records in following), below)
    header = [column.head for column in columns]
    with tempfile.TemporaryFile() as out:
        with xlsxwriter.Workbook(out, {"constant_memory": True, **PLAIN_TEXT}) as book:
            formats = [column.number_format for column in columns]
            sheet = _Sheet(book, _("Data"), _widths(header, [*first, *below]), formats)
            sheet.write_header(header, above)
            for cells in rows:
                sheet.write(cells)
            about_sheet = _Sheet(book, _("About this file"), _ABOUT_WIDTHS)
            for cells in about:
                about_sheet.write(cells)
        out.seek(0)
        while piece := out.read(_PIECE):
            yield piece


class _Sheet:
    """A worksheet that is written row by row."""

    def __init__(self, book: Any, name: str, widths: Sequence[float], number_formats: Sequence[str] = ()) -> None:
        self._sheet, self._row = book.add_worksheet(name), 0
        self._numbers = [book.add_format({"valign": "top", "num_format": each}) for each in number_formats]
        self._plain = book.add_format({"valign": "top"})
        self._long = book.add_format({"valign": "top", "text_wrap": True})
        self._quoted = book.add_format({"valign": "top", "text_wrap": True, "quote_prefix": True})
        self._title = book.add_format({"bold": True, "valign": "top"})
        self._header = book.add_format({"bold": True, "bg_color": "#DCE6F1", "valign": "top", "text_wrap": True})
        for place, width in enumerate(widths):
            self._sheet.set_column(place, place, width, self._plain)

    def write_header(self, labels: Iterable[str], above: Iterable[Sequence[Cell]] = ()) -> None:
        for cells in above:
            for place, value in enumerate(cells):
                self._sheet.write_string(self._row, place, str(value), self._quoted if place else self._title)
            self._row += 1
        self._sheet.freeze_panes(self._row + 1, 0)
        for place, label in enumerate(labels):
            self._sheet.write_string(self._row, place, label, self._header)
        self._row += 1

    def write(self, cells: Iterable[Cell]) -> None:
        for place, value in enumerate(cells):
            self._write_cell(place, value)
        self._row += 1

    def _write_cell(self, place: int, value: Cell) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool):
            self._sheet.write_boolean(self._row, place, value, self._plain)
        elif _is_exact_number(value):
            form = self._numbers[place] if place < len(self._numbers) else self._plain
            self._sheet.write_number(self._row, place, value, form)
        else:
            text = f"{value:f}" if isinstance(value, Decimal) else str(value)
            is_changed = _CHANGES_ON_EDIT.match(text)
            form = self._quoted if is_changed else self._long if len(text) > _LINE else self._plain
            self._sheet.write_string(self._row, place, _cut_to_cell(text), form)


def _is_exact_number(value: Cell) -> bool:
    """Return whether Excel holds a number as it is: one of at most 15 digits."""
    if isinstance(value, Decimal):
        return len(value.as_tuple().digits) <= _DIGITS
    return isinstance(value, int | float) and abs(value) < 10**_DIGITS


def _cells(columns: Sequence[Any], records: Iterable[Any]) -> list[list[Cell]]:
    return [[column.cell(record) for column in columns] for record in records]


def _widths(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> list[int]:
    """Return the width of each column in digits: of its widest cell, and half its header, which wraps."""
    needed = zip(*([(_width(cell) + 1) // 2 for cell in header], *(map(_width, row) for row in rows)), strict=True)
    return [min(max(_NARROWEST, *widths) + 2, _WIDEST) for widths in needed]


def _width(cell: Cell) -> int:
    text = "" if cell is None else str(cell)[:_WIDEST]
    return len(text) + len(_WIDE.findall(text))


def _cut_to_cell(text: str) -> str:
    """Return the text if a cell holds it, else as much as it holds with a word that it was cut. Excel counts in UTF-16."""
    if len(text) <= LONGEST_CELL // 2:  # a character may count twice
        return text
    encoded = text.encode("utf-16-le")
    if len(encoded) <= 2 * LONGEST_CELL:
        return text
    remark = _("… (cut at %(most)s characters; whole as CSV or NDJSON)") % {"most": f"{LONGEST_CELL:,}"}
    return encoded[: 2 * (LONGEST_CELL - len(remark))].decode("utf-16-le", "ignore") + remark
