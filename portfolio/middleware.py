"""Middleware of every request: its id and its line in the log, the language, a database that is away."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from django.conf import settings
from django.contrib.messages import middleware as messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from structlog.contextvars import bind_contextvars, clear_contextvars

from portfolio.errors import outages
from portfolio.errors.database_errors import trouble_of
from portfolio.health import overtaken
from portfolio.request_parsing.language import FOR_SYSTEMS, asked_for, language_of

logger = structlog.get_logger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]
HARMLESS_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def request_id_of(environment: Mapping[str, Any]) -> str:
    """The id of a request: the caller's own if it is harmless, else a new one."""
    asked = environment.get("HTTP_X_REQUEST_ID")
    return asked if asked and HARMLESS_REQUEST_ID.fullmatch(asked) else str(uuid.uuid4())


class LogMiddleware:
    """Gives every request an id, the caller's own if it is harmless, and writes one line to the log when it is answered.

    Around all others, so that whatever is answered has its line. What is bound meanwhile stands in the line too: the user
    (`bind_user`), and the reason for which the database did not answer (`portfolio.errors.outages`).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        began = time.perf_counter()
        request.id = request_id_of(request.META)
        clear_contextvars()
        bind_contextvars(request_id=request.id)
        response = self.get_response(request)
        response["X-Request-ID"] = request.id
        logger.log(
            _level_of(response.status_code),
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            milliseconds=round(1000 * (time.perf_counter() - began), 1),
            address=request.META.get("REMOTE_ADDR", ""),
        )
        clear_contextvars()
        return response


def _level_of(status: int) -> int:
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


class DatabaseAwayMiddleware:
    """A database that cannot answer is a passing trouble: say which, and when to come again. A lost race is one too, and
    what the database refuses because somebody was faster is a conflict, never an error of the server.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        trouble = trouble_of(exception)
        if trouble is not None:
            return outages.told(request, trouble, exception)
        if isinstance(exception, IntegrityError):
            bind_contextvars(reason=str(exception).strip())
            return overtaken(request)
        return None


class MessageMiddleware(messages.MessageMiddleware):
    """What the next page has to say once: systems are shown none, so nothing is stored for them."""

    def process_request(self, request: HttpRequest) -> None:
        if not request.path_info.startswith(FOR_SYSTEMS):
            super().process_request(request)


class LanguageMiddleware:
    """Answers in the language that `request_parsing.language` finds, and remembers one that was asked for on a page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.GET  # noqa: B018  too many parameters are refused here, before a view reads some of them
        for_systems = request.path_info.startswith(FOR_SYSTEMS)
        asked = asked_for(request.META)
        request.LANGUAGE_CODE = language_of(request.META, request.COOKIES)
        with translation.override(request.LANGUAGE_CODE):
            response = self.get_response(request)
        response.setdefault("Content-Language", request.LANGUAGE_CODE)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        if asked and not for_systems and request.method in ("GET", "HEAD"):  # a form only says what it was written in
            remember(response, asked)
        return response


def remember(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,  # type: ignore[arg-type]  # one of the four
    )
