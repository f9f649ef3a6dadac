"""The response cache as a WSGI application in front of Django's, which makes what is not cached."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from http.cookies import SimpleCookie
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.utils import translation

from portfolio.compression.coding import coding_for
from portfolio.middleware import request_id_of
from portfolio.request_parsing.cookies import cookies_of
from portfolio.request_parsing.language import FOR_SYSTEMS, language_of
from projects.database.read_replica import read_alias
from projects.http_caching import ALIKE, CACHEABLE, LAST_CHANGED, OF_NOW, READ_IN, REVALIDATE, RevalidatedBody

from .answered_reader import answered
from .key import addresses_alike, cache_key, is_of_a_file, kind_of, may_be_cached
from .readers import Numbers, Reader, Readers, asker_of
from .redis_store import tiered_store
from .response import CachedResponse, Headers, StartResponse

logger = structlog.get_logger(__name__)

_READING = {"REQUEST_METHOD": "GET"}  # also for a HEAD, which says what a GET says: its ETag follows from the body
_OWN = ("X-Request-ID", "Set-Cookie")  # headers of one request alone

Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


@dataclass(frozen=True)
class CacheRequest:
    """What is asked, by whom and in which language."""

    key: bytes
    reader: Reader
    language: str
    coding: str = ""  # in which the response is stored and given


def _cache_request(environ: dict[str, Any], cookies: dict[str, str], reader: Reader) -> CacheRequest:
    language = language_of(environ, cookies)
    coding = "" if is_of_a_file(environ) else coding_for(environ)
    return CacheRequest(cache_key(environ, cookies, reader.identity, language, coding), reader, language, coding)


def _key_of_kind(environ: dict[str, Any], request: CacheRequest) -> bytes:
    """The key of all that is asked alike."""
    asked = (request.reader.identity, request.language, request.coding)
    return cache_key(environ, cookies_of(environ), *asked, kind_of(environ))


class ResponseCache:
    """Wraps Django's application. The order of a request is: who asks and in which state the data is, then the stores."""

    def __init__(self, application: Application, *, most_bytes: int | None = None) -> None:
        self.application = application
        self.store = tiered_store(settings.KEPT_ANSWERS_MB * 2**20 if most_bytes is None else most_bytes)
        self.readers = Readers()
        # addresses at which a view has left behind how others of their kind are answered
        self.asked_alike: set[tuple[str, ...]] = set()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        cookies = cookies_of(environ)
        reader = self._reader(environ, cookies) if may_be_cached(environ, cookies) else None
        if reader is None:
            return self.application(environ, start_response)
        request = _cache_request(environ, cookies, reader)
        cached = self.store.get(request.key, reader.state)
        if cached is not None and cached.state != reader.state:
            cached = self._revalidated(request, cached) if cached.frame == reader.frame else None
        if cached is not None and cached.answers(environ):
            return cached.give(environ, start_response, own_headers(environ))
        if self._is_asked_alike(environ) and (alike := self._alike(environ, request)) is not None:
            return alike.give(environ, start_response, own_headers(environ))
        return self._made(environ, start_response, request)

    def from_memory(self, environ: dict[str, Any], numbers: Numbers) -> CachedResponse | None:
        """The response that this process has cached, the data being in this state; found without waiting for anything.

        None says nothing of the request: it is then answered in the ordinary way.
        """
        cookies = cookies_of(environ)
        asker = asker_of(environ, cookies) if may_be_cached(environ, cookies) else None
        reader = self.readers.remembered(asker, numbers) if asker is not None else None
        if reader is None:
            return None
        cached = self.store.near.get(_cache_request(environ, cookies, reader).key)
        if cached is None or cached.state != reader.state or not cached.answers(environ):
            return None
        return cached

    def _reader(self, environ: dict[str, Any], cookies: dict[str, str]) -> Reader | None:
        asker = asker_of(environ, cookies)
        if asker is None:
            return None
        try:
            return self.readers.find(asker, read_alias())
        except (DatabaseError, InterfaceError):
            connections[read_alias()].close_if_unusable_or_obsolete()
            return None  # Django says what is wrong

    def _revalidated(self, request: CacheRequest, cached: CachedResponse) -> CachedResponse | None:
        """The same response for the present state, if the view left behind how to make it; None otherwise."""
        return self._made_anew(request, cached, cached.revalidate) if cached.revalidate is not None else None

    def _is_asked_alike(self, environ: dict[str, Any]) -> bool:
        return (
            environ["PATH_INFO"].startswith(FOR_SYSTEMS)
            and not is_of_a_file(environ)
            and addresses_alike(environ) in self.asked_alike
        )

    def _alike(self, environ: dict[str, Any], request: CacheRequest) -> CachedResponse | None:
        """The response to what the reader has asked alike, if the view left behind how; None otherwise."""
        kind, now = _key_of_kind(environ, request), request.reader
        known = self.store.near.get(kind)
        if known is None or known.alike is None or known.frame != now.frame:
            return None
        answer, is_of_now = known.alike, known.state == now.state
        found = self._made_anew(request, known, lambda: answer(environ) if is_of_now or answer.holds() else None)
        if found is not None and not is_of_now:
            self.store.near.put(kind, replace(known, state=now.state))
        return found

    def _made_anew(
        self, request: CacheRequest, cached: CachedResponse, make: Callable[[], RevalidatedBody | None]
    ) -> CachedResponse | None:
        try:
            with translation.override(request.language):
                made = make()
            if made is None:
                return None
            renewed = cached.made_anew(request.reader.state, made)
        except Exception:
            # whatever it is, the whole way says it to the reader; but somebody should look at it
            logger.exception("not_answered_again")
            return None
        self._put(request, renewed, read_in=made.state)
        return renewed

    def _made(self, environ: dict[str, Any], start_response: StartResponse, request: CacheRequest) -> Iterable[bytes]:
        """What Django answers, cached if the view says that it may be and Django answered whom the request is from.

        What is of now is given alike, and cached for nobody.
        """
        said: list[Any] = []

        def remember(status: str, headers: Headers, exc_info: Any = None) -> Any:
            said[:] = [status, headers]
            return start_response(status, headers, exc_info) if exc_info else None

        asked = environ if is_of_a_file(environ) else environ | _READING
        response: Any = self.application(asked, remember)
        status, headers = said
        is_good = status.startswith("200 ")
        may_cache = asked.get(CACHEABLE) and is_good and _is_for(request, asked)
        has_tag = may_cache or (asked.get(OF_NOW) and is_good)
        streams = getattr(response, "streaming", False)
        if may_cache and streams:
            cached = self._of_stream(headers, request, changed=asked.get(LAST_CHANGED, request.reader.state))
            return _streamed(environ, start_response, cached, response, [pair for pair in headers if pair[0] in _OWN])
        if streams or (not has_tag and environ["REQUEST_METHOD"] != "HEAD"):
            start_response(status, headers)
            return response
        body = b"".join(response)
        response.close()
        if not has_tag:
            start_response(status, headers)
            return []
        cached = self._answer(environ, (headers, body), request, asked)
        return cached.give(environ, start_response, [pair for pair in headers if pair[0] in _OWN])

    def _of_stream(self, headers: Headers, request: CacheRequest, *, changed: int) -> CachedResponse:
        """What a stream says of itself: cached, so that the next 304 need not begin it."""
        lasting = [pair for pair in headers if pair[0] not in _OWN]
        cached = CachedResponse.of_stream(request.reader.state, lasting, question=request.key, changed=changed)
        self.store.near.put(request.key, cached)
        return cached

    def _answer(
        self, environ: dict[str, Any], content: tuple[Headers, bytes], request: CacheRequest, asked: dict[str, Any]
    ) -> CachedResponse:
        """What was made as a response that can be given again, cached unless it is of now or sets cookies that only this
        reader wants.
        """
        headers, body = content
        lasting = [pair for pair in headers if pair[0] not in _OWN]
        cached = CachedResponse.of(
            request.reader.state,
            lasting,
            body,
            frame=request.reader.frame,
            revalidate=asked.get(REVALIDATE),
            coding=request.coding,
            is_of_now=OF_NOW in asked,
        )
        if not cached.is_of_now and _same_cookies([pair for pair in headers if pair[0] in _OWN], cookies_of(environ)):
            stored = self._put(request, cached, read_in=asked.get(READ_IN))
            if stored and (alike := asked.get(ALIKE)) is not None and not is_of_a_file(environ):
                self.asked_alike.add(addresses_alike(environ))
                of_kind = replace(cached, body=b"", revalidate=None, alike=alike)
                self.store.near.put(_key_of_kind(environ, request), of_kind)
        return cached

    def _put(self, request: CacheRequest, cached: CachedResponse, *, read_in: int | None) -> bool:
        """Cache a response, unless something was written while it was made: it may show half of that."""
        is_whole = (self._state_now() if read_in is None else read_in) == cached.state
        if is_whole:
            self.store.put(request.key, cached)
        return is_whole

    def _state_now(self) -> int | None:
        """None where the database has gone since it gave the response, which is whole."""
        try:
            return self.readers.state_now(read_alias())
        except (DatabaseError, InterfaceError):
            connections[read_alias()].close_if_unusable_or_obsolete()
            return None


