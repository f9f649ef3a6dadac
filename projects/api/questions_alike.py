"""Questions about projects that differ from an earlier one in a code or in values alone: answered by what it has found out.

Who asks and what can be chosen follow from the reader and the frame of the data, of which `portfolio.response_cache` sees
that they are the same; in another state the programme and its months are looked at again. What differs is checked as it
always is. What is not as usual, and whatever is to be refused, goes the whole way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.core.exceptions import SuspiciousOperation, ValidationError
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, QueryDict
from rest_framework.exceptions import ValidationError as Refused

from projects.http_caching import RevalidatedBody
from projects.models.fields import normalised_code
from projects.text import refuse_garbled
from projects.totals.filters import ProjectFilterSet
from projects.totals.scope import filters_asked
from projects.versioning import as_of
from projects.versioning.as_of import AsOf

from .etags import version_of
from .pagination import PARAMETERS, body_of_page, strict
from .parameters import Parameter, check, joined
from .project_pages import ProjectsPage
from .project_records import ProjectRecords, year_elsewhere

_CODE = re.compile(r"[0-9A-Za-z-]{1,40}")
_OF_EACH = {*ProjectFilterSet.base_filters, *(each.name for each in PARAMETERS)}  # what pages of a kind differ in

Environ = dict[str, Any]


class _Alike:
    """What an earlier question has found out for its parameters, but for its records."""

    def __init__(self, request: HttpRequest, records: ProjectRecords) -> None:
        self.query, self.records = request.GET, records.unasked()

    def holds(self) -> bool:
        scope = self.records.scope
        if self.records.found.open_month is not None or (scope.as_of and AsOf.parse(scope.as_of.text) != scope.as_of):
            return False
        with as_of.looking_back(scope.as_of):
            return scope.is_as_before(self.query)


class RecordAlike(_Alike):
    """Another project, with the same parameters."""

    def __init__(self, request: HttpRequest, records: ProjectRecords) -> None:
        super().__init__(request, records)
        self.before = request.path_info.rstrip("/").rpartition("/")[0] + "/"
        self.said = request.META.get("QUERY_STRING", "")

    def __call__(self, environ: Environ) -> RevalidatedBody | None:
        code = environ["PATH_INFO"].removeprefix(self.before).removesuffix("/")
        is_plain = environ["PATH_INFO"] == f"{self.before}{code}/" and _CODE.fullmatch(code)
        if not is_plain or environ.get("QUERY_STRING", "") != self.said:
            return None
        code, scope = normalised_code(code), self.records.scope
        with as_of.looking_back(scope.as_of):
            if year_elsewhere(code, self.query, scope.programme):
                return None
            page = self.records.of_code(code)
        if not page.lines:
            return None
        return RevalidatedBody(strict(page.lines), page.state, version_of(page.stored[0]).strip('"'))


class PagesAlike(_Alike):
    """Another page of the list by number, of other values of its filters."""

    def __init__(self, request: HttpRequest, known: Mapping[str, Parameter], records: ProjectRecords) -> None:
        super().__init__(request, records)
        self.path, self.known = request.path_info, known
        self.fixed = _fixed(request.GET)

    def __call__(self, environ: Environ) -> RevalidatedBody | None:
        request = WSGIRequest(environ)
        if request.path_info != self.path:
            return None
        with as_of.looking_back(self.records.scope.as_of):
            try:
                numbered = self._numbered(request)
            except (ValidationError, Refused, SuspiciousOperation):
                return None
            return self._answered(numbered) if numbered is not None else None

    def _numbered(self, request: HttpRequest) -> ProjectsPage | None:
        """The page that is asked for. Raises where something of the question is wrong."""
        refuse_garbled(request)
        check(request.GET, self.known)
        query = joined(request.GET, self.known)
        if _fixed(query) != self.fixed:
            return None
        scope = replace(self.records.scope, filters=filters_asked(query))
        scope.check()
        return ProjectsPage(query, request.build_absolute_uri(), self.records.of(scope))

    def _answered(self, numbered: ProjectsPage) -> RevalidatedBody | None:
        page = numbered.page()
        if not page.lines and numbered.number > 1:
            return None
        again = None if numbered.scope.as_of else numbered.renewed
        return RevalidatedBody(body_of_page(numbered.head(page), page.lines), page.state, revalidate=again)


def _fixed(query: QueryDict) -> dict[str, list[str]]:
    return {name: values for name, values in query.lists() if name not in _OF_EACH}
