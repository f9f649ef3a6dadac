"""Cache of public responses: whole ones, in the memory of the process; before it stand headers, log and throttle.

A response is stored for a request that names nobody, under everything that it may depend on: the part of the request that
Django still gets to see, both state numbers and the day. So it is given only to somebody whose own would be the same.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, InterfaceError, connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseNotModified
from django.utils import timezone

from portfolio.router import is_public
from projects.database import get_read_alias
from projects.database.state import get_state_numbers
from projects.etags import NO_STORE, get_matching_tag

LARGEST = 2**20  # bytes of a body
_OVERHEAD = 3_000  # bytes: headers, key and the objects around them
# answered without asking the database for its state numbers; none of these is stored
_EXEMPT = (settings.STATIC_URL, "/admin/", "/livez", "/healthz", "/readyz")
# the address; without the header Host it is that of the server
_ADDRESS = ("SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING")
# of the request's headers, those in the key; nothing else of it is passed on but the client's address
_IN_KEY = ("HTTP_HOST", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING", "HTTP_ORIGIN")
_OF_304 = ("Cache-Control", "Content-Language", "Vary")


class PublicCacheMiddleware:
    """Answers public requests from memory while nothing has changed; stores what Django answers them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response, self.most_bytes, self.bytes = get_response, settings.KEPT_ANSWERS_MB * 2**20, 0
        self.responses: OrderedDict[bytes, tuple[dict[str, str], bytes]] = OrderedDict()
        self.lock = threading.Lock()
        if not self.most_bytes:
            raise MiddlewareNotUsed

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _is_cacheable(request):
            return self.get_response(request)
        if_none_match = request.META.get("HTTP_IF_NONE_MATCH", "")
        for name in [name for name in request.META if name.startswith("HTTP_") and name not in _IN_KEY]:
            del request.META[name]
        request.__dict__.pop("headers", None)  # whoever has read them before would leave all of them to the view
        numbers = request.state_numbers = _get_numbers()  # type: ignore[attr-defined]  # also for the ETag
        key = _get_key(request, numbers)
        response: HttpResponseBase | None = self._get(key) if numbers else None
        if response is None:
            response = self.get_response(request)
            if numbers and _is_storable(response) and _get_key(request, _get_numbers()) == key:
                self._store(key, response)
        return _get_conditional(if_none_match, response)

    def _get(self, key: bytes) -> HttpResponse | None:
        with self.lock:
            stored = self.responses.get(key)
            if stored is None:
                return None
            self.responses.move_to_end(key)
        headers, body = stored
        return HttpResponse(body, headers=headers)

    def _store(self, key: bytes, response: Any) -> None:
        """Store a response; drop those that were not asked for the longest once all take too much memory."""
        with self.lock:
            if key in self.responses:
                return
            self.responses[key] = dict(response.items()), response.content
            self.bytes += len(response.content) + _OVERHEAD
            while self.bytes > self.most_bytes:
                _key, (_headers, body) = self.responses.popitem(last=False)
                self.bytes -= len(body) + _OVERHEAD


def _is_cacheable(request: HttpRequest) -> bool:
    """Return whether this is a public GET without Range and without a body.

    A Content-Type may name a character set, by which Django would read the query in another way.
    """
    meta = request.META
    return (
        settings.PUBLIC_READ
        and request.method == "GET"
        and is_public(meta)
        and not any(name in meta for name in ("HTTP_RANGE", "HTTP_TRANSFER_ENCODING"))
        and not any(meta.get(name) for name in ("CONTENT_LENGTH", "CONTENT_TYPE"))
        and not request.path_info.startswith(_EXEMPT)
    )


def _get_numbers() -> tuple[int, int] | None:
    """Return the state numbers on the connection of the response; None if the database does not tell them."""
    alias = get_read_alias()
    try:
        return get_state_numbers(alias)
    except (DatabaseError, InterfaceError):
        connections[alias].close()  # Django says what is wrong, on a new connection
        return None


def _get_key(request: HttpRequest, numbers: tuple[int, int] | None) -> bytes:
    """Return a digest of all that the response depends on."""
    parts = (request.scheme, *map(request.META.get, (*_ADDRESS, *_IN_KEY)), numbers, timezone.localdate())
    return hashlib.blake2b(repr(parts).encode(), digest_size=20).digest()


def _is_storable(response: Any) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not response.has_header("Set-Cookie")
        and NO_STORE not in response.get("Cache-Control", "")
        and len(response.content) <= LARGEST
    )


def _get_conditional(if_none_match: str, response: HttpResponseBase) -> HttpResponseBase:
    """Return the response, or 304 without its body if the client has it already."""
    etag = response.get("ETag", "").rstrip('"').rpartition("-")[2].removeprefix("W/").strip('"')
    may_match = etag and response.status_code == 200 and NO_STORE not in response.get("Cache-Control", "")
    tag = get_matching_tag(if_none_match, etag) if may_match else ""
    if not tag:
        return response
    response.close()
    headers = {name: response[name] for name in _OF_304 if response.has_header(name)}
    return HttpResponseNotModified(headers=headers | {"ETag": tag})
