"""The ASGI application of the site: takes requests whole, answers what needs no thread, and hands on what threads make."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from portfolio.errors.refusals import Refusal, refusal
from portfolio.response_cache import ResponseCache
from portfolio.response_cache.key import is_of_a_file
from portfolio.response_cache.response import CachedResponse, EncodedHeaders, encoded
from portfolio.response_cache.wsgi import own_headers
from portfolio.security_headers import is_secure, security_headers
from portfolio.throttling import Throttling
from portfolio.throttling.wsgi import COUNTED

from . import connections, request_body
from .cached_responses import CachedResponses
from .response_buffer import Spool
from .response_sending import Reader, Send
from .thread_pools import FILES, READING, WRITING, Application, Threads, TooMuchError
from .wsgi_environ import UnreadableError, environ_of

logger = structlog.get_logger(__name__)

ALIVE = ("/livez", "/healthz")
_LIVES = b"ok\n"
WHOLE = 2**18  # bytes of an answer that the web server is given at once, however slowly it is read
_SAFE = ("GET", "HEAD", "OPTIONS")


class Front:
    """Wraps the WSGI application of the site, whose throttling and response cache are asked before a thread is used."""

    _threads: Threads
    _cached: CachedResponses

    def __init__(self, application: Application, *, throttling: Throttling, response_cache: ResponseCache) -> None:
        self._application, self._throttling, self._response_cache = application, throttling, response_cache

    async def __call__(self, scope: dict[str, Any], receive: request_body.Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            reader = Reader(scope, send)
            try:
                await self._answer(scope, receive, reader)
            except BrokenOffError:
                reader.break_off()

    async def _live(self, receive: request_body.Receive, send: Send) -> None:
        """Threads begin with the process, and end with it."""
        await receive()
        loop = asyncio.get_running_loop()
        self._threads, self._cached = Threads(self._application, loop), CachedResponses(self._response_cache)
        connections.allow_many()
        loop.call_soon(_take_little_ahead)
        loop.call_soon(_give_up_unread, connections.UnreadAnswers())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: dict[str, Any], receive: request_body.Receive, reader: Reader) -> None:
        try:
            environ = environ_of(scope)
        except UnreadableError as error:
            await _refuse(reader, refusal(error.status, error.environ), receive)
            return
        if environ["PATH_INFO"] in ALIVE:
            await _send_lives(reader, environ)
            await request_body.drain(reader.headers, receive)
            return
        refused = self._throttling.count(environ)
        if refused is not None:
            await _refuse(reader, refused, receive)
            return
        cached = await self._cached.find(environ)
        if cached is not None:
            await _send_cached(reader, cached, environ)
            return
        await self._make(environ, receive, reader)

    async def _make(self, environ: dict[str, Any], receive: request_body.Receive, reader: Reader) -> None:
        """Of a large body it is asked first whether it is wanted at all: who may send it is the application's to say."""
        if request_body.is_large(environ):
            environ["wsgi.input"] = request_body.NotYet()
            if await self._is_answered(environ, receive, reader):
                await request_body.drain(reader.headers, receive)
                return
        try:
            await request_body.read(environ, receive)
        except request_body.TooSlowError:
            await _send_whole(reader, refusal(408, environ))
        except request_body.TooLargeError:
            await _refuse(reader, refusal(413, environ), receive)
        except request_body.BrokenError:
            await _send_whole(reader, refusal(400, environ))
        else:
            await self._is_answered(environ, receive, reader)

    async def _is_answered(self, environ: dict[str, Any], receive: request_body.Receive, reader: Reader) -> bool:
        """Have a thread answer. False where it wants a body that has not come yet; nothing is answered then."""
        try:
            spool = await self._threads.make(_kind_of(environ), environ)
        except TooMuchError:
            environ["wsgi.input"].close()
            logger.warning("too_much", path=environ["PATH_INFO"])
            await _send_whole(reader, refusal(503, environ))
            return True
        try:
            return await _hand_on(spool, environ, receive, reader)
        finally:
            spool.abandon()


