"""Pages by number of the lists within one answer: which part is shown, of how many records, and the ways on and back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from rest_framework.request import Request

from .pagination import PAGE_SIZE, PARAMETERS, no_such_page

EFFECTS_PAGE = replace(
    PARAMETERS[0], name="effects_page", description=gettext_lazy("Number of the page of effects, from 1.")
)


@dataclass(frozen=True)
class NumberedPage:
    """The page of one list that a request asks for by a parameter. Its form has been checked by the view."""

    request: Request
    parameter: str = "page"

    @property
    def number(self) -> int:
        return int(self.request.query_params.get(self.parameter, 1))

    @property
    def size(self) -> int:
        return int(self.request.query_params.get("page_size", PAGE_SIZE))

    @property
    def first(self) -> int:
        """The index of its first record."""
        return (self.number - 1) * self.size

    def members(self, count: int) -> dict[str, Any]:
        """What is said of `count` records on all pages. Raises `NotFound` for a page that there is not."""
        last = max(1, -(-count // self.size))
        if self.number > last:
            raise no_such_page(last)
        return {
            "count": count,
            "next": self._address(self.number + 1) if self.number < last else None,
            "previous": self._address(self.number - 1) if self.number > 1 else None,
        }

    def of(self, rows: QuerySet) -> tuple[dict[str, Any], QuerySet]:
        """What is said of all these records, and those of this page."""
        return self.members(rows.count()), rows[self.first : self.first + self.size]

    def _address(self, number: int) -> str:
        query = self.request.query_params.copy()
        query[self.parameter] = str(number)
        return str(self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}"))
