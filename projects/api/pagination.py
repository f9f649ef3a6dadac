"""Pagination: {"count", "next", "previous", "results"}, by number or by cursor.

By cursor each page begins right after the last row of the one before. Rows come by their key, which never changes: a row
that was there all along is met once. An order given by `ordering` goes by values that may change, so such a walk is pinned
to the revision of its first page: `next` carries it as `as_of`. So does a walk through a day that is not over: `as_of`
stays the day, by which months and deadlines go, and the cursor holds the revision.

A cursor is signed together with the query that it belongs to: the list, its filters, its order and its moment. It holds no
time of its own, so the same page has the same `next`, and the same ETag.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import F, OrderBy, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from projects.history import as_of
from projects.models import Revision
from projects.pagination import COLUMN, order_of, with_places

from .expansions import EXPAND
from .parameters import FIELDS, FORMAT, LANG, Parameter

CURSOR = "cursor"
CURSOR_PARAMETER = Parameter(
    CURSOR,
    _(
        "Pages by cursor: empty to begin, then follow `next`. Rows come by their key, or in the order asked for as of the "
        "revision of the first page: what was there all along is met exactly once, whatever is written meanwhile."
    ),
    {"type": "string", "maxLength": 4000},
    blank=True,
)
_SALT = "projects.api.cursor"
# what may be another from page to page: how much of the same rows is shown, and how
_NOT_OF_THE_QUESTION = {CURSOR, "page_size", FIELDS, EXPAND, LANG.name, FORMAT.name}

Row = Any


def is_by_cursor(request: Request) -> bool:
    """Return whether the list is paged by cursor."""
    return CURSOR in request.query_params


def get_pinned_state(request: Request) -> as_of.AsOf | None:
    """Return the state that a walk in an order of its own, or through a day, is pinned to; None for any other.

    In an order of its own names are those of that state too: today's may change the order between two pages.
    """
    found = as_of.get_as_of()
    if not is_by_cursor(request) or not (found or request.query_params.get("ordering")):
        return None
    if found is None:
        newest = Revision.objects.newest_number()
        found = as_of.AsOf.parse(f"r{newest}") if newest else None
    elif found.is_day and request.query_params[CURSOR]:
        found = found.at_revision(_load_cursor(request)[0])
    return found.with_names_of_then() if found and request.query_params.get("ordering") else found


class Walk:
    """One page of a walk through `rows`, from the cursor of the request on."""

    def __init__(self, rows: QuerySet, request: Request, *, size: int) -> None:
        self.request, self.size = request, size
        self.order = order_of(rows) if request.query_params.get("ordering") else [OrderBy(F("pk"))]
        self.rows = self._filter_from(self._get_position(), with_places(rows, self.order))

    def page(self) -> tuple[list[Row], str | None]:
        """Return the rows of the page and the address of the next one; None at the end."""
        rows = list(self.rows[: self.size + 1])
        if len(rows) <= self.size:
            return rows, None
        last = rows[self.size - 1]
        place = [getattr(last, COLUMN.format(number)) for number in range(len(self.order))]
        return rows[: self.size], self._address_after(place)

    def _filter_from(self, place: Sequence[Any] | None, rows: QuerySet) -> QuerySet:
        columns = [
            OrderBy(F(COLUMN.format(i)), descending=each.descending, nulls_last=each.nulls_last)
            for i, each in enumerate(self.order)
        ]
        return (rows if place is None else rows.filter(self._build_condition_after(place))).order_by(*columns)

    def _build_condition_after(self, place: Sequence[Any]) -> Q:
        """Return the condition of rows after a position: equal in the first columns, after it in the next. Null is
        last.
        """
        after, alike = [], Q()
        for i, (value, each) in enumerate(zip(place, self.order, strict=True)):
            name = COLUMN.format(i)
            if value is not None:
                further = Q(**{f"{name}__{'lt' if each.descending else 'gt'}": value})
                if each.nulls_last:
                    further |= Q(**{f"{name}__isnull": True})
                after.append(alike & further)
            alike &= Q(**({f"{name}__isnull": True} if value is None else {name: value}))
        return reduce(or_, after)

    def _address_after(self, place: Sequence[Any]) -> str:
        looked_at = as_of.get_as_of()
        revision = looked_at.revision if looked_at else None
        values = [value.isoformat() if isinstance(value, dt.date) else value for value in place]
        cursor = _signer(self.request).sign_object([revision, *values])
        address = replace_query_param(self.request.build_absolute_uri(), CURSOR, cursor)
        if looked_at is None or as_of.PARAMETER in self.request.query_params:
            return address
        return replace_query_param(address, as_of.PARAMETER, looked_at.text)

    def _get_position(self) -> list[Any] | None:
        if not self.request.query_params[CURSOR]:
            return None
        _revision, *place = _load_cursor(self.request)
        if len(place) != len(self.order):
            raise _build_cursor_error()
        return place


def _signer(request: Request) -> signing.Signer:
    """Return the signer of this query, which accepts no cursor of another one."""
    looked_at = as_of.get_as_of()
    pairs = [
        (name, value)
        for name, values in request.query_params.lists()
        if name not in _NOT_OF_THE_QUESTION and name != as_of.PARAMETER
        for value in values
    ]
    pairs.append((as_of.PARAMETER, looked_at.text if looked_at else ""))
    return signing.Signer(salt=f"{_SALT}:{request.path}?{urlencode(sorted(pairs))}")


def _load_cursor(request: Request) -> list[Any]:
    """Return the content of the request's cursor: revision (None in the present), then the values of the last row."""
    try:
        found: list[Any] = _signer(request).unsign_object(request.query_params[CURSOR])
    except signing.BadSignature as error:
        raise _build_cursor_error() from error
    return found


