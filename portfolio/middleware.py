"""Middleware of every request: its id, the caller's address behind a proxy, the language, a database that is away."""

from __future__ import annotations

import logging
import re
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
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars, unbind_contextvars

from portfolio.errors import outages
from portfolio.errors.database_errors import Trouble, trouble_of
from portfolio.health import overtaken
from portfolio.request_parsing.language import FOR_SYSTEMS, asked_for, language_of
from portfolio.timeouts import in_all

logger = structlog.get_logger(__name__)
_log = logging.getLogger(RequestMiddleware.__module__)  # by whose name its lines go

_SAID = "portfolio.said"  # in the request's environment: what each line of it says, after the one of its beginning
GetResponse = Callable[[HttpRequest], HttpResponse]
HARMLESS_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def request_id_of(environment: Mapping[str, Any]) -> str:
    """The id of a request: the caller's own if it is harmless, else a new one."""
    asked = environment.get("HTTP_X_REQUEST_ID")
    return asked if asked and HARMLESS_REQUEST_ID.fullmatch(asked) else str(uuid.uuid4())


class RequestIdMiddleware:
    """Gives every request an id, the caller's own if it is harmless, and says it in the answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.id = request_id_of(request.META)
        request.META["HTTP_X_REQUEST_ID"] = request.id
        response = self.get_response(request)
        response["X-Request-ID"] = request.id
        return response


def proxied_address_of(environment: Mapping[str, Any]) -> str:
    """The caller's address as a trusted proxy wrote it: the last of the list. The connection's own where it wrote none."""
    last = environment.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return last or environment.get("REMOTE_ADDR", "")


def address_of(environment: Mapping[str, Any]) -> str:
    """The caller's address, for those who ask before the middleware below does."""
    return proxied_address_of(environment) if settings.TRUSTED_PROXY else environment.get("REMOTE_ADDR", "")


class ProxiedAddressMiddleware:
    """Behind a trusted proxy the caller's address is the one that the proxy itself wrote."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.META["REMOTE_ADDR"] = proxied_address_of(request.META)
        return self.get_response(request)


class DatabaseAwayMiddleware:
    """A database that cannot answer is a passing trouble: say which, and when to come again. A lost race is one too, and
    what the database refuses because somebody was faster is a conflict, never an error of the server.

    Who writes waits for others so long in all, however many transactions it takes.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        with in_all():
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        trouble = trouble_of(exception)
        if trouble is not None:
            log = logger.warning if trouble is Trouble.BUSY else logger.error
            log(f"database_{trouble}", path=request.path, reason=str(exception).strip())
            return outages.told(request, trouble)
        if isinstance(exception, IntegrityError):
            logger.warning("write_refused", path=request.path, reason=str(exception).strip())
            return overtaken(request)
        return None


class LogMiddleware(RequestMiddleware):
    """Says when a request begins and ends, where the log is to say so: else it only leaves id and user for other lines. The
    user is looked up once, and not wrapped so that nobody seems to have done so: every answer varies by the session's cookie
    as it is.
    """

    def __call__(self, request: Any) -> HttpResponse:
        self.prepare(request)
        try:
            response: Any = self.get_response(request)
        except BaseException:  # it is carried out again when its body has come, and has begun already
            request.META[_SAID] = get_contextvars()
            clear_contextvars()
            raise
        self.handle_response(request, response)
        return response

    def prepare(self, request: Any) -> None:
        if _SAID in request.META:
            bind_contextvars(**request.META[_SAID])
        elif _log.isEnabledFor(logging.INFO):
            super().prepare(request)
        else:
            bind_contextvars(request_id=request.id)
            self.bind_user_id(request)

    def handle_response(self, request: Any, response: HttpResponse) -> None:
        if _log.isEnabledFor(logging.INFO) or response.status_code >= HTTPStatus.BAD_REQUEST or response.streaming:
            super().handle_response(request, response)
        else:
            unbind_contextvars("request_id", "user_id")

    @staticmethod
    def bind_user_id(request: Any) -> None:
        if hasattr(request, "user"):  # which what fails before does not have
            bind_contextvars(user_id=request.user.pk)


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
