"""The WSGI application around all others: reads what is left of a request's body before it is answered.

A request that is refused by its address, its method or its caller is answered without its body. The server would then close
the connection with the rest of the body on its way, and a caller who sends the next request over it, as pools of connections
do, finds it broken and cannot know whether that one was carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

MOST = 16 * 2**20  # bytes; whoever sends more is cut off
_PIECE = 2**16

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Drained:
    """Wraps the application."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = self.application(environ, start_response)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("CONTENT_LENGTH"):
            _drain(environ["wsgi.input"])
        return answer


def _drain(body: Any) -> None:
    with suppress(OSError):  # the caller has gone, and nobody waits for the answer
        for _piece in range(MOST // _PIECE):
            if not body.read(_PIECE):
                return
