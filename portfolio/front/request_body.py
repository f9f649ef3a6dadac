"""Request body: read whole, in good time, before a thread is given to it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, BinaryIO, cast

from django.conf import settings

MOST = 16 * 2**20  # bytes
SMALL = 2**20  # bytes: what is smaller has SECONDS in all
SECONDS = 30.0
SLOWEST = 32_000  # bytes a second of what is larger, beyond its first SECONDS
LINGERING = 2.0  # seconds that a body may take that was refused, and more at the same rate
_IN_MEMORY = 2**16  # bytes; the rest waits in a file, so that many slow bodies take no memory

Receive = Callable[[], Awaitable[dict[str, Any]]]


class TooLargeError(Exception):
    """More than MOST."""


class TooSlowError(Exception):
    """It took longer than it may."""


class BrokenError(Exception):
    """It ended before its end: its chunks are none, or whoever sent it has gone; the web server says the same of both."""


class WantedError(BaseException):
    """The application reads a body that has not come yet. No error of its own making, so nothing in it takes it for one."""


def is_large(environ: dict[str, Any]) -> bool:
    """Whether it is said to be so large that it may be under way for longer than SECONDS, and yet may be taken."""
    return SMALL <= int(environ.get("CONTENT_LENGTH") or 0) <= MOST


async def read(environ: dict[str, Any], receive: Receive) -> None:
    """Put the body into the environment as `wsgi.input`, with its length, which a body in chunks did not say before."""
    length = environ.get("CONTENT_LENGTH")
    if not length and "HTTP_TRANSFER_ENCODING" not in environ:
        environ["wsgi.input"] = _NOTHING
        return
    announced = int(length) if length else None
    if announced is not None and announced > MOST:
        raise TooLargeError
    body = cast(BinaryIO, tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(settings.VAR_DIR)))  # noqa: SIM115  the thread closes it
    try:
        size = await _read_into(body, announced, receive)
    except BaseException:
        body.close()
        raise
    body.seek(0)
    environ["wsgi.input"] = body
    environ["CONTENT_LENGTH"] = str(size)


async def _read_into(body: BinaryIO, announced: int | None, receive: Receive) -> int:
    loop = asyncio.get_running_loop()
    begun, size, more = loop.time(), 0, True
    while more:
        is_small = (size if announced is None else announced) < SMALL
        try:
            async with asyncio.timeout_at(begun + SECONDS + (0 if is_small else size / SLOWEST)):
                message = await receive()
        except TimeoutError:
            raise TooSlowError from None
        if message["type"] != "http.request":
            raise BrokenError
        size += len(message["body"])
        if size > MOST:
            raise TooLargeError
        body.write(message["body"])
        more = message["more_body"]
    return size


async def drain(headers: list[tuple[bytes, bytes]], receive: Receive) -> None:
    """Read a body that nobody wants, after the answer: the connection can go on, and whoever still sends hears why.

    Not all of one that is very large, is slow or does not come, and none of one whose sender asks first whether it is
    wanted: the web server then closes the connection.
    """
    names = {name for name, _value in headers}
    if b"expect" in names or not names & {b"content-length", b"transfer-encoding"}:
        return
    begun, size, more = asyncio.get_running_loop().time(), 0, True
    with suppress(TimeoutError):
        while more and size < 2 * MOST:
            async with asyncio.timeout_at(begun + LINGERING + size / SLOWEST):
                message = await receive()
            size += len(message.get("body", b""))
            more = message.get("more_body", False)


class _NoBody:
    """The body of a request that has none."""

    def read(self, _size: int = -1) -> bytes:
        return b""

    def readline(self, _size: int = -1) -> bytes:
        return b""

    def close(self) -> None:
        """There is nothing to close."""


_NOTHING = _NoBody()


class NotYet(_NoBody):
    """Stands for the body while the application is asked whether it refuses the request by its head."""

    def read(self, _size: int = -1) -> bytes:
        raise WantedError

    readline = read
