"""Revalidation of the project list: a page answered again after a write, whose lines the database writes.

What costs the most of a page is to find out what is asked and to write the answer. Neither changes by a write to a
record, so the statements stay with the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from io import BytesIO
from typing import Any

import orjson
from django.core.handlers.wsgi import WSGIRequest
from django.core.paginator import Paginator
from rest_framework.request import Request

from projects.database.prepared_statements import Prepared, made
from projects.exports.project_lines import with_addresses
from projects.exports.project_page import ProjectPage
from projects.http_caching import RevalidatedBody
from projects.totals.scope import Scope

from .pagination import PAGE_SIZE, Pages
from .project_files import addresses, around, as_json

_MOST_STATEMENTS = 150  # of some 60 kB each
_MOST_REFERENCES = 500  # rows of reference data: with more of them a statement carries more than it saves


class PageAgain:
    """One page of the list: of `scope`. `names` are the members that are shown.

    It lives as long as the response is cached, so it holds next to nothing: a request and a scope as they come bring their
    view with them, with all records, forms and serializers.
    """

    def __init__(self, request: Request, scope: Scope, names: Sequence[str]) -> None:
        self.request, self.scope, self.names = _bare(request), scope.unasked(), names
        self._head: tuple[int | None, bytes] = (None, b"")  # for so many rows

    def renewed(self) -> RevalidatedBody | None:
        """The page as it is now; None where the question has to go the whole way."""
        statement = _statement(self)
        if statement is None:
            return None
        rows = statement.rows()
        lines, codes, count, state = rows[0] if rows else (None, None, 0, None)
        if lines is None and self._number > 1:  # what is said of a page that is no more is not said here
            return None
        if not self.scope.months_are_as_before():  # asked after the lines, so that none are of a month that is over
            return None
        return RevalidatedBody(self._written(_as_bytes(lines), _as_bytes(codes), count), state)

    @cached_property
    def _addresses(self) -> Any:
        return addresses(self.request)

    def statement(self) -> Prepared | None:
        """What the database writes the lines by; None where there are too many references."""
        scope = self.scope.unasked()
        surroundings = around(scope, self.request, as_json)
        if len([key for texts in surroundings.references.values() for key in texts]) > _MOST_REFERENCES:
            return None
        page = ProjectPage(scope.projects(), scope, surroundings, self.names)
        first = (self._number - 1) * self._size
        return made(lambda: page.statement(first, self._size).pair, as_one=True, as_bytes=True)

    @property
    def _number(self) -> int:
        return int(self.request.query_params.get("page", 1))

    @property
    def _size(self) -> int:
        return Pages().get_page_size(self.request) or PAGE_SIZE

    def _written(self, lines: bytes, codes: bytes, count: int) -> bytes:
        known, head = self._head  # both at once: other threads answer for other numbers
        if known != count:
            head = self._headed(count)
            self._head = count, head
        if not codes.isascii():
            each = zip(lines.decode().split("\n"), codes.decode().split("\n"), strict=True)
            lines = "\n".join(with_addresses(line, code, *self._addresses) for line, code in each).encode()
        return b"".join((head, b',"results":[', lines.replace(b"\n", b","), b"]}"))

    def _headed(self, count: int) -> bytes:
        pages = Pages()
        pages.request = self.request
        pages.page = Paginator(range(count), self._size).page(self._number)
        head = {"count": count, "next": pages.get_next_link(), "previous": pages.get_previous_link()}
        return orjson.dumps(head)[:-1]


@lru_cache(_MOST_STATEMENTS)
def _statement(page: PageAgain) -> Prepared | None:
    """One takes more memory than all the rest of a cached response: few are remembered, the ones asked for last."""
    return page.statement()


_OF_ADDRESSES = ("HTTP_HOST", "PATH_INFO", "QUERY_STRING", "SERVER_NAME", "SERVER_PORT")


def _bare(request: Request) -> Request:
    """As much of a request as addresses and parameters are read from."""
    said = {name: request.META[name] for name in _OF_ADDRESSES if name in request.META}
    fixed = {"REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "wsgi.input": BytesIO()}
    return Request(WSGIRequest(said | fixed | {"wsgi.url_scheme": request.scheme}))


def _as_bytes(text: str | bytes | None) -> bytes:
    """What the database has written, as it is sent on: SQLite's driver gives texts, and where there is no row is nothing."""
    return text.encode() if isinstance(text, str) else text or b""