def _kind_of(environ: dict[str, Any]) -> str:
    if environ["REQUEST_METHOD"] not in _SAFE:
        return WRITING
    return FILES if is_of_a_file(environ) else READING


class BrokenOffError(Exception):
    """An answer could not be made to its end."""


async def _hand_on(spool: Spool, environ: dict[str, Any], receive: request_body.Receive, reader: Reader) -> bool:
    """Send what a thread makes as fast as it is read. Raises BrokenOffError where it could not be made.

    False where it is not made before the body of the request is there.
    """
    piece, is_last = await spool.take()
    if spool.wants_body:
        return False
    if is_last and spool.has_failed:  # whoever asked has been told nothing yet
        await _send_whole(reader, refusal(500, environ))
        return True
    await reader.send({"type": "http.response.start", "status": spool.status, "headers": encoded(spool.headers)})
    if is_last:
        await reader.send({"type": "http.response.body", "body": piece})
        return True
    gone = asyncio.ensure_future(_gone(receive))
    try:
        while not is_last and not gone.done():
            await reader.send({"type": "http.response.body", "body": piece, "more_body": True})
            piece, is_last = await spool.take()
        if gone.done():
            return True
        if spool.has_failed:
            raise BrokenOffError
        await reader.send({"type": "http.response.body", "body": piece})
    finally:
        gone.cancel()
    return True


async def _gone(receive: request_body.Receive) -> None:
    """Returns when whoever reads has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_cached(reader: Reader, cached: CachedResponse, environ: dict[str, Any]) -> None:
    """A cached response, or that nothing has changed since."""
    status, headers, content = cached.given(environ)
    own = encoded([*own_headers(environ), *environ.get(COUNTED, ())])
    await _send_pieces(reader, status, headers + own, content)


async def _send_lives(reader: Reader, environ: dict[str, Any]) -> None:
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        await _send_pieces(reader, 405, [(b"allow", b"GET, HEAD"), (b"content-length", b"0")], b"")
        return
    headers = [
        ("Content-Type", "text/plain"),
        ("Content-Length", str(len(_LIVES))),
        ("Cache-Control", "no-store"),
        *security_headers(secure=is_secure(environ)),
    ]
    await _send_pieces(reader, 200, encoded(headers), _LIVES if reader.wants_body else b"")


async def _refuse(reader: Reader, refused: Refusal, receive: request_body.Receive) -> None:
    """Told at once, however late the body comes that is refused with it."""
    await _send_whole(reader, refused)
    await request_body.drain(reader.headers, receive)


async def _send_whole(reader: Reader, refused: Refusal) -> None:
    await _send_pieces(reader, refused.status, encoded(refused.headers), refused.body if reader.wants_body else b"")


async def _send_pieces(reader: Reader, status: int, headers: EncodedHeaders, content: bytes) -> None:
    """A whole body; of a large one the web server gets no more than the reader has read, and a little."""
    await reader.send({"type": "http.response.start", "status": status, "headers": headers})
    while len(content) > WHOLE:
        await reader.send({"type": "http.response.body", "body": content[:WHOLE], "more_body": True})
        content = content[WHOLE:]
    await reader.send({"type": "http.response.body", "body": content})


def _take_little_ahead(tries: int = 100) -> None:
    """The web server listens soon after the process has begun."""
    if not connections.take_little_ahead() and tries:
        asyncio.get_running_loop().call_later(0.1, _take_little_ahead, tries - 1)


def _give_up_unread(unread: connections.UnreadAnswers) -> None:
    """Again and again, as long as the loop runs."""
    loop = asyncio.get_running_loop()
    unread.give_up(loop.time())
    loop.call_later(connections.LOOK_EVERY, _give_up_unread, unread)
