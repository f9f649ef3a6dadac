"""Middleware of every request: too many from an address, compression, a database that is away, language, messages."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.messages import middleware as messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from structlog.contextvars import bind_contextvars

from portfolio.database_errors import get_trouble, release_cursors
from portfolio.error_pages import build_outage_response, build_refusal
from portfolio.health import build_conflict_page
from portfolio.languages import FOR_SYSTEMS, get_request_language, get_requested_language
from projects.api.throttles import add_rate_limit, get_requests_left, get_seconds_left
from projects.etags import NO_STORE

GetResponse = Callable[[HttpRequest], HttpResponse]
_TEXT = ("text/", "application/json", "application/problem+json", "application/geo+json", "application/vnd.oai.openapi")
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
        trouble = get_trouble(exception)
        if trouble is not None:
            response = build_outage_response(request, trouble, exception)
            release_cursors(exception)
            return response
        if isinstance(exception, IntegrityError):
            bind_contextvars(reason=str(exception).strip())
            return build_conflict_page(request)
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
            response = build_refusal(429, request, seconds=get_seconds_left())
        else:
            response = self.get_response(request)
        if request.path_info.startswith(FOR_SYSTEMS):
            add_rate_limit(request, response)
        return response


class CompressionMiddleware(GZipMiddleware):
    """Compresses text that is whole, unless it may be stored nowhere: its length could tell the secret it shows (BREACH)."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code == HTTPStatus.NOT_MODIFIED:  # says what the response itself would (RFC 9110, 15.4.5)
            patch_vary_headers(response, ["Accept-Encoding"])
        is_text = response.get("Content-Type", "").startswith(_TEXT)
        if response.streaming or not is_text or response.get("Cache-Control") == NO_STORE:
            return response
        return super().process_response(request, response)


class MessageMiddleware(messages.MessageMiddleware):
    """What the next page has to say once: systems are shown none, so nothing is stored for them."""

    def process_request(self, request: HttpRequest) -> None:
        if not request.path_info.startswith(FOR_SYSTEMS):
            super().process_request(request)


class LanguageMiddleware:
    """Answers in the reader's language, and remembers one that a page was asked for in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.GET  # noqa: B018  too many parameters are refused here, before a view reads some of them
        for_systems = request.path_info.startswith(FOR_SYSTEMS)
        requested = get_requested_language(request)
        request.LANGUAGE_CODE = get_request_language(request)
        with translation.override(request.LANGUAGE_CODE):
            response = self.get_response(request)
        response.setdefault("Content-Language", request.LANGUAGE_CODE)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        if (
            requested and not for_systems and request.method in ("GET", "HEAD")
        ):  # a form only says what it was written in
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                requested,
                max_age=settings.LANGUAGE_COOKIE_AGE,
                path=settings.LANGUAGE_COOKIE_PATH,
                domain=settings.LANGUAGE_COOKIE_DOMAIN,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
                samesite=settings.LANGUAGE_COOKIE_SAMESITE,  # type: ignore[arg-type]  # one of the four
            )
        return response
