"""Columns of a page's table: their heads, which order it by a link and say in `aria-sort` how it is, and what files have."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.http import HttpRequest

from projects.exports.columns import LineColumn

from . import links

ASCENDING, DESCENDING = "ascending", "descending"


@dataclass(frozen=True)
class SortHead:
    """`url` orders by the column and is empty where nothing can; `sorted` says how it is ordered now (an `aria-sort`)."""

    label: str
    url: str
    sorted: str
    numeric: bool = False
    kind: str = ""  # a class of the cell
    under: str = ""  # what stands below in small type


class SortColumn(NamedTuple):
    """A column by its name in the address (empty: it orders nothing) and its label. Figures go downwards first.

    `in_files` is what the files of the table have of it: a cell of a page may hold a name, a code and a link. Where numbers
    are of several units, `unit` says which a line is in: lines of one stand together. `by` is what lines at hand are ordered
    by, where that is not what files have first.
    """

    name: str
    label: str
    numeric: bool = False
    kind: str = ""
    under: str = ""
    in_files: tuple[LineColumn, ...] = ()
    unit: Callable[[Any], Any] | None = None
    by: Callable[[Any], Any] | None = None


def sort_heads(
    request: HttpRequest, parameter: str, order: str, columns: Iterable[SortColumn], *, place: str = ""
) -> list[SortHead]:
    """The heads of columns; `order` is the column that the table is ordered by now, with '-' if downwards. `place` is the
    part of the page to go on at, for a table that does not stand at its top.
    """
    return [_head(request, parameter, order, each, place and f"#{place}") for each in columns]


def _head(request: HttpRequest, parameter: str, order: str, column: SortColumn, place: str) -> SortHead:
    """Figures first downwards, the rest upwards, a second time the other way."""
    name, more = column.name, (column.numeric, column.kind, column.under)
    if not name:
        return SortHead(column.label, "", "", *more)
    down = f"-{name}"
    now = {name: ASCENDING, down: DESCENDING}.get(order, "")
    first, other = (down, name) if column.numeric else (name, down)
    address = links.same_page(request, **{parameter: other if order == first else first})
    return SortHead(column.label, address + place, now, *more)
