"""Security headers: what every answer tells browsers, whoever makes it and however early."""

from __future__ import annotations

from collections.abc import Callable

from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware


def add_security_headers(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the response with the headers that the middleware of Django and django-csp add."""
    for middleware in (SecurityMiddleware, CSPMiddleware, XFrameOptionsMiddleware):
        response = middleware(HttpResponse).process_response(request, response)  # type: ignore[assignment]
    return response


def security_headers_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Return the first middleware of all: an answer that another one gives, or an error in it, says the same as any."""
    return lambda request: add_security_headers(request, get_response(request))
