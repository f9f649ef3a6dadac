"""The WSGI application in front of Django's: gives what it has kept, has Django make the rest, and keeps that."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.utils import translation

from portfolio.middleware import request_id_of
from portfolio.request_parsing.cookies import cookies_of
from portfolio.request_parsing.language import language_of
from projects.database.read_replica import read_alias
from projects.http_caching import CACHEABLE, LAST_CHANGED, REVALIDATE

from .answered_reader import answered
from .key import cache_key, is_of_a_file, may_be_kept
from .readers import Numbers, Reader, Readers, asker_of
from .redis_store import shelves
from .response import Answer, Headers, StartResponse

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


def _question(environ: dict[str, Any], cookies: dict[str, str], reader: Reader) -> CacheRequest:
    language = language_of(environ, cookies)
    return CacheRequest(cache_key(environ, cookies, reader.identity, language), reader, language)


class ResponseCache:
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
        question = _question(environ, cookies, reader)
        answer = self.shelves.get(question.key, reader.state)
        if answer is not None and answer.state != reader.state:
            answer = self._again(question, answer) if answer.frame == reader.frame else None
        if answer is not None and (answer.is_known(environ) or not answer.is_streamed):
            return answer.give(environ, start_response, told_of(environ))
        return self._made(environ, start_response, question)

    def at_once(self, environ: dict[str, Any], numbers: Numbers) -> Answer | None:
        """What this process has kept for the request, the data being in this state; found without waiting for anything.

        None says nothing of the question: it is then asked in the ordinary way.
        """
        cookies = cookies_of(environ)
        asker = asker_of(environ, cookies) if may_be_kept(environ, cookies) else None
        reader = self.readers.remembered(asker, numbers) if asker is not None else None
        if reader is None:
            return None
        answer = self.shelves.near.get(_question(environ, cookies, reader).key)
        if answer is None or answer.state != reader.state or (answer.is_streamed and not answer.is_known(environ)):
            return None
        return answer

    def _reader(self, environ: dict[str, Any], cookies: dict[str, str]) -> Reader | None:
        asker = asker_of(environ, cookies)
        if asker is None:
            return None
        try:
            return self.readers.find(asker, read_alias())
        except (DatabaseError, InterfaceError):
            connections[read_alias()].close_if_unusable_or_obsolete()
            return None  # Django says what is wrong

    def _again(self, question: CacheRequest, answer: Answer) -> Answer | None:
        """The same answer for the present state, if the view left behind how to make it; None otherwise."""
        if answer.again is None:
            return None
        try:
            with translation.override(question.language):
                made = answer.again()
            if made is None:
                return None
            renewed = answer.with_body(question.reader.state, made.body)
        except Exception:
            # whatever it is, the whole way says it to the reader; but somebody should look at it
            logger.exception("not_answered_again")
            return None
        self._keep(question, renewed, read_in=made.state)
        return renewed

    def _made(self, environ: dict[str, Any], start_response: StartResponse, question: CacheRequest) -> Iterable[bytes]:
        """What Django answers, kept if the view says that it may be and Django answered whom the question is from."""
        said: list[Any] = []

        def remember(status: str, headers: Headers, exc_info: Any = None) -> Any:
            said[:] = [status, headers]
            return start_response(status, headers, exc_info) if exc_info else None

        asked = environ if is_of_a_file(environ) else environ | _READING
        response: Any = self.application(asked, remember)
        status, headers = said
        may_keep = asked.get(CACHEABLE) and status.startswith("200 ") and _is_for(question, asked)
        streams = getattr(response, "streaming", False)
        if may_keep and streams:
            answer = self._of_stream(headers, question, changed=asked.get(LAST_CHANGED, question.reader.state))
            return _streamed(environ, start_response, answer, response, [pair for pair in headers if pair[0] in _OWN])
        if streams or (not may_keep and environ["REQUEST_METHOD"] != "HEAD"):
            start_response(status, headers)
            return response
        body = b"".join(response)
        response.close()
        if not may_keep:
            start_response(status, headers)
            return []
        answer = self._answer(environ, (headers, body), question, again=asked.get(REVALIDATE))
        return answer.give(environ, start_response, [pair for pair in headers if pair[0] in _OWN])

    def _of_stream(self, headers: Headers, question: CacheRequest, *, changed: int) -> Answer:
        """What a stream says of itself: kept, so that the next 304 need not begin it."""
        lasting = [pair for pair in headers if pair[0] not in _OWN]
        answer = Answer.of_stream(question.reader.state, lasting, question=question.key, changed=changed)
        self.shelves.near.put(question.key, answer)
        return answer

    def _answer(
        self, environ: dict[str, Any], content: tuple[Headers, bytes], question: CacheRequest, *, again: Any
    ) -> Answer:
        """What was made as an answer that can be given again, kept unless it sets cookies that only this reader wants."""
        headers, body = content
        lasting = [pair for pair in headers if pair[0] not in _OWN]
        answer = Answer.of(question.reader.state, lasting, body, frame=question.reader.frame, again=again)
        if _same_cookies([pair for pair in headers if pair[0] in _OWN], cookies_of(environ)):
            self._keep(question, answer)
        return answer

    def _keep(self, question: CacheRequest, answer: Answer, *, read_in: int | None = None) -> None:
        """Keep an answer, unless something was written while it was made: it may show half of that."""
        if (self._state_now() if read_in is None else read_in) == answer.state:
            self.shelves.put(question.key, answer)

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


def _is_for(question: CacheRequest, asked: dict[str, Any]) -> bool:
    """Whether Django answered the reader of the question, in its language."""
    if answered(asked) == (*question.reader.found, question.language):
        return True
    logger.info("answered_somebody_else", path=asked["PATH_INFO"])
    return False


def told_of(environ: dict[str, Any]) -> Headers:
    """The headers of a kept answer that are of this request alone; says in the log that it was given."""
    request_id = request_id_of(environ)
    logger.info("request_kept", path=environ["PATH_INFO"], request_id=request_id)
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
