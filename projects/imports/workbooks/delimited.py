"""Table as text: a CSV file in any of the encodings that Excel and WPS write, or cells that were copied and pasted."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from projects.imports.reading import CODECS, Unreadable, encoding_in
from projects.text import unescape_formula

from . import limits
from .grid import CellPlace, Grid
from .limits import refusal
from .sheet_xml import refuse_far
from .xlsx import SheetName

_SEPARATORS = "\t,;"  # of two that fit as well, the first
_LOOKED_AT = 20  # rows, to tell which it is
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_FAR_TOO_LONG = "field larger"  # in what the reader says of more than four times what is taken, and of nothing else
NOT_CSV = _("Line %(line)s is not CSV: is a quotation mark left open, or text behind one that is closed?")
NOT_UTF_16 = _("The text is not sound UTF-16. Save the file as CSV UTF-8.")


class TextTable:
    """Text of rows and columns: a file with one sheet, which has no name. Raises `ValidationError`."""

    sheets = (SheetName(""),)

    def __init__(self, content: bytes) -> None:
        text = _decoded(content)
        if "\0" in text:
            raise refusal(limits.HOLDS_NUL, "nul")
        if not text.strip():
            raise refusal(limits.EMPTY, "empty")
        self._text = text.removeprefix("\ufeff")

    def grid(self, name: str = "") -> Grid:
        if name:
            raise refusal(limits.NO_SHEETS, "no_sheet")
        return self._grid

    @cached_property
    def _grid(self) -> Grid:
        return Grid("", _rows(self._text, _separator(self._text)))


def _decoded(content: bytes) -> str:
    if content.startswith(_UTF_16) and not content.startswith(_UTF_32):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise refusal(NOT_UTF_16, "encoding") from error
    if b"\0" in content:
        raise refusal(limits.HOLDS_NUL, "nul")
    try:
        return content.decode(CODECS[encoding_in(io.BytesIO(content))])
    except Unreadable as error:
        raise ValidationError(error.message, code="encoding") from error


def _separator(text: str) -> str:
    """What parts the cells: that by which the first rows have most of them."""

    def cells(separator: str) -> int:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        count = 0
        try:
            for _row, line in zip(range(_LOOKED_AT), lines, strict=False):
                count += max(len(line) - 1, 0)
        except csv.Error:
            return 0
        return count

    return max(_SEPARATORS, key=cells)


def _rows(text: str, separator: str) -> list[list[str]]:
    """Every line, blank ones too, so that cells have the addresses that a spreadsheet shows."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    width = 0
    try:
        for line in reader:
            cells = [unescape_formula(cell.strip()) for cell in line]
            while cells and not cells[-1]:
                cells.pop()
            width = max(width, len(cells))
            if cells:
                refuse_far(CellPlace(len(rows), len(cells) - 1), rows=len(rows) + 1, columns=width)
                _refuse_long(cells, len(rows))
            rows.append(cells)
            if len(rows) > limits.MOST_CELLS:
                refuse_far(CellPlace(len(rows), 0), rows=len(rows), columns=1)
    except csv.Error as error:
        if _FAR_TOO_LONG in str(error):
            number = reader.line_num
            raise refusal(limits.LONG_CELL_OF_TEXT, "long_cell", line=number, most=limits.LONGEST_CELL) from error
        raise refusal(NOT_CSV, "not_csv", line=reader.line_num) from error
    return rows


def _refuse_long(cells: Iterable[str], row: int) -> None:
    for column, cell in enumerate(cells):
        if len(cell) > limits.LONGEST_CELL:
            raise refusal(limits.LONG_CELL, "long_cell", place=CellPlace(row, column).address, most=limits.LONGEST_CELL)
