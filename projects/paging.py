"""Pages far into a long list, at the price of the first."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet


def rows_of_page(queryset: QuerySet, first: int, last: int, *, total: int) -> list[Any]:
    """The rows from index `first` to before `last` of an ordered queryset of `total` rows.

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
