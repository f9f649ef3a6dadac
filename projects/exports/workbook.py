"""Excel workbooks (Office Open XML), written to the wire row by row: the memory that a file takes is that of one chunk.

Numbers are numbers and texts are inline strings, which a spreadsheet never calculates, whatever they begin with; what it
would take for a formula, a number or a day once somebody edits it is marked as a text. The head stays in view, and columns
are as wide as what the first records have; a second sheet says what the file is.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from projects.text import BEGINS_ACTIVE

from .columns import Cell, TableColumn
from .workbook_parts import (
    ABOUT_SHEET,
    DATA_SHEET,
    HEAD_CELL,
    QUOTED_CELL,
    SHEET_END,
    TEXT_CELL,
    opened_sheet,
    parts,
)

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_575  # of Excel, without the head
_LONGEST = 32_767  # of a cell, in characters of UTF-16
_DIGITS = 15  # beyond so many Excel rounds: such a number is written as text
_EXACT = 10**_DIGITS
_LARGE = 100_000  # rows from which a sheet may come near 2 GiB
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
# what begins like a formula, a number or a day becomes one once it is edited
_READ_ANEW = re.compile(
    rf"\s*[\d.'￥¥$]|{BEGINS_ACTIVE.pattern}|(?:true|false)\Z|(?:{_MONTHS})[a-z]*[\s.,-]*\d", re.IGNORECASE
)
_NARROWEST, _WIDEST, _ABOUT_WIDTHS = 9, 48, (28, 60, 60)  # of columns, in digits
_LINE = _WIDEST // 2  # characters that one line shows for certain
_WIDE = re.compile("[\u1100-\uffef]")  # characters of two digits' width, nearly
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_TORN_ESCAPE = re.compile(r"(?<!_x[0-9A-F]{4})_(x[0-9A-F]{0,4})?\Z")  # the beginning of _x0007_


def written(
    columns: Sequence[TableColumn],
    chunks: Iterable[Sequence[Any]],
    *,
    about: Sequence[Sequence[Cell]],
    count: int,
    below: Sequence[Sequence[Cell]] = (),
) -> Iterator[bytes]:
    """A workbook of `count` records and the rows `below` them. `about` are the lines of the second sheet."""
    out = _Wire()
    # the least compression: it is the processor's time that is short, not the network
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:  # type: ignore[call-overload]
        for name, text in parts(data=_("Data"), about=_("About this file")).items():
            archive.writestr(name, text)
        archive.writestr(ABOUT_SHEET, _small_sheet(about))
        yield out.taken()
        with archive.open(DATA_SHEET, "w", force_zip64=count > _LARGE) as sheet:
            head, following = [column.head for column in columns], iter(chunks)
            first = _cells(columns, next(following, ()))
            sheet.write((opened_sheet(_widths(head, [*first, *below]), frozen=True) + _row(head, HEAD_CELL)).encode())
            for rows in chain([first], (_cells(columns, records) for records in following)):
                sheet.write("".join(map(_row, rows)).encode())
                yield out.taken()
            sheet.write(("".join(map(_row, below)) + SHEET_END).encode())
    yield out.taken()


class _Wire:
    """Takes what a zip archive writes and hands it on; it cannot go back."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        pieces, self.pieces = self.pieces, []
        return b"".join(pieces)


def _cells(columns: Sequence[TableColumn], records: Iterable[Any]) -> list[list[Cell]]:
    return [[column.cell(record) for column in columns] for record in records]


def _widths(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> list[int]:
    """As wide as the widest cell of each column, and half its head, which wraps."""
    shown = zip(*([(_width(cell) + 1) // 2 for cell in head], *(map(_width, row) for row in rows)), strict=True)
    return [min(max(_NARROWEST, *wanted) + 2, _WIDEST) for wanted in shown]


def _width(cell: Cell) -> int:
    text = "" if cell is None else str(cell)[:_WIDEST]
    return len(text) + len(_WIDE.findall(text))


def _small_sheet(lines: Sequence[Sequence[Cell]]) -> str:
    return opened_sheet(_ABOUT_WIDTHS) + "".join(map(_row, lines)) + SHEET_END


def _row(cells: Sequence[Cell], style: str = "") -> str:
    return f"<row>{''.join([_cell(cell, style) for cell in cells])}</row>"


def _cell(value: Cell, style: str = "") -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{value:d}</v></c>'
    if isinstance(value, int | float) and abs(value) < _EXACT:
        return f"<c><v>{value}</v></c>"
    if isinstance(value, Decimal) and len(value.as_tuple().digits) <= _DIGITS:
        return f"<c><v>{value:f}</v></c>"
    text = _as_text(value)
    style = style or (QUOTED_CELL if _READ_ANEW.match(text) else TEXT_CELL if len(text) > _LINE else "")
    return f'<c{style} t="inlineStr"><is><t xml:space="preserve">{_text(text)}</t></is></c>'


def _as_text(value: Cell) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _text(value: str) -> str:
    """The text as the format wants it; characters that XML cannot hold are written as _x0007_, and a return so that it
    stays one.
    """
    value = _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", value)
    if len(value) > _LONGEST // 2:  # a character may count twice
        value = _within_a_cell(value)
    return escape(value, {"\r": "&#13;"})


def _within_a_cell(text: str) -> str:
    """The text if a cell holds it, else as much as it holds with a word that it was cut. Excel counts in UTF-16."""
    counted = text.encode("utf-16-le")
    if len(counted) <= 2 * _LONGEST:
        return text
    told = _("… (cut at %(most)s characters; whole as CSV or NDJSON)") % {"most": f"{_LONGEST:,}"}
    room = 2 * (_LONGEST - len(told))
    return _TORN_ESCAPE.sub("", counted[:room].decode("utf-16-le", "ignore")) + told
