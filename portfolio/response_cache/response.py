"""A cached response, and how it is given: whole, without its body, as 304 or as 412."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from portfolio.compression.coding import LEAST_BYTES, in_coding, is_compressible, tag_of, varying
from projects.http_caching import Alike, RevalidatedBody, Revalidation, named_by

from .release import release

_OF_BODY = ("ETag", "Last-Modified", "Content-Length", "Content-Encoding")
_SECOND = 1_000_000  # microseconds
_SOON = 60  # seconds
_OF_REVALIDATION = 10_000  # bytes, measured: a scope with its months, parameters, a statement with its values
_STARTED = int(time.time()) * _SECOND

_EMPTY = ("Content-Length", "0")

Headers = list[tuple[str, str]]
EncodedHeaders = list[tuple[bytes, bytes]]
StartResponse = Callable[..., Any]

# of these the answer to a conditional request repeats what it would have said (RFC 9110, 15.4.5)
_WITH_304 = {
    "cache-control",
    "content-location",
    "date",
    "etag",
    "expires",
    "last-modified",
    "vary",
    "content-language",
}


@dataclass(frozen=True)
class CachedResponse:
    """Status 200 with these headers and body, right for one `state` of the data.

    `revalidate` makes the body for another state that has the same `frame`, which is programmes, accounts, grants and
    reference data; see `projects.models.DataState`.
    """

    state: int
    headers: Headers
    body: bytes
    etag: str
    version: str = ""  # of a single record: what If-Match asks for
    frame: int = 0
    revalidate: Revalidation | None = None
    changed_in: int = 0  # the state in which it changed last, where that is not `state`
    coding: str = ""  # that the reader accepts; a body that is too short for it is stored as it is
    alike: Alike | None = None  # how questions of its kind are answered: then it is stored for these, and has no body
    is_streamed: bool = False  # sent while it is made: no body is stored, so all it can say is that nothing changed
    is_of_now: bool = False  # it is given once and stored nowhere; its state does not say when it changed

    @classmethod
    def of(
        cls,
        state: int,
        headers: Headers,
        body: bytes,
        *,
        frame: int = 0,
        revalidate: Any = None,
        coding: str = "",
        is_of_now: bool = False,
    ) -> CachedResponse:
        """What Django answered, with an ETag of its content. A record's own version stays the first part of its ETag."""
        version = next((value.strip('"') for name, value in headers if name.lower() == "etag"), "")
        own = ("etag", "last-modified", "content-length", "date")
        others = [pair for pair in headers if pair[0].lower() not in own]
        if is_compressible(others):
            others = varying(others)
        else:
            coding = ""
        empty = cls(state, others, b"", "", version, frame, revalidate, coding=coding, is_of_now=is_of_now)
        return empty.with_body(state, body)

    @classmethod
    def of_stream(cls, state: int, headers: Headers, *, question: Any, changed: int) -> CachedResponse:
        """What Django says before it sends a body that nobody has whole: of the state in which the body changed last."""
        tag = stream_tag(question, changed)
        own = [("ETag", tag), ("Last-Modified", last_modified(changed))]
        return cls(state, headers + own, b"", tag, changed_in=changed, is_streamed=True)

    def made_anew(self, state: int, made: RevalidatedBody) -> CachedResponse:
        """What was made for another state of the data, or for a question that is asked alike."""
        version, revalidate = made.version or self.version, made.revalidate or self.revalidate
        return replace(self, version=version, revalidate=revalidate, alike=None).with_body(state, made.body)

    def with_body(self, state: int, body: bytes) -> CachedResponse:
        """The same answer for another state of the data."""
        digest = hashlib.sha256(body).hexdigest()[:24]  # which processors know by themselves
        etag = f'"{self.version}-{digest}"' if self.version else f'"{digest}"'
        headers = [pair for pair in self.headers if pair[0] not in _OF_BODY]
        dated = [] if self.is_of_now else [("Last-Modified", last_modified(state))]
        headers += [("ETag", etag), *dated, ("Content-Length", str(len(body)))]
        if self.coding and len(body) >= LEAST_BYTES:
            headers, body, etag = *in_coding(headers, body, self.coding), tag_of(etag, self.coding)
        return replace(self, state=state, headers=headers, body=body, etag=etag)

    @property
    def size(self) -> int:
        """Of what it holds in memory, in bytes, with headers, the objects around them and the holes that it leaves."""
        held = len(self.body) + 3_000 + _OF_REVALIDATION * (2 if self.alike else bool(self.revalidate))
        return held + held // 5

    def give(self, environ: dict[str, Any], start_response: StartResponse, more: Headers) -> list[bytes]:
        """Answer a request with it; `more` are the headers of this request alone."""
        if self.is_another(environ):
            start_response("412 Precondition Failed", [*self._headers_of_304, _EMPTY, *more])
            return []
        if self.is_known(environ):
            start_response("304 Not Modified", self._headers_of_304 + more)
            return []
        start_response("200 OK", self.headers + more)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]

    def given(self, environ: dict[str, Any]) -> tuple[int, EncodedHeaders, bytes]:
        """The same as ASGI has it: status, headers without those of this request alone, body."""
        if self.is_another(environ):
            return 412, encoded([*self._headers_of_304, _EMPTY]), b""
        if self.is_known(environ):
            return 304, self._encoded_of_304, b""
        return 200, self._encoded, b"" if environ["REQUEST_METHOD"] == "HEAD" else self.body

    @cached_property
    def _encoded(self) -> EncodedHeaders:
        return encoded(self.headers)

    @cached_property
    def _encoded_of_304(self) -> EncodedHeaders:
        return encoded(self._headers_of_304)

    @cached_property
    def _headers_of_304(self) -> Headers:
        return [pair for pair in self.headers if pair[0].lower() in _WITH_304]

    def answers(self, environ: dict[str, Any]) -> bool:
        """Whether nothing has to be made for the asker; a stream does, unless they are told of it without its body."""
        return not self.is_streamed or self.is_another(environ) or self.is_known(environ)

    def is_another(self, environ: dict[str, Any]) -> bool:
        """Whether it is not what the asker says that it must still be. If-Match wins over If-Unmodified-Since (RFC 9110,
        13.2.2); of a record its version is enough, which is what a change of it says.
        """
        if "HTTP_IF_MATCH" in environ:
            tags = parse_etags(environ["HTTP_IF_MATCH"])
            return tags != ["*"] and not any(self._is_named_by(tag) for tag in tags)
        since = self._day_asked(environ, "HTTP_IF_UNMODIFIED_SINCE")
        return since is not None and self._changed > since

    def _is_named_by(self, tag: str) -> bool:
        named = named_by(tag)
        return bool(named) and (tag == self.etag or named == self.version)

    def _day_asked(self, environ: dict[str, Any], name: str) -> int | None:
        """The second that a condition names; None where there is none to compare it with (RFC 9110, 13.1.3 and 13.1.4)."""
        asked = "" if self.is_of_now else environ.get(name)
        return parse_http_date_safe(asked) if asked else None

    @property
    def _changed(self) -> int:
        """The second of its last change."""
        return _last_change(self.changed_in or self.state) // _SECOND

    def is_known(self, environ: dict[str, Any]) -> bool:
        """Whether the asker has it already. If-None-Match wins over If-Modified-Since, as RFC 9110 has it."""
        if "HTTP_IF_NONE_MATCH" in environ:
            return tag_is_known(environ, self.etag)
        since = self._day_asked(environ, "HTTP_IF_MODIFIED_SINCE")
        return since is not None and self._changed <= since


