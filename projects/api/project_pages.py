"""A page of the list of projects, answered again after a write: the database writes its lines by a planned statement.

What costs the most of a page is to find out what is asked and to write the answer. Neither changes by a write, as long as
the rights of the reader and the reference data are the same; so the statement is kept for these.
"""

from __future__ import annotations

from collections.abc import Hashable
from copy import copy
from dataclasses import dataclass
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.core.paginator import InvalidPage, Paginator
from django.db.models import Model
from django.utils.translation import get_language
from rest_framework.request import Request

from projects.access import known_anew
from projects.exports.project_lines import with_addresses
from projects.exports.project_page import ProjectPage
from projects.prepared import prepared, prepared_sql
from projects.scope import Scope

from .pagination import PAGE_SIZE, Pages
from .project_files import REFERENCES, addresses, around, as_json
from .scopes import Question

_MOST_REFERENCES = 500  # rows; with more of them it costs more to compare them than is won
_BY_OTHERS = {"enterprise"}  # filters whose values are rows that are no reference data


@dataclass(frozen=True)
class PageAgain:
    """One page of the list, of which `pages` has been answered. `names` are the members that are shown."""

    request: Request
    on_list: bool
    pages: Pages
    names: tuple[str, ...]

    def body(self) -> bytes | None:
        """The page as it is now; None where the question has to go the whole way."""
        user, references = known_anew(self.request.user), _references()
        if references is None:
            return None
        question = Question(user, self.request.query_params)
        try:
            scope = Scope.unchecked(question, on_list=self.on_list)  # type: ignore[arg-type]  it is enough of a request
            if any(name in _BY_OTHERS for name, _value in scope.filters):
                return None
            kind = (self._kind(scope), references)
            [(count,)] = prepared_sql(("count", kind), lambda: self._sql(scope).counted().pair).rows() or [(0,)]
            place = Paginator(range(count), self.pages.get_page_size(self.request) or PAGE_SIZE).page(
                self.request.query_params.get("page", 1)
            )
        except (ValidationError, InvalidPage):
            return None
        return self._written(self._lines(scope, kind, place), place)

    def _kind(self, scope: Scope) -> Hashable:
        """All that the statement follows from, beside the reference data."""
        programme = scope.programme.pk if scope.programme else None
        asked = (programme, scope.first_month, scope.last_month, scope.through, scope.filters, scope.on_list)
        return (
            "page of projects",
            scope.access,
            *asked,
            self.names,
            get_language(),
            self.request.build_absolute_uri("/"),
        )

    def _sql(self, scope: Scope) -> ProjectPage:
        scope.check()
        return ProjectPage(scope.projects(), scope, around(scope, self.request, as_json), self.names)

    def _lines(self, scope: Scope, kind: Hashable, place: Any) -> list[str]:
        first, size = max(place.start_index() - 1, 0), place.paginator.per_page
        rows = prepared_sql(("lines", kind, first, size), lambda: self._sql(scope).statement(first, size).pair).rows()
        if all(code.isascii() for _line, code in rows):
            return [line for line, _code in rows]
        address, links = addresses(self.request)
        return [with_addresses(line, code, address, links) for line, code in rows]

    def _written(self, lines: list[str], place: Any) -> bytes:
        pages = copy(self.pages)
        pages.page = place
        head = {"count": place.paginator.count, "next": pages.get_next_link(), "previous": pages.get_previous_link()}
        return orjson.dumps(head)[:-1] + f',"results":[{",".join(lines)}]}}'.encode()


def _references() -> tuple[Any, ...] | None:
    """All rows that lines hold texts of, or that filters are told by; None where they are too many."""
    found = [tuple(_rows_of(model)) for model, _form in REFERENCES.values()]
    return tuple(found) if len([row for rows in found for row in rows]) <= _MOST_REFERENCES else None


def _rows_of(model: type[Model]) -> list[tuple[Any, ...]]:
    columns = [field.attname for field in model._meta.concrete_fields]
    return prepared(("references", model), lambda: model._base_manager.order_by("pk").values_list(*columns)).rows()
