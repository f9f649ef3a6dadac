"""The order of a list as columns of its own, so that a place in it can be named and an outer query can keep it."""

from __future__ import annotations

from django.db.models import F, OrderBy, QuerySet

COLUMN = "place_{}"  # of a row: the values that it is ordered by


def order_of(rows: QuerySet) -> list[OrderBy]:
    """What the rows are ordered by, to the first column of which no two have the same: the key is one.

    What stands behind such a column orders nothing, and may keep a database from reading rows in the order of its index.
    """
    asked = [_expression(each) for each in (*(rows.query.order_by or rows.model._meta.ordering), "pk")]
    found = list({each.expression.name: each for each in reversed(asked)}.values())[::-1]
    unique = [number for number, each in enumerate(found, start=1) if _is_unique(rows, each.expression.name)]
    return found[: unique[0]] if unique else found


def with_places(rows: QuerySet, order: list[OrderBy]) -> QuerySet:
    """The rows with the values that they are ordered by as `place_0`, `place_1` …"""
    return rows.annotate(**{COLUMN.format(number): each.expression for number, each in enumerate(order)})


def _expression(order: str | OrderBy) -> OrderBy:
    if isinstance(order, OrderBy):
        return order
    return OrderBy(F(order.removeprefix("-")), descending=order.startswith("-"))


def _is_unique(rows: QuerySet, name: str) -> bool:
    if name == "pk":
        return True
    fields = {field.name: field for field in rows.model._meta.concrete_fields}
    field = fields.get(name)
    return bool(field and name not in rows.query.annotations and field.unique and not field.null)
