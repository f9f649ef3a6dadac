"""WSGI middleware of the time budget: gives each request, and each piece of a stream, its patience with the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .budget import within

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Deadline:
    """Wraps the application."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with within():
            answer = self.application(environ, start_response)
        return answer if isinstance(answer, list) else _Pieces(answer)


class _Pieces:
    """An answer whose pieces, and whose end, may each ask the database."""

    def __init__(self, answer: Iterable[bytes]) -> None:
        self.streaming = getattr(answer, "streaming", False)  # as Django says it, for who hands the pieces on
        self._answer = answer
        self._pieces = iter(answer)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with within():
            return next(self._pieces)

    def close(self) -> None:
        close = getattr(self._answer, "close", None)
        if close is not None:
            with within():
                close()
