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

from .columns import Cell, TableColumn

MEDIA_TYPE = "text/csv; charset=utf-8"
TORN = b'"incomplete'  # a cell without an end: what an error leaves there
BYTE_ORDER_MARK = "\ufeff"
_YES_NO = {True: "true", False: "false"}


def written(
    columns: Sequence[TableColumn], chunks: Iterable[Sequence[Any]], *, below: Sequence[Sequence[Cell]] = ()
) -> Iterator[bytes]:
    """The head at once, then the rows of each chunk of records, then the rows `below` them."""
    yield head(columns)
    for records in chunks:
        yield "".join(line([column.cell(record) for column in columns]) for record in records).encode()
    if below:
        yield "".join(map(line, below)).encode()


def head(columns: Sequence[TableColumn]) -> bytes:
    """The first line."""
    text = io.StringIO()
    csv.writer(text).writerow(column.head for column in columns)
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def line(cells: Sequence[Cell]) -> str:
    """One row, with its end."""
    text = io.StringIO()
    csv.writer(text).writerow(map(_inert, cells))
    return text.getvalue()


def _inert(value: Cell) -> Any:
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return escape_formula(value) if isinstance(value, str) else value
