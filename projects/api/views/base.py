"""Base views: refuse the unknown, answer privately, list and show records."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any

import django_filters as df
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from projects.api import cursors
from projects.api.etags import version_of
from projects.api.expansions import expand_of, expanded
from projects.api.exporting import FORMAT, asked_format, file_of
from projects.api.filter_parameters import parameters_of
from projects.api.idempotency import once
from projects.api.known_values import explained
from projects.api.pagination import LIST_PARAMETERS as PAGING
from projects.api.parameters import (
    AS_OF,
    EVERYWHERE,
    FIELDS,
    LANG,
    READING,
    Parameter,
    by_name,
    check,
    fields_of,
    joined,
)
from projects.etags import add_etag, set_etag
from projects.exports.files import CHUNK, in_chunks
from projects.history import as_of
from projects.text import LARGEST_KEY, refuse_garbled
from projects.totals.filters import visible

ID = Parameter("id", _("The record's id."), {"type": "integer", "minimum": 1, "maximum": LARGEST_KEY - 1})


class RegisterView(APIView):
    """Knows its parameters; says 405 before asking who it is; lets no shared cache keep an answer."""

    http_method_names = ["get", "head", "post", "patch"]
    path_parameters: Sequence[Parameter] = ()
    has_etag = True  # unless a response changes without a change of the state numbers: then nobody may store it

    def known_parameters(self) -> Sequence[Parameter]:
        """The query parameters of the action under way."""
        return EVERYWHERE

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with ExitStack() as self.past:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(request.method or "")
        super().initial(request, *args, **kwargs)
        refuse_garbled(request)
        known = parameters_known(self)
        check(request.query_params, known)
        request._request.GET = joined(request.query_params, known)
        if self.has_etag and request.method in ("GET", "HEAD"):
            not_modified = set_etag(request._request)
            if not_modified is not None:
                self.get = self.head = lambda *args, **kwargs: not_modified
                return
        self.past.enter_context(as_of.looking_back(as_of.looked_at(request)))
        if request.method == "POST":
            self.post = once(self.post, self.prepare)  # type: ignore[attr-defined]  the action that this method was bound to

    def prepare(self, request: Request) -> None:
        """Do before the writers' lock is taken what a POST needs that is slow, such as reading a workbook."""

    def finalize_response(self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ["Accept", "Accept-Language", "Authorization", "Cookie"])
        patch_cache_control(response, private=True, no_cache=True)
        if not self.has_etag and request.method in ("GET", "HEAD"):
            patch_cache_control(response, no_store=True)
        add_etag(request._request, response)
        for name, value in _clocks().items():
            response.headers.setdefault(name, value)
        return response


_known: dict[tuple[type, str], Mapping[str, Parameter]] = {}


def parameters_known(view: RegisterView) -> Mapping[str, Parameter]:
    """The parameters of a view by their names, which follow from the view and its action, or method, alone: worked out once
    for each.
    """
    key = (type(view), getattr(view, "action", None) or view.request.method or "")
    if key not in _known:
        _known[key] = by_name(view.known_parameters())
    return _known[key]


def _clocks() -> dict[str, str]:
    """The headers of an answer of the past: which clock was asked, and where both stood."""
    state = as_of.current()
    if state is None:
        return {}
    told = {"X-Clock": str(state.clock), "X-Data-Revision": str(state.revision)}
    if state.known_on and state.recorded_at:
        told |= {"X-Known-On": state.known_on.isoformat(), "X-Recorded-At": state.recorded_at.isoformat()}
    return told


