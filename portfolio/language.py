"""The language of an answer that is made before, or in place of, the middleware that chooses it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

from portfolio.cookies import cookies_of


def known(language: str | None) -> str | None:
    """The language if the site has it."""
    return language if language in dict(settings.LANGUAGES) else None


def language_of(environ: dict[str, Any]) -> str:
    """What `lang` asks for, else what the browser remembers, else the first of Accept-Language that the site has."""
    asked = parse_qs(environ.get("QUERY_STRING", "")).get("lang", [])[-1:]
    for language in (*asked, cookies_of(environ).get(settings.LANGUAGE_COOKIE_NAME)):
        if known(language):
            return str(language)
    for code, _weight in parse_accept_lang_header(environ.get("HTTP_ACCEPT_LANGUAGE", "").lower()):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
