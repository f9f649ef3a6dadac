"""Pages of the project list by number."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.core.paginator import Paginator
from rest_framework.request import Request

from projects.exports.project_page import ProjectPage, numbered

from .pagination import PAGE_SIZE, Pages
from .project_records import ProjectRecords


class ProjectsPage:
    """One page of the list."""

    def __init__(self, request: Request, records: ProjectRecords) -> None:
        self.request, self.found = request, records.found
        first = (self.number - 1) * self._size
        self.statement = numbered(records.scope, records.found, first, self._size, records.more)

    def page(self) -> ProjectPage:
        return ProjectPage.of(self.statement.rows(), self.found)

    @property
    def number(self) -> int:
        return int(self.request.query_params.get("page", 1))

    @cached_property
    def _size(self) -> int:
        return Pages().get_page_size(self.request) or PAGE_SIZE

    def pages(self, count: int) -> Paginator:
        return Paginator(range(count), self._size)

    def head(self, page: ProjectPage) -> dict[str, Any]:
        """What is said beside the records of a page that there is."""
        count = page.count or 0
        after = self._link(self.number + 1) if self.number < self.pages(count).num_pages else None
        return {"count": count, "next": after, "previous": self._link(self.number - 1)}

    def _link(self, number: int) -> str | None:
        """The address of another page, if there can be one of this number; the first has none in its address."""
        if not number:
            return None
        address, before, behind = self._around
        asked = [each for each in (before, f"page={number}" if number > 1 else "", behind) if each]
        return f"{address}?{'&'.join(asked)}" if asked else address

    @cached_property
    def _around(self) -> tuple[str, str, str]:
        """The address of the list, and what is asked before and behind `page`, by name, as REST framework writes it."""
        parts = urlsplit(self.request.build_absolute_uri())
        asked = sorted(parse_qs(parts.query, keep_blank_values=True).items())
        before = urlencode([each for each in asked if each[0] < "page"], doseq=True)
        behind = urlencode([each for each in asked if each[0] > "page"], doseq=True)
        return parts._replace(query="").geturl(), before, behind
