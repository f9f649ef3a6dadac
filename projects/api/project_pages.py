"""Pages of the project list by number, each of which is also how it is answered again after a write (revalidation).

What costs the most of a page is to find out what is asked, which no write to a record changes: so the page stays with its
answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.core.paginator import Paginator
from django.http import QueryDict

from projects.exports.project_page import ProjectPage, numbered
from projects.http_caching import RevalidatedBody
from projects.totals.light_filter import follows_lights

from .pagination import PAGE_SIZE, Pages, body_of_page
from .project_records import ProjectRecords


@dataclass(frozen=True)
class _Asked:
    """As much of a request as pages are numbered by, and nothing that leads back to it: it would be freed late."""

    query_params: QueryDict
    address: str


class ProjectsPage:
    """One page of the list.

    It lives as long as the response is cached, so it holds next to nothing: a request and a scope as they come bring their
    view with them, with all records, forms and serializers.
    """

    def __init__(self, query: QueryDict, address: str, records: ProjectRecords) -> None:
        self.request: Any = _Asked(query, address)
        self.scope, self.found = records.scope.unasked(), records.found
        self._follows_lights = follows_lights(records.scope)
        self._head: tuple[int | None, dict[str, Any]] = (None, {})  # for so many rows
        first = (self.number - 1) * self._size
        self.statement = numbered(records.scope, records.found, first, self._size, records.more)

    def renewed(self) -> RevalidatedBody | None:
        """The page as it is now; None where the question has to go the whole way."""
        if self._follows_lights:  # a write may have changed the rule, which is in the statement
            return None
        page = self.page(again=True)
        if not page.lines and self.number > 1:  # what is said of a page that is no more is not said here
            return None
        # asked later, so that no line is of a month that is over
        if not self.scope.is_as_before(self.request.query_params):
            return None
        return RevalidatedBody(body_of_page(self.head(page), page.lines), page.state)

    def page(self, *, again: bool = False) -> ProjectPage:
        return ProjectPage.of(replace(self.statement, as_one=again).rows(), self.found)

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
        known, head = self._head  # both at once: other threads answer for other numbers
        if known != count:
            after = self._link(self.number + 1) if self.number < self.pages(count).num_pages else None
            head = {"count": count, "next": after, "previous": self._link(self.number - 1)}
            self._head = count, head
        return head

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
        parts = urlsplit(self.request.address)
        asked = sorted(parse_qs(parts.query, keep_blank_values=True).items())
        before = urlencode([each for each in asked if each[0] < "page"], doseq=True)
        behind = urlencode([each for each in asked if each[0] > "page"], doseq=True)
        return parts._replace(query="").geturl(), before, behind