def _streamed(
    environ: dict[str, Any], start_response: StartResponse, cached: CachedResponse, response: Any, own: Headers
) -> Iterable[bytes]:
    """A stream under way, or 304 or 412 without it."""
    if cached.answers(environ):
        response.close()
        return cached.give(environ, start_response, own)
    start_response("200 OK", cached.headers + own)
    return response


def _is_for(request: CacheRequest, asked: dict[str, Any]) -> bool:
    """Whether Django answered the reader of the request, in its language."""
    if answered(asked) == (*request.reader.found, request.language):
        return True
    logger.info("answered_somebody_else", path=asked["PATH_INFO"])
    return False


def own_headers(environ: dict[str, Any]) -> Headers:
    """The headers of a cached response that are of this request alone; says in the log that it was given."""
    request_id = request_id_of(environ)
    line = {"method": environ["REQUEST_METHOD"], "path": environ["PATH_INFO"], "request_id": request_id}
    logger.info("request", **line, status=200, address=environ.get("REMOTE_ADDR", ""), cached=True)
    return [("X-Request-ID", request_id)]


def _same_cookies(headers: Headers, sent: dict[str, str]) -> bool:
    """Whether the answer sets no cookie but the CSRF cookie that the browser has sent: Django prolongs it each time."""
    for name, value in headers:
        if name != "Set-Cookie":
            continue
        for cookie, morsel in SimpleCookie(value).items():
            if cookie != settings.CSRF_COOKIE_NAME or sent.get(cookie) != morsel.value:
                return False
    return True
