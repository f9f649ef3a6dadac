"""Pagination: pages far into a long list at the price of the first, the order that a cursor walks by, and orders by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, OrderBy, QuerySet


def rows_of_page(queryset: QuerySet, first: int, last: int, *, total: int) -> list[Any]:
    """Return the rows from index `first` to before `last` of an ordered queryset of `total` rows.

    The keys are looked up by themselves, from the nearer end, so that what the rows have besides is read for these rows
    alone and not for those that are stepped over.
    """
    last = min(last, total)
    if not first:
        return list(queryset[:last])
    keys = queryset.values_list("pk", flat=True)
    backwards = first > total // 2
    found = list(keys.reverse()[total - last : total - first])[::-1] if backwards else list(keys[first:last])
    place = {key: index for index, key in enumerate(found)}
    return sorted(queryset.filter(pk__in=found), key=lambda row: place[row.pk])


class FarPaginator(Paginator):
    """Django's, for lists of which somebody asks for the last page; `count` may be known already."""

    def page(self, number: Any) -> Any:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        last = first + self.per_page
        if last + self.orphans >= self.count:
            last = self.count
        rows: Any = self.object_list
        found = rows_of_page(rows, first, last, total=self.count)
        return Page(found, number, self)


COLUMN = "place_{}"  # of a row: the values that it is ordered by


def order_of(rows: QuerySet) -> list[OrderBy]:
    """Return what the rows are ordered by, to the first column of which no two have the same: the key is one.

    What stands behind such a column orders nothing, and may keep a database from reading rows in the order of its index.
    """
    asked = [_expression(each) for each in (*(rows.query.order_by or rows.model._meta.ordering), "pk")]
    named: dict[str, OrderBy] = {}
    for each in asked:
        named.setdefault(_name(each), each)
    found = list(named.values())
    unique = [number for number, each in enumerate(found, start=1) if _is_unique(rows, _name(each))]
    return found[: unique[0]] if unique else found


def both_ways(names: Iterable[str]) -> tuple[str, ...]:
    """Return what can be asked for where a list orders by these names: each, and with '-' downwards."""
    return tuple(sign + name for name in names for sign in ("", "-"))


def build_ordering(expression: Any, order: str) -> OrderBy:
    """By the expression, downwards where the order has its '-'; what has no value comes last either way."""
    return OrderBy(expression, descending=order.startswith("-"), nulls_last=True)


def with_places(rows: QuerySet, order: list[OrderBy]) -> QuerySet:
    """Return the rows with the values that they are ordered by as `place_0`, `place_1` …"""
    return rows.annotate(**{COLUMN.format(number): column.expression for number, column in enumerate(order)})


def _expression(order: str | OrderBy) -> OrderBy:
    if isinstance(order, OrderBy):
        return order
    return OrderBy(F(order.removeprefix("-")), descending=order.startswith("-"))


def _name(order: OrderBy) -> str:
    column: Any = order.expression  # an F, as every list of the product is ordered by columns
    return str(column.name)


def _is_unique(rows: QuerySet, name: str) -> bool:
    if name == "pk":
        return True
    fields = {field.name: field for field in rows.model._meta.concrete_fields}
    field = fields.get(name)
    return bool(field and name not in rows.query.annotations and field.unique and not field.null)
