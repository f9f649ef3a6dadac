"""Pagination: {"count", "next", "previous", "results"}, by number or by cursor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import InvalidPage, Page
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from projects.pagination import FarPaginator

from . import cursors
from .parameters import Parameter

PAGE_SIZE, LARGEST_PAGE = 50, 500
PARAMETERS = (
    Parameter("page", gettext_lazy("Number of the page, from 1."), {"type": "integer", "minimum": 1, "maximum": 10**9}),
    Parameter(
        "page_size",
        gettext_lazy("Records on a page: 50 unless told, at most 500."),
        {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE},
    ),
)
LIST_PARAMETERS = (*PARAMETERS, cursors.PARAMETER)


def head_of_walk(next_by_cursor: str | None) -> dict[str, Any]:
    """What is said beside the records of a page by cursor: counting is what a walk through a large list is spared."""
    return {"count": None, "next": next_by_cursor, "previous": None}


def walk_of(rows: QuerySet, request: Request) -> cursors.Walk:
    """The walk through the rows that a request goes on with."""
    if "page" in request.query_params:
        raise ValidationError({"page": [_("Give either a page or a cursor.")]})
    return cursors.Walk(rows, request, size=Pages().get_page_size(request) or PAGE_SIZE)


def no_such_page(last: int) -> NotFound:
    return NotFound(_("The last page is %(last)s.") % {"last": last})


class Pages(PageNumberPagination):
    """Pages by number, or by cursor. The form of the parameters has been checked by the view."""

    page_size = PAGE_SIZE
    max_page_size = LARGEST_PAGE
    page_size_query_param = "page_size"

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: APIView | None = None) -> list[Any]:
        self.request = request
        if cursors.is_asked(request):
            return self._walked(queryset, request)
        paginator = FarPaginator(queryset, self.get_page_size(request) or PAGE_SIZE)
        try:
            self.page: Page = paginator.page(request.query_params.get("page", 1))
        except InvalidPage as error:
            raise no_such_page(paginator.num_pages) from error
        return list(self.page)

    def get_paginated_response(self, data: Any) -> Response:
        if not cursors.is_asked(self.request):
            return super().get_paginated_response(data)
        return Response(head_of_walk(self.next_by_cursor) | {"results": data})

    def _walked(self, queryset: QuerySet, request: Request) -> list[Any]:
        rows, self.next_by_cursor = walk_of(queryset, request).page()
        return rows

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link: Mapping[str, Any] = {"type": ["string", "null"], "format": "uri", "example": None}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {
                    "type": ["integer", "null"],
                    "minimum": 0,
                    "example": 1,
                    "description": gettext_lazy("Records on all pages; null: not counted, as pages go by cursor."),
                },
                "next": {**link, "description": gettext_lazy("Address of the next page.")},
                "previous": {**link, "description": gettext_lazy("Address of the page before.")},
                "results": schema,
            },
        }
