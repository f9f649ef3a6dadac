"""The cookies of a request, for those who are asked before Django is."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import Any


def cookies_of(environ: dict[str, Any]) -> dict[str, str]:
    """The cookies of a request; none if they cannot be read."""
    text = environ.get("HTTP_COOKIE")
    if not text:
        return {}
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(text).items()}
    except CookieError:
        return {}
