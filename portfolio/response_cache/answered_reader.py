"""Reader of a cached response, as Django knew it: it is cached only for that reader and in the language it was made for.

The response cache has found out before who asks (`readers.py`). Should the two ever differ, however that came about, the
response is given to whoever asked, as Django made it, and cached for nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from projects.http_caching import CACHEABLE

ANSWERED = "portfolio.answered"  # in the request's environment

# the account, the digest of a token, the key of a session, each None where there is none; the language
Answered = tuple[Any, str | None, str | None, str]


class WitnessMiddleware:
    """Stands after the middleware that finds session and account, and around the view that checks a token."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if CACHEABLE in request.META:
            request.META[ANSWERED] = _answered(request)
        return response


def _answered(request: Any) -> Answered:
    token = getattr(request, "auth", None)
    session = None if token is not None else request.session.session_key
    return (request.user.pk, getattr(token, "digest", None), session, request.LANGUAGE_CODE)


def answered(environ: Mapping[str, Any]) -> Answered | None:
    """Whom Django answered; None where it has not said so."""
    found: Answered | None = environ.get(ANSWERED)
    return found
