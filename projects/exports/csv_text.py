"""CSV (RFC 4180) in UTF-8, with the mark by which Excel knows it; no cell that a spreadsheet would calculate.

A text that a spreadsheet might calculate is given an apostrophe in front, which spreadsheets take for 'this is text'; see
`text.escape_formula`. Numbers stay what they are. A blank cell is what is not known.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from projects.text import escape_formula

from .columns import Cell

BYTE_ORDER_MARK = "\ufeff"
_YES_NO = {True: "true", False: "false"}


def iter_csv(
    columns: Sequence[Any], chunks: Iterable[Sequence[Any]], *, below: Sequence[Sequence[Cell]] = ()
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
    return escape_formula(value) if isinstance(value, str) else value
