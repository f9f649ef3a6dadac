"""A page of the list of projects, answered again after a write: the database writes its lines by a planned statement.

What costs the most of a page is to find out what is asked and to write the answer. Neither changes by a write to a
record, so the statements are kept with the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from functools import cached_property
from typing import Any

import orjson
from django.core.paginator import InvalidPage, Page, Paginator
from rest_framework.request import Request

from projects.exports.project_lines import with_addresses
from projects.exports.project_page import ProjectPage
from projects.prepared import Prepared, made
from projects.scope import Scope

from .pagination import PAGE_SIZE, Pages
from .project_files import REFERENCES, addresses, around, as_json
from .scopes import Question

_MOST_REFERENCES = 500  # rows of reference data: with more of them a statement carries more than it saves


class PageAgain:
    """One page of the list: of `scope`, given by `pages`. `names` are the members that are shown."""

    def __init__(self, request: Request, scope: Scope, pages: Pages, names: Sequence[str]) -> None:
        self.request, self.scope, self.pages, self.names = request, scope, pages, names
        self.question = Question(request.user, request.query_params)
        self._statements: dict[Any, tuple[Prepared, Prepared]] = {}

    def body(self) -> bytes | None:
        """The page as it is now; None where the question has to go the whole way."""
        if self._references_are_many:
            return None
        scope = Scope.again(self.question, self.scope)
        about = (scope.programme and scope.programme.pk, scope.first_month, scope.last_month)
        if about not in self._statements:
            self._statements[about] = self._made(scope)
        counted, lines = self._statements[about]
        [(count,)] = counted.rows() or [(0,)]
        try:
            page = self._page_of(count)
        except InvalidPage:
            return None
        return self._written(lines.rows(), page)

    @cached_property
    def _references_are_many(self) -> bool:
        tables = (model._base_manager.values_list("pk") for model, _form in REFERENCES.values())
        return len([row for table in tables for row in table]) > _MOST_REFERENCES

    @cached_property
    def _addresses(self) -> Any:
        return addresses(self.request)

    def _made(self, scope: Scope) -> tuple[Prepared, Prepared]:
        """The statements that count the rows and write the page's lines."""
        size = self._size
        first = (int(self.request.query_params.get("page", 1)) - 1) * size
        page = ProjectPage(scope.projects(), scope, around(scope, self.request, as_json), self.names)
        return made(lambda: page.counted().pair, as_one=True), made(
            lambda: page.statement(first, size).pair, as_one=True
        )

    @property
    def _size(self) -> int:
        return self.pages.get_page_size(self.request) or PAGE_SIZE

    def _page_of(self, count: int) -> Page:
        return Paginator(range(count), self._size).page(self.request.query_params.get("page", 1))

    def _written(self, rows: Sequence[tuple[str, str]], page: Page) -> bytes:
        pages = copy(self.pages)
        pages.page = page
        head = {"count": page.paginator.count, "next": pages.get_next_link(), "previous": pages.get_previous_link()}
        lines = [line if code.isascii() else with_addresses(line, code, *self._addresses) for line, code in rows]
        return orjson.dumps(head)[:-1] + f',"results":[{",".join(lines)}]}}'.encode()
