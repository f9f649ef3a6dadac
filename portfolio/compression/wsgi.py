"""Compression as WSGI middleware: of whole answers that come to it as they are, which is what nothing has cached."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .coding import GZIP, LEAST_BYTES, Headers, coding_for, in_coding, is_compressible, varying

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Compression:
    """Wraps an application; its whole answers are compressed."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        said: list[Any] = []

        def remember(status: str, headers: Headers, exc_info: Any = None) -> Any:
            said[:] = [status, headers]
            return start_response(status, headers, exc_info) if exc_info else None

        answer: Any = self.application(environ, remember)
        status, headers = said
        if getattr(answer, "streaming", False) or not is_compressible(headers):
            start_response(status, headers)
            return answer
        headers = varying(headers)
        if not coding_for(environ) or environ["REQUEST_METHOD"] == "HEAD" or status.startswith("304"):
            start_response(status, headers)
            return answer
        content = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        if len(content) >= LEAST_BYTES:
            headers, content = in_coding(headers, content, GZIP)
        start_response(status, headers)
        return [content]