def _build_cursor_error() -> ValidationError:
    message = gettext(
        "This cursor belongs to another question. Ask `next` as it is: the list, its filters, its order and `as_of` "
        "stay those of the page that gave it. Or begin with an empty cursor."
    )
    return ValidationError({CURSOR: [message]})


PAGE_SIZE, LARGEST_PAGE = 50, 500
PARAMETERS = (
    Parameter("page", _("Number of the page, from 1."), {"type": "integer", "minimum": 1, "maximum": 10**9}),
    Parameter(
        "page_size",
        _("Records on a page: 50 unless told, at most 500."),
        {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE},
    ),
)
LIST_PARAMETERS = (*PARAMETERS, CURSOR_PARAMETER)


def build_page_error(last: int) -> NotFound:
    return NotFound(gettext("The last page is %(last)s.") % {"last": last})


class Pages(PageNumberPagination):
    """Pages by number, or by cursor. The form of the parameters has been checked by the view."""

    page_size = PAGE_SIZE
    max_page_size = LARGEST_PAGE
    page_size_query_param = "page_size"

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: APIView | None = None) -> list[Any]:
        self.request = request
        size = self.get_page_size(request) or PAGE_SIZE
        if is_by_cursor(request):
            if "page" in request.query_params:
                raise ValidationError({"page": [gettext("Give either a page or a cursor.")]})
            rows, self.next_by_cursor = Walk(queryset, request, size=size).page()
            return rows
        paginator = Paginator(queryset, size)
        try:
            self.page: Page = paginator.page(request.query_params.get("page", 1))
        except InvalidPage as error:
            raise build_page_error(paginator.num_pages) from error
        return list(self.page)

    def get_paginated_response(self, data: Any) -> Response:
        if is_by_cursor(self.request):  # rows of a walk are not counted
            response = Response({"count": None, "next": self.next_by_cursor, "previous": None, "results": data})
        else:
            response = super().get_paginated_response(data)
        places = {"next": response.data["next"], "prev": response.data["previous"]}
        if links := [f'<{address}>; rel="{name}"' for name, address in places.items() if address]:
            response["Link"] = ", ".join(links)
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        results = {"type": "object", "properties": {"results": schema}, "required": ["results"]}
        return {"allOf": [{"$ref": "#/components/schemas/Page"}, results]}


EFFECTS_PAGE = PARAMETERS[0].with_name("effects_page", _("Number of the page of effects, from 1."))


class NumberedPage(Pages):
    """The page of one list that a request asks for by a parameter. Its form has been checked by the view."""

    def __init__(self, request: Request, parameter: str = "page") -> None:
        self.request, self.page_query_param = request, parameter
        self.number, self.size = int(request.query_params.get(parameter, 1)), self.get_page_size(request) or PAGE_SIZE

    @property
    def first(self) -> int:
        """Return the index of its first record."""
        return (self.number - 1) * self.size

    def members(self, count: int) -> dict[str, Any]:
        """Return count, next and previous for `count` records. Raises `NotFound` beyond the last page."""
        paginator = Paginator(range(count), self.size)
        try:
            self.page = paginator.page(self.number)
        except InvalidPage as error:
            raise build_page_error(paginator.num_pages) from error
        return {"count": count, "next": self.get_next_link(), "previous": self.get_previous_link()}
