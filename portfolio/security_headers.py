"""Security headers: what every answer tells browsers, whoever makes it and however early.

Whatever answers without Django, such as what stands in front of it, puts `security_headers()` into its answer.
"""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import HEADER as CONTENT_SECURITY_POLICY
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

_EXPLAINED_BY_DJANGO = (404, 500)  # while developing: pages with styles and scripts of their own

Headers = list[tuple[str, str]]


def security_headers(*, secure: bool) -> Headers:
    """Names and values. `secure`: the answer is given over TLS; only there a browser may be told to stay with TLS."""
    said = [
        (CONTENT_SECURITY_POLICY, build_policy()),
        ("X-Frame-Options", settings.X_FRAME_OPTIONS),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", settings.SECURE_REFERRER_POLICY),
        ("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY),
    ]
    if secure and settings.SECURE_HSTS_SECONDS:
        said.append(("Strict-Transport-Security", _strict_transport()))
    return said


def _strict_transport() -> str:
    said = [f"max-age={settings.SECURE_HSTS_SECONDS}"]
    said += ["includeSubDomains"] if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else []
    said += ["preload"] if settings.SECURE_HSTS_PRELOAD else []
    return "; ".join(said)


class SecurityHeadersMiddleware:
    """The first of all, so that an answer which another one gives, or an error in it, says the same as any."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.headers = {secure: security_headers(secure=secure) for secure in (False, True)}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        explained = settings.DEBUG and response.status_code in _EXPLAINED_BY_DJANGO
        for name, value in self.headers[request.is_secure()]:
            if not (explained and name == CONTENT_SECURITY_POLICY):
                response.headers.setdefault(name, value)
        return response
