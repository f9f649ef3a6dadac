"""The WSGI application in front of Django's: gives what it has kept, has Django make the rest, and keeps that."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http.cookies import SimpleCookie
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.utils import translation

from portfolio.cookies import cookies_of
from portfolio.middleware import request_id_of
from projects.kept import AGAIN, CHANGED, KEEP
from projects.node import read_alias

from .answer import Answer, Headers, StartResponse
from .far import shelves
from .question import is_of_a_file, key_of, may_be_kept
from .readers import Reader, Readers

logger = structlog.get_logger(__name__)

_READING = {"REQUEST_METHOD": "GET"}  # also for a HEAD, which says what a GET says: its ETag follows from the body
_OWN = ("X-Request-ID", "Set-Cookie")  # headers of one request alone

Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class Kept:
    """Wraps Django's application. The order of a request is: who asks and in which state the data is, then the shelves."""

    def __init__(self, application: Application, *, most_bytes: int | None = None) -> None:
        self.application = application
        self.shelves = shelves(settings.KEPT_ANSWERS_MB * 2**20 if most_bytes is None else most_bytes)
        self.readers = Readers()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        cookies = cookies_of(environ)
        reader = self._reader(environ, cookies) if may_be_kept(environ, cookies) else None
        if reader is None:
            return self.application(environ, start_response)
        question = key_of(environ, cookies, reader.identity)
        answer = self.shelves.get(question, reader.state)
        if answer is not None and answer.state != reader.state:
            answer = self._again(question, answer, reader) if answer.frame == reader.frame else None
        if answer is not None and (answer.is_known(environ) or not answer.is_streamed):
            request_id = request_id_of(environ)
            logger.info("request_kept", path=environ["PATH_INFO"], request_id=request_id)
            return answer.give(environ, start_response, [("X-Request-ID", request_id)])
        return self._made(environ, start_response, question, reader)

    def _reader(self, environ: dict[str, Any], cookies: dict[str, str]) -> Reader | None:
        try:
            return self.readers.find(environ, cookies, read_alias())
        except (DatabaseError, InterfaceError):
            connections[read_alias()].close_if_unusable_or_obsolete()
            return None  # Django says what is wrong

    def _again(self, question: Any, answer: Answer, reader: Reader) -> Answer | None:
        """The same answer for the present state, if the view left behind how to make it; None otherwise."""
        if answer.again is None:
            return None
        try:
            with translation.override(_language_of(answer.headers)):
                made = answer.again()
            if made is None:
                return None
            renewed = answer.with_body(reader.state, made.body)
        except Exception:
            # whatever it is, the whole way says it to the reader; but somebody should look at it
            logger.exception("not_answered_again")
            return None
        self._keep(question, renewed, read_in=made.state)
        return renewed

    def _made(
        self, environ: dict[str, Any], start_response: StartResponse, question: Any, reader: Reader
    ) -> Iterable[bytes]:
        """What Django answers, kept if the view says that it may be."""
        said: list[Any] = []

        def remember(status: str, headers: Headers, exc_info: Any = None) -> Any:
            said[:] = [status, headers]
            return start_response(status, headers, exc_info) if exc_info else None

        asked = environ if is_of_a_file(environ) else environ | _READING
        response: Any = self.application(asked, remember)
        status, headers = said
        may_keep = asked.get(KEEP) and status.startswith("200 ")
        streams = getattr(response, "streaming", False)
        if may_keep and streams:
            answer = self._of_stream(headers, question, reader, changed=asked.get(CHANGED, reader.state))
            return _streamed(environ, start_response, answer, response, [pair for pair in headers if pair[0] in _OWN])
        if streams or (not may_keep and environ["REQUEST_METHOD"] != "HEAD"):
            start_response(status, headers)
            return response
        body = b"".join(response)
        response.close()
        if not may_keep:
            start_response(status, headers)
            return []
        answer = self._answer(environ, (headers, body), question, reader, again=asked.get(AGAIN))
        return answer.give(environ, start_response, [pair for pair in headers if pair[0] in _OWN])

    def _of_stream(self, headers: Headers, question: Any, reader: Reader, *, changed: int) -> Answer:
        """What a stream says of itself: kept, so that the next 304 need not begin it."""
        lasting = [pair for pair in headers if pair[0] not in _OWN]
        answer = Answer.of_stream(reader.state, lasting, question=question, changed=changed)
        self.shelves.near.put(question, answer)
        return answer

    def _answer(
        self, environ: dict[str, Any], content: tuple[Headers, bytes], question: Any, reader: Reader, *, again: Any
    ) -> Answer:
        """What was made as an answer that can be given again, kept unless it sets cookies that only this reader wants."""
        headers, body = content
        lasting = [pair for pair in headers if pair[0] not in _OWN]
        answer = Answer.of(reader.state, lasting, body, frame=reader.frame, again=again)
        if _same_cookies([pair for pair in headers if pair[0] in _OWN], cookies_of(environ)):
            self._keep(question, answer)
        return answer

    def _keep(self, question: Any, answer: Answer, *, read_in: int | None = None) -> None:
        """Keep an answer, unless something was written while it was made: it may show half of that."""
        if (self._state_now() if read_in is None else read_in) == answer.state:
            self.shelves.put(question, answer)

    def _state_now(self) -> int | None:
        """None where the database has gone since it gave the answer, which is whole."""
        try:
            return self.readers.state_now(read_alias())
        except (DatabaseError, InterfaceError):
            connections[read_alias()].close_if_unusable_or_obsolete()
            return None


def _streamed(
    environ: dict[str, Any], start_response: StartResponse, answer: Answer, response: Any, own: Headers
) -> Iterable[bytes]:
    """A stream under way, or 304 without it."""
    if answer.is_known(environ):
        response.close()
        return answer.give(environ, start_response, own)
    start_response("200 OK", answer.headers + own)
    return response


def _language_of(headers: Headers) -> str:
    return next((value for name, value in headers if name == "Content-Language"), settings.LANGUAGE_CODE)


def _same_cookies(headers: Headers, sent: dict[str, str]) -> bool:
    """Whether the answer sets no cookie but the CSRF cookie that the browser has sent: Django prolongs it each time."""
    for name, value in headers:
        if name != "Set-Cookie":
            continue
        for cookie, morsel in SimpleCookie(value).items():
            if cookie != settings.CSRF_COOKIE_NAME or sent.get(cookie) != morsel.value:
                return False
    return True
