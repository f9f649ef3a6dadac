"""Tables whose lines are at hand in the order of those of their columns that have a name: what files have of it decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

from django.http import HttpRequest

from projects.pagination import both_ways

from .column_order import Value, ordered
from .decorators import order_asked
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
    orders, otherwise = ("", *both_ways(values)), both_ways(table.otherwise)
    order = order_asked(request, sorted_by(name), orders, otherwise=otherwise) if values else ""
    if not order:
        return table
    usual = list(chain.from_iterable(table.chunks()))
    lines = ordered(usual, order, values)
    if unit := next(each.unit for each in table.columns if each.name == order.removeprefix("-")):
        units = list(dict.fromkeys(map(unit, usual)))
        lines.sort(key=lambda line: units.index(unit(line)))
    return replace(table, chunks=lambda: [lines])


def _values(columns: Sequence[SortColumn]) -> dict[str, Value]:
    return {each.name: each.by or partial(_cell, each) for each in columns if each.name}


def _cell(column: SortColumn, line: object) -> object:
    return column.in_files[0].cell(line)
