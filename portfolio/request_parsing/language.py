"""Language of an answer: decided here for whoever answers, be it Django or what stands in front of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.core.handlers.wsgi import get_bytes_from_wsgi
from django.http import QueryDict
from django.utils import translation

from portfolio.request_parsing.cookies import cookies_of

FOR_SYSTEMS = "/api/"


def known(language: str | None) -> str | None:
    """The language if the site has it."""
    return language if language in dict(settings.LANGUAGES) else None


def asked_for(environ: dict[str, Any]) -> str | None:
    """The language that the address asks for by `lang`; None where it asks for none that the site has."""
    query = environ.get("QUERY_STRING", "")
    if "lang" not in query and "%" not in query:  # as most: Django's parser would find none either
        return None
    try:
        return known(QueryDict(get_bytes_from_wsgi(environ, "QUERY_STRING", "")).get("lang"))
    except TooManyFieldsSent:  # whoever reads the parameters says so
        return None


def language_of(environ: dict[str, Any], cookies: Mapping[str, str] | None = None) -> str:
    """What the address asks for, else what the browser remembers, else what it prefers (Accept-Language), else Chinese.

    The same for pages and for other systems, so that whoever has chosen nothing is answered alike by both.
    """
    cookies = cookies_of(environ) if cookies is None else cookies
    language = asked_for(environ) or known(cookies.get(settings.LANGUAGE_COOKIE_NAME))
    if not language and "HTTP_ACCEPT_LANGUAGE" in environ:
        request: Any = SimpleNamespace(COOKIES=cookies, META=environ)
        language = translation.get_language_from_request(request)
    return language or settings.LANGUAGE_CODE
