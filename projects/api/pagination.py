"""Lists in pages: {"count", "next", "previous", "results"}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import NotFound
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.views import APIView

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


class Pages(PageNumberPagination):
    """Pages of numbered size. The form of `page` and `page_size` has been checked by the view."""

    page_size = PAGE_SIZE
    max_page_size = LARGEST_PAGE
    page_size_query_param = "page_size"

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: APIView | None = None) -> list[Any]:
        self.request = request
        paginator = Paginator(queryset, self.get_page_size(request) or PAGE_SIZE)
        try:
            self.page: Page = paginator.page(request.query_params.get("page", 1))
        except InvalidPage as error:
            raise NotFound(_("The last page is %(last)s.") % {"last": paginator.num_pages}) from error
        return list(self.page)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link: Mapping[str, Any] = {"type": ["string", "null"], "format": "uri", "example": None}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {
                    "type": "integer",
                    "minimum": 0,
                    "example": 1,
                    "description": gettext_lazy("Records on all pages."),
                },
                "next": {**link, "description": gettext_lazy("Address of the next page.")},
                "previous": {**link, "description": gettext_lazy("Address of the page before.")},
                "results": schema,
            },
        }
