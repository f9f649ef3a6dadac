"""Tables whose lines are at hand in the order of those of their columns that have a name: what files have of it decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

from django.http import HttpRequest

from projects.pagination import both_ways

from .column_order import Value, ordered
from .pages import one_of
from .sort_heads import SortColumn
from .table_files import PageTable, sorted_by


def named(columns: Iterable[SortColumn], *names: str) -> list[SortColumn]:
    """Columns with names to be ordered by; an empty one where an order would say nothing."""
    return [column._replace(name=name) for column, name in zip(columns, names, strict=True)]


def in_order(request: HttpRequest, tables: Mapping[str, PageTable]) -> dict[str, PageTable]:
    """Each as `sort_<name>` asks, by itself as it is. Raises `ValidationError` for a column that orders nothing."""
    return {name: _in_order(request, name, each) for name, each in tables.items()}


def _in_order(request: HttpRequest, name: str, table: PageTable) -> PageTable:
    values = _values(table.columns)
    order = one_of(request, sorted_by(name), ("", *both_ways(values))) if values else ""
    if not order:
        return table
    lines = ordered(list(chain.from_iterable(table.chunks())), order, values)
    return replace(table, chunks=lambda: [lines])


def _values(columns: Sequence[SortColumn]) -> dict[str, Value]:
    return {each.name: partial(_cell, each) for each in columns if each.name}


def _cell(column: SortColumn, line: object) -> object:
    return column.in_files[0].cell(line)
