"""Excel workbooks (Office Open XML), written to the wire row by row: the memory that a file takes is that of one chunk.

Numbers are numbers and texts are inline strings, which a spreadsheet never calculates, whatever they begin with. The head
stays in view; a second sheet says what the file is.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from .columns import Cell, TableColumn
from .workbook_parts import ABOUT_SHEET, DATA_SHEET, SHEET_END, opened_sheet, parts

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_575  # of Excel, without the head
_LONGEST = 32_767  # of a cell, in characters of UTF-16
_DIGITS = 15  # beyond so many Excel rounds: such a number is written as text
_EXACT = 10**_DIGITS
_LARGE = 100_000  # rows from which a sheet may come near 2 GiB
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
            sheet.write((opened_sheet(frozen=True) + _row([column.head for column in columns])).encode())
            for records in chunks:
                text = "".join(_row([column.cell(record) for column in columns]) for record in records)
                sheet.write(text.encode())
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


def _small_sheet(lines: Iterable[Sequence[Cell]]) -> str:
    return opened_sheet() + "".join(_row(line) for line in lines) + SHEET_END


def _row(cells: Sequence[Cell]) -> str:
    return f"<row>{''.join(map(_cell, cells))}</row>"


def _cell(value: Cell) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{value:d}</v></c>'
    if isinstance(value, int | float) and abs(value) < _EXACT:
        return f"<c><v>{value}</v></c>"
    if isinstance(value, Decimal) and len(value.as_tuple().digits) <= _DIGITS:
        return f"<c><v>{value:f}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{_text(_as_text(value))}</t></is></c>'


def _as_text(value: Cell) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _text(value: str) -> str:
    """The text as the format wants it; characters that XML cannot hold are written as _x0007_."""
    value = _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", value)
    if len(value) > _LONGEST // 2:  # a character may count twice
        value = _within_a_cell(value)
    return escape(value)


def _within_a_cell(text: str) -> str:
    """The text if a cell holds it, else as much as it holds with a word that it was cut. Excel counts in UTF-16."""
    counted = text.encode("utf-16-le")
    if len(counted) <= 2 * _LONGEST:
        return text
    told = _("… (cut at %(most)s characters; whole as CSV or NDJSON)") % {"most": f"{_LONGEST:,}"}
    room = 2 * (_LONGEST - len(told))
    return _TORN_ESCAPE.sub("", counted[:room].decode("utf-16-le", "ignore")) + told
