"""Log of requests: each has an id, and is one line when it is answered."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, clear_contextvars

logger = structlog.get_logger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]
HARMLESS_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def get_request_id(environment: Mapping[str, Any]) -> str:
    """Return the id of a request: the client's own if it is harmless, else a new one."""
    own = environment.get("HTTP_X_REQUEST_ID")
    return own if own and HARMLESS_REQUEST_ID.fullmatch(own) else str(uuid.uuid4())


class LogMiddleware:
    """Gives every request an id, the client's own if it is harmless, and writes one line to the log when it is answered.

    Around all others, so that whatever is answered has its line. What is bound meanwhile stands in the line too: the user
    (`bind_user`), and the reason for which the database did not answer (`portfolio.error_pages`).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        began = time.perf_counter()
        request.id = get_request_id(request.META)
        clear_contextvars()
        bind_contextvars(request_id=request.id)
        response = self.get_response(request)
        response["X-Request-ID"] = request.id
        logger.log(
            _get_level(response.status_code),
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            milliseconds=round(1000 * (time.perf_counter() - began), 1),
            address=request.META.get("REMOTE_ADDR", ""),
        )
        clear_contextvars()
        return response


def _get_level(status: int) -> int:
    """Return the log level of an answer by its status."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return logging.ERROR
    return logging.WARNING if status >= HTTPStatus.BAD_REQUEST else logging.INFO


def bind_user(get_response: GetResponse) -> GetResponse:
    """Put the user's key on the line of the request, and on every other that is written meanwhile.

    The user is looked up here and not wrapped: every answer varies by the session's cookie as it is.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        bind_contextvars(user_id=request.user.pk)
        return get_response(request)

    return middleware
