"""Orders by name, and the order that a cursor walks a list by."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db.models import F, OrderBy, QuerySet

T = TypeVar("T")
COLUMN = "place_{}"  # of a row: the values that it is ordered by


def order_of(rows: QuerySet) -> list[OrderBy]:
    """Return what the rows are ordered by; the key comes last, so that no two are alike."""
    return [
        order if isinstance(order, OrderBy) else OrderBy(F(order.removeprefix("-")), descending=order.startswith("-"))
        for order in (*(rows.query.order_by or rows.model._meta.ordering), "pk")
    ]


def both_ways(names: Iterable[str]) -> tuple[str, ...]:
    """Return what can be asked for where a list orders by these names: each, and with '-' downwards."""
    return tuple(sign + name for name in names for sign in ("", "-"))


def sort_by_value(rows: Iterable[T], get_value: Callable[[T], Any], *, descending: bool = False) -> list[T]:
    """Return the rows by a value; those without one (None) come last, alike ones in their order."""
    pairs = [(get_value(row), row) for row in rows]
    known = sorted((pair for pair in pairs if pair[0] is not None), key=lambda pair: pair[0], reverse=descending)
    return [row for _value, row in known] + [row for value, row in pairs if value is None]


def build_ordering(expression: Any, order: str) -> OrderBy:
    """By the expression, downwards where the order has its '-'; what has no value comes last either way."""
    return OrderBy(expression, descending=order.startswith("-"), nulls_last=True)


def with_places(rows: QuerySet, order: list[OrderBy]) -> QuerySet:
    """Return the rows with the values that they are ordered by as `place_0`, `place_1` …"""
    return rows.annotate(**{COLUMN.format(number): column.expression for number, column in enumerate(order)})
