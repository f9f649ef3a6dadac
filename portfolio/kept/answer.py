"""One kept answer, and how it is given: whole, without its body, or as 304."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from projects.kept import Again

Headers = list[tuple[str, str]]
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
class Answer:
    """Status 200 with these headers and body, right for one `state` of the data.

    `again` makes the body for another state that has the same `frame`; see `projects.models.DataState`.
    """

    state: int
    headers: Headers
    body: bytes
    etag: str
    version: str = ""  # of a single record: what If-Match asks for
    frame: int = 0
    again: Again | None = None
    is_streamed: bool = False  # sent while it is made: no body is kept, so all it can say is that nothing changed

    @classmethod
    def of(cls, state: int, headers: Headers, body: bytes, *, frame: int = 0, again: Any = None) -> Answer:
        """What Django answered, with an ETag of its content. A record's own version stays the first part of its ETag."""
        version = next((value.strip('"') for name, value in headers if name.lower() == "etag"), "")
        kept = [pair for pair in headers if pair[0].lower() not in ("etag", "last-modified", "content-length", "date")]
        return cls(state, kept, b"", "", version, frame, again).with_body(state, body)

    @classmethod
    def of_stream(cls, state: int, headers: Headers, *, question: Any, changed: int) -> Answer:
        """What Django says before it sends a body that nobody has whole: of the state in which the body changed last."""
        tag = stream_tag(question, changed)
        own = [("ETag", tag), ("Last-Modified", changed_at(changed))]
        return cls(state, headers + own, b"", tag, is_streamed=True)

    def with_body(self, state: int, body: bytes) -> Answer:
        """The same answer for another state of the data."""
        digest = hashlib.sha256(body).hexdigest()[:24]  # which processors know by themselves
        etag = f'"{self.version}-{digest}"' if self.version else f'"{digest}"'
        headers = [pair for pair in self.headers if pair[0] not in ("ETag", "Last-Modified", "Content-Length")]
        headers += [("ETag", etag), ("Last-Modified", changed_at(state)), ("Content-Length", str(len(body)))]
        return replace(self, state=state, headers=headers, body=body, etag=etag)

    @property
    def size(self) -> int:
        return len(self.body) + 2_000  # headers and the objects around them

    def give(self, environ: dict[str, Any], start_response: StartResponse, more: Headers) -> list[bytes]:
        """Answer a request with it; `more` are the headers of this request alone."""
        if self.is_known(environ):
            headers = [pair for pair in self.headers if pair[0].lower() in _WITH_304]
            start_response("304 Not Modified", headers + more)
            return []
        start_response("200 OK", self.headers + more)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]

    def is_known(self, environ: dict[str, Any]) -> bool:
        """Whether the asker has it already. If-None-Match wins over If-Modified-Since, as RFC 9110 has it."""
        if "HTTP_IF_NONE_MATCH" in environ:
            return tag_is_known(environ, self.etag)
        asked = environ.get("HTTP_IF_MODIFIED_SINCE")
        since = parse_http_date_safe(asked) if asked else None
        if since is None:
            return False
        changed = next(value for name, value in self.headers if name == "Last-Modified")
        return (parse_http_date_safe(changed) or 0) <= since


def changed_at(state: int) -> str:
    """When the data came into a state, as HTTP writes it: the number is that time, in microseconds."""
    return http_date(state // 1_000_000)


def tag_is_known(environ: dict[str, Any], etag: str) -> bool:
    """Whether If-None-Match names this ETag; compared weakly, since a proxy that compresses makes it a weak one."""
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if not asked:
        return False
    tags = parse_etags(asked)
    return tags == ["*"] or etag.removeprefix("W/") in (tag.removeprefix("W/") for tag in tags)


def stream_tag(question: Any, state: int) -> str:
    """The ETag of an answer that is sent while it is made: who has it was given this question's answer in this state."""
    return f'W/"{salted_hmac("portfolio.kept", repr((question, state)), algorithm="sha256").hexdigest()[:32]}"'
