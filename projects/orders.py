"""The order of a list as columns of its own, so that a place in it can be named and an outer query can keep it."""

from __future__ import annotations

from django.db.models import F, OrderBy, QuerySet

COLUMN = "place_{}"  # of a row: the values that it is ordered by


def order_of(rows: QuerySet) -> list[OrderBy]:
    """What the rows are ordered by, with the key at the end."""
    found = [_expression(each) for each in (*(rows.query.order_by or rows.model._meta.ordering), "pk")]
    return list({each.expression.name: each for each in reversed(found)}.values())[::-1]


def with_places(rows: QuerySet, order: list[OrderBy]) -> QuerySet:
    """The rows with the values that they are ordered by as `place_0`, `place_1` …"""
    return rows.annotate(**{COLUMN.format(number): each.expression for number, each in enumerate(order)})


def _expression(order: str | OrderBy) -> OrderBy:
    if isinstance(order, OrderBy):
        return order
    return OrderBy(F(order.removeprefix("-")), descending=order.startswith("-"))
