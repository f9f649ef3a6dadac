"""CSV after RFC 4180 in UTF-8, with the mark by which Excel knows it; no cell that a spreadsheet would calculate.

A text that begins like a formula is given an apostrophe in front, which spreadsheets take for 'this is text'. Numbers stay
what they are. A blank cell is what is not known.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .columns import Cell, Column, Record

MEDIA_TYPE = "text/csv; charset=utf-8"
TORN = b'"incomplete'  # a cell without an end: what an error leaves there
BYTE_ORDER_MARK = "\ufeff"
ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_YES_NO = {True: "true", False: "false"}


def written(columns: Sequence[Column], chunks: Iterable[Sequence[Record]]) -> Iterator[bytes]:
    """The head at once, then the rows of each chunk of records."""
    yield head(columns)
    for records in chunks:
        yield "".join(line([column.cell(record) for column in columns]) for record in records).encode()


def head(columns: Sequence[Column]) -> bytes:
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
    return f"'{value}" if isinstance(value, str) and value.startswith(ACTIVE) else value
