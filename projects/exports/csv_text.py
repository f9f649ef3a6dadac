"""CSV (RFC 4180) in UTF-8, with the mark by which Excel knows it; no cell that a spreadsheet would calculate.

A text that begins like a formula is given an apostrophe in front, which spreadsheets take for 'this is text'; also where
characters that nobody sees stand before the sign. Numbers stay what they are. A blank cell is what is not known.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from .columns import Cell, TableColumn

BYTE_ORDER_MARK = "\ufeff"
ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BLANK = [
    *range(1, 9),
    0x0B,
    0x0C,
    *range(0x0E, 0x21),
    *range(0x7F, 0xA1),
    0x1680,
    0x2028,
    0x2029,
    0x202F,
    0x205F,
    0x3000,
]
_BLANK += [*range(0x2000, 0x2010), 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0]
_FORMAT = [0xAD, *range(0x600, 0x606), 0x61C, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, *range(0x180B, 0x1810), 0xFEFF]
_FORMAT += [
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    *range(0xFFF0, 0xFFFC),
    0x110BD,
    0x110CD,
]
_FORMAT += [
    *range(0x13430, 0x13440),
    *range(0x1BCA0, 0x1BCA4),
    *range(0x1D173, 0x1D17B),
    0xE0001,
    *range(0xE0020, 0xE0080),
]
# what may stand before such a sign unseen; and apostrophes, so that whoever takes one away has the text as it was
UNSEEN = "'" + "".join(map(chr, _BLANK + _FORMAT))
BEGINS_ACTIVE = re.compile(f"[{re.escape(UNSEEN)}]*[{re.escape(''.join(ACTIVE))}]")
_YES_NO = {True: "true", False: "false"}


def iter_csv(
    columns: Sequence[TableColumn], chunks: Iterable[Sequence[Any]], *, below: Sequence[Sequence[Cell]] = ()
) -> Iterator[bytes]:
    """Yield the header at once, then the rows of each chunk of records, then the rows `below` them."""
    yield (BYTE_ORDER_MARK + _lines([[column.head for column in columns]])).encode()
    for records in chunks:
        yield _lines([inert_cell(column.cell(record)) for column in columns] for record in records).encode()
    if below:
        yield _lines(map(inert_cell, cells) for cells in below).encode()


def _lines(rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def inert_cell(value: Cell) -> Any:
    """Return a cell as it is written: a text that a spreadsheet would calculate has an apostrophe in front."""
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return f"'{value}" if isinstance(value, str) and BEGINS_ACTIVE.match(value) else value
