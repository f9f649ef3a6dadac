"""Files of which nothing is believed: what one is its content says, and the end of its name has to agree.

A table as text is a CSV file in any of the encodings that Excel and WPS write, or cells that were copied and pasted.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from projects.text import unescape_formula

from . import limits
from .grid import CellPlace, Grid
from .limits import refusal
from .xlsx import SheetName, Workbook, refuse_far

UTF_8, GB18030 = "UTF-8", "GB18030"
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def decode(content: bytes) -> tuple[str, str]:
    """Return the text of a file and its encoding: UTF-8 with or without its mark, or GB18030 as Excel writes in China.

    Raises `ValidationError`, with the `line` in its params, also for UTF-8 that is damaged: read as GB18030 it would turn
    into other characters without a word.
    """
    if content.startswith(_UTF_16):  # as those of UTF-32 do, or with NUL
        raise refusal(OTHER_UNICODE, "encoding")
    try:
        return content.decode("utf-8-sig"), UTF_8
    except UnicodeDecodeError as error:
        damaged_line = 1 + error.object[: error.start].count(b"\n")
    attempt = content.decode("utf-8", errors="replace")
    is_utf_8 = content.startswith(codecs.BOM_UTF8) or len(_CHINESE.findall(attempt)) > attempt.count("\ufffd")
    try:
        return content.decode("utf-8" if is_utf_8 else "gb18030"), GB18030
    except UnicodeDecodeError:
        raise refusal(NOT_SOUND, "encoding", line=damaged_line) from None


def iter_csv_rows(text: str, separator: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row, without blanks around them, with the number of the line that it begins on.

    Raises `ValidationError`, with the `line` in its params, where quotes are wrong.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 1
    try:
        for row in reader:
            yield number, [cell.strip() for cell in row]
            number = reader.line_num + 1
    except csv.Error as error:
        if _FAR_TOO_LONG in str(error):
            line = {"line": reader.line_num, "most": limits.LONGEST_CELL}
            raise refusal(limits.LONG_CELL_OF_TEXT, "long_cell", **line) from error
        raise refusal(NOT_CSV, "not_csv", line=number) from error


def is_chinese(text: str) -> bool:
    return bool(_CHINESE.search(text))


_SEPARATORS = "\t,;"  # of two that fit as well, the first
_LOOKED_AT = 20  # rows, to tell which it is
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_FAR_TOO_LONG = "field larger"  # in what the reader says of more than four times what is taken, and of nothing else
OTHER_UNICODE = gettext_lazy("The file is UTF-16 or UTF-32. Save it as CSV UTF-8.")
NOT_SOUND = gettext_lazy("The text is neither sound UTF-8 nor GB18030. Save the file as CSV UTF-8.")
NOT_CSV = gettext_lazy("Line %(line)s is not CSV: is a quotation mark left open, or text behind one that is closed?")
NOT_UTF_16 = gettext_lazy("The text is not sound UTF-16. Save the file as CSV UTF-8.")


class TextTable:
    """Text of rows and columns: a file with one sheet, which has no name. Raises `ValidationError`."""

    sheets = (SheetName(""),)

    def __init__(self, content: bytes) -> None:
        text = _decode(content)
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


def _decode(content: bytes) -> str:
    if content.startswith(_UTF_16) and not content.startswith(_UTF_32):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise refusal(NOT_UTF_16, "encoding") from error
    if b"\0" in content:
        raise refusal(limits.HOLDS_NUL, "nul")
    return decode(content)[0]


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
    """Return every line, blank ones too, so that cells have the addresses that a spreadsheet shows."""
    rows: list[list[str]] = []
    width = 0
    for _number, line in iter_csv_rows(text, separator):
        cells = [unescape_formula(cell) for cell in line]
        while cells and not cells[-1]:
            cells.pop()
        width = max(width, len(cells))
        if cells:
            refuse_far(CellPlace(len(rows), len(cells) - 1), rows=len(rows) + 1, columns=width)
            _refuse_long(cells, len(rows))
        rows.append(cells)
        if len(rows) > limits.MOST_CELLS:
            refuse_far(CellPlace(len(rows), 0), rows=len(rows), columns=1)
    return rows


def _refuse_long(cells: Iterable[str], row: int) -> None:
    for column, cell in enumerate(cells):
        if len(cell) > limits.LONGEST_CELL:
            raise refusal(limits.LONG_CELL, "long_cell", place=CellPlace(row, column).address, most=limits.LONGEST_CELL)


Book = Workbook | TextTable
_ZIP, _OLD_OFFICE = (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the name of a stream in what Excel writes with a password
_TEXTS, _WORKBOOKS = (".csv", ".tsv", ".txt"), (".xlsx",)
_NO_TABLES = (b"Rar!", b"7z\xbc\xaf", b"<", b"{\\rtf", b"\x1f\x8b")
_PICTURES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\0", b"MM\0*")
_OF_PHONES = b"ftyp"  # after the length of the first part: photographs (HEIC, AVIF) and films
_PICTURE_ENDINGS = frozenset(
    {".jpg", ".jpeg", ".png", ".gif", ".bmp", ".heic", ".heif", ".webp", ".tif", ".tiff", ".pdf"}
)


def open_book(content: bytes, *, name: str) -> Book:
    """The workbook or table of a file. Raises `ValidationError` with the reason in words."""
    if not content.strip():
        raise refusal(limits.EMPTY, "empty")
    if len(content) > limits.MOST_BYTES:
        raise refusal(limits.TOO_LARGE, "too_large", most=limits.MOST_BYTES // limits.MIB)
    ending = PurePath(name).suffix.lower()
    if ending == ".xlsm":
        raise refusal(limits.MACROS, "macros")
    if ending == ".xlsb":
        raise refusal(limits.BINARY_WORKBOOK, "xlsb")
    if ending in _PICTURE_ENDINGS or content.startswith(_PICTURES) or content[4:8] == _OF_PHONES:
        raise refusal(limits.PICTURE, "picture")
    if content.startswith(_OLD_OFFICE):
        encrypted = _ENCRYPTED in content
        raise refusal(*(limits.ENCRYPTED, "encrypted") if encrypted else (limits.OLD_WORKBOOK, "xls"))
    if content.startswith(_ZIP):
        book: Book = Workbook(content)
        expected: tuple[str, ...] = _WORKBOOKS
    elif content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_NO_TABLES):
        raise refusal(limits.NOT_A_TABLE, "not_a_table")
    else:
        book, expected = TextTable(content), _TEXTS
    if ending not in expected:
        raise refusal(limits.WRONG_ENDING, "wrong_ending", ending=ending or "—")
    return book