class RecordViewSet(RegisterView, GenericViewSet):
    """A list of what the user may see, filtered, and each record by its key.

    Subclasses name `model`, `serializer_class`, `filterset_class`, and as `lookup_field` the key's column if it is not
    the id.
    """

    model: type[Model]
    filterset_class: type[df.FilterSet]
    related: Sequence[str] = ()
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    path_parameters = (ID,)

    def list(self, request: Request) -> HttpResponseBase:
        if asked_format(request):
            return self.exported(self.filtered())
        if pinned := cursors.pinned(request):
            self.past.enter_context(as_of.looking_back(pinned))
        return self.listed()

    def listed(self) -> HttpResponseBase:
        """The page that the request asks for."""
        return self.get_paginated_response(self.shown(self.paginate_queryset(self.filtered()) or []))

    def exported(self, rows: QuerySet) -> HttpResponseBase:
        """All rows as a file."""
        serializer, chunks = self.get_serializer(), partial(self.chunks, rows)
        return file_of(rows, chunks, serializer=serializer, request=self.request, name=self.basename)

    def chunks(self, rows: QuerySet) -> Iterator[Sequence[dict[str, Any]]]:
        """What is shown of all rows, chunk by chunk."""
        return map(self.shown, in_chunks(rows.iterator(chunk_size=CHUNK)))

    def shown(self, records: Sequence[Any]) -> Sequence[dict[str, Any]]:
        """The records as the list shows them."""
        records = self.prepared(records)
        shown = self.get_serializer(records, many=True).data
        return expanded(shown, records, basename=self.basename, request=self.request)

    def in_full(self, keys: Collection[Any]) -> dict[Any, dict[str, Any]]:
        """The records of these keys that the user may see, as the list shows them, by key."""
        records = list(self.get_queryset().filter(pk__in=keys))
        return {record.pk: each for record, each in zip(records, self.shown(records), strict=True)}

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        # who names a form of file in the address need not name it in Accept too
        return super().perform_content_negotiation(request, force=force or bool(asked_format(request)))

    def retrieve(self, request: Request, **_key: str) -> HttpResponseBase:
        return self.answer(self.get_object())

    def known_parameters(self) -> Sequence[Parameter]:
        if self.action == "list":
            return (*self.list_parameters(), *PAGING, *self.narrowing(), AS_OF, LANG, FORMAT)
        if self.action == "retrieve":
            return (*self.record_parameters(), *self.narrowing(), *READING)
        return EVERYWHERE

    def list_parameters(self) -> Sequence[Parameter]:
        return parameters_of(self.filterset_class, self.model)

    def record_parameters(self) -> Sequence[Parameter]:
        return ()

    def narrowing(self) -> Sequence[Parameter]:
        """The parameters that say how much is shown of a record."""
        return (fields_of(self.serializer_class._declared_fields), *expand_of(self.basename))

    def get_queryset(self) -> QuerySet:
        """All rows that the user may see, with what a record names."""
        return visible(self.model._default_manager.all(), self.request.user).select_related(*self.related)

    def filtered(self) -> QuerySet:
        filterset = self.filterset_class(
            self.request.query_params, queryset=self.get_queryset(), user=self.request.user
        )
        if not filterset.is_valid():
            raise ValidationError(explained(filterset.form, filterset.errors))
        return filterset.qs

    def prepared(self, records: Sequence[Any]) -> Sequence[Any]:
        """The records with what they need beyond their rows, looked up for all of them at once."""
        return records

    def get_object(self) -> Any:
        return get_object_or_404(self.get_queryset(), **{self.lookup_field: self.key()})

    def key(self) -> Any:
        """The key of the address, as the column holds it."""
        return self.as_key(self.kwargs[self.lookup_field])

    def as_key(self, said: Any) -> Any:
        """A key as it was written, as the column holds it."""
        return said

    def answer(self, record: Any, *, status: int = 200) -> Response:
        """The record with its version."""
        [shown] = self.shown([record])
        return Response(shown, status=status, headers={"ETag": self.version_of(record)})

    def version_of(self, record: Any) -> str:
        """The version of a record, in quotes as ETag wants it."""
        return version_of(record)

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        if getattr(self, "swagger_fake_view", False):
            return context  # the description tells of every member
        return context | {"fields": self._fields_asked()}

    def names(self) -> Sequence[str]:
        """The members that are shown of a record."""
        return self.serializer_class.names(self._fields_asked())

    def _fields_asked(self) -> set[str] | None:
        fields = self.request.query_params.get(FIELDS)
        return set(fields.split(",")) if fields else None