def encoded(headers: Headers) -> EncodedHeaders:
    """Headers as ASGI has them."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def last_modified(state: int) -> str:
    """When an answer changed that was right since a state of the data, as HTTP writes it.

    Whoever gets it soon after is told a second less: another change within the same second, which a replica or another clock
    may show later, could not be told otherwise (RFC 9110, 8.8.2.2).
    """
    second = _last_change(state) // _SECOND
    return http_date(second if second + _SOON < int(time.time()) else second - 1)


def _last_change(state: int) -> int:
    """In microseconds, as the number of a state is the time of its change: that, the beginning of the day, since some
    answers say what is due, or that of this process, whose release may write them in another way.
    """
    return max(state, _day_began(int(time.time() // 60)), _STARTED)


@lru_cache(maxsize=1)
def _day_began(_minute: int) -> int:
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return int(today.timestamp()) * _SECOND


def tag_is_known(environ: dict[str, Any], etag: str) -> bool:
    """Whether If-None-Match names this ETag; compared weakly, since a proxy that compresses makes it a weak one."""
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if not asked:
        return False
    if asked == etag:  # as nearly everybody asks
        return True
    tags = parse_etags(asked)
    return tags == ["*"] or etag.removeprefix("W/") in (tag.removeprefix("W/") for tag in tags)


def stream_tag(question: Any, state: int) -> str:
    """The ETag of an answer that is sent while it is made: who has it was given this question's answer in this state, by
    this release.
    """
    said = repr((release(), question, state))
    return f'W/"{salted_hmac("portfolio.response_cache", said, algorithm="sha256").hexdigest()[:32]}"'
