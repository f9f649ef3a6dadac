"""Middleware of every request: too many from an address, a database that is away, the language, messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.messages import middleware as messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from structlog.contextvars import bind_contextvars

from portfolio.errors import outages
from portfolio.errors.database_errors import trouble_of
from portfolio.errors.refusals import build_refusal
from portfolio.health import overtaken
from portfolio.request_parsing.language import FOR_SYSTEMS, asked_for, language_of
from projects.api.throttles import add_rate_limit, get_requests_left, get_seconds_left

GetResponse = Callable[[HttpRequest], HttpResponse]
_NOT_COUNTED = (settings.STATIC_URL, "/livez", "/healthz", "/readyz")


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


class ThrottleMiddleware:
    """Refuses an address that makes more than THROTTLE_ADDRESS requests a minute, of pages and the API together.

    A token is limited by itself, by `projects.api.throttles`. Many people may share an address.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        limit, address = settings.THROTTLE_ADDRESS, request.META.get("REMOTE_ADDR", "")
        is_counted = limit and not request.path_info.startswith(_NOT_COUNTED)
        if is_counted and get_requests_left(request, "address", address, limit=limit) < 0:
            response = build_refusal(429, request.META, seconds=get_seconds_left())
        else:
            response = self.get_response(request)
        if request.path_info.startswith(FOR_SYSTEMS):
            add_rate_limit(request, response)
        return response


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
