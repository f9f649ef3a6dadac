"""A WSGI application whose answers go wrong in every way, behind the front that the site has: `failing` is served."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")

import django

django.setup()

from portfolio.front import Front  # noqa: E402  needs the settings

PIECES, PIECE = 40, b"0123456789abcdef" * 2**12  # 64 KiB

Start = Callable[..., Any]


class Stream:
    """A body that is made while it is sent, as Django's streaming answers are."""

    streaming = True

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces


def _pieces(number: int, *, pause: float = 0.0, breaks: bool = False) -> Iterator[bytes]:
    for _number in range(number):
        yield PIECE
        time.sleep(pause)
    if breaks:
        raise RuntimeError("the rest cannot be read")


def _whole(environ: dict[str, Any]) -> Iterable[bytes]:
    return Stream(_pieces(PIECES))


_ANSWERS: dict[str, Callable[[dict[str, Any]], Iterable[bytes]]] = {
    "/api/whole": _whole,
    "/api/broken-at-once": lambda _environ: Stream(_pieces(0, breaks=True)),
    "/api/broken-soon": lambda _environ: Stream(_pieces(1, breaks=True)),
    "/api/broken-late": lambda _environ: Stream(_pieces(PIECES, breaks=True)),
    "/api/broken-slowly": lambda _environ: Stream(_pieces(PIECES, pause=0.005, breaks=True)),
    "/api/large": lambda _environ: Stream(_pieces(PIECES * 4)),
}


def application(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
    if path in _ANSWERS:
        start("200 OK", [("Content-Type", "text/plain")])
        return _ANSWERS[path](environ)
    if path == "/api/page":
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(PIECE)))])
        return [PIECE]
    if path.startswith("/api/status/"):
        start(f"{path.rsplit('/', 1)[1]} As Asked", [("ETag", '"x"')])
        return []
    body = f"{method} {len(environ['wsgi.input'].read())}".encode()  # of anything else: what came
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [] if method == "HEAD" else [body]


class _Nobody:
    """Stands for throttling and the response cache: counts nothing and has cached nothing."""

    def count(self, _environ: dict[str, Any]) -> None:
        return None

    def from_memory(self, _environ: dict[str, Any], _numbers: Any) -> None:
        return None


failing = Front(application, throttling=_Nobody(), response_cache=_Nobody())  # type: ignore[arg-type]

if "HURRIED_SECONDS" in os.environ:  # all of the limits in time, for tests that cannot wait for them
    from portfolio.front import connections, request_body, thread_pools

    connections.UNREAD_SECONDS, connections.LOOK_EVERY = int(os.environ["HURRIED_SECONDS"]), 0.3
    request_body.SECONDS = float(os.environ["HURRIED_SECONDS"])
    thread_pools.STANDING = thread_pools.PATIENCE = 10.0  # on a busy machine they would be told that it is too much
