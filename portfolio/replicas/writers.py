"""A reader who wrote sees own writes: how far the primary's log had come after the last write of whoever asks.

A browser carries it in a signed cookie. For a token it lies in the cache that all processes share. Either is forgotten
when no replica that is in use can be behind it any more.
"""

from __future__ import annotations

import hashlib
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.signing import BadSignature, Signer

from portfolio.kept.question import cookies_of

COOKIE = "written"
SHARED = "shared"
_MARGIN = 10  # seconds for a look that is late


def needed_by(environ: dict[str, Any]) -> int:
    """The position of the log that a node must have replayed to answer this request; 0 for who has not written."""
    token = environ.get("HTTP_AUTHORIZATION")
    if token is not None:
        found: int = caches[SHARED].get(_key(token), 0)
        return found
    text = cookies_of(environ).get(COOKIE)
    try:
        return int(_signer().unsign(text)) if text else 0
    except (BadSignature, ValueError):
        return 0


def remember(environ: dict[str, Any], position: int) -> list[tuple[str, str]]:
    """Keep the position for whoever made this request; returns the headers that the answer needs."""
    token = environ.get("HTTP_AUTHORIZATION")
    if token is not None:
        caches[SHARED].set(_key(token), position, _lifetime())
        return []
    cookies = SimpleCookie()
    cookies[COOKIE] = _signer().sign(str(position))
    for name, value in {"path": "/", "max-age": _lifetime(), "httponly": True, "samesite": "Lax"}.items():
        cookies[COOKIE][name] = value
    if settings.HTTPS:
        cookies[COOKIE]["secure"] = True
    return [("Set-Cookie", cookies[COOKIE].OutputString())]


def _lifetime() -> int:
    return 2 * int(settings.REPLICA_MAX_LAG) + _MARGIN


def _key(token: str) -> str:
    return "written:" + hashlib.sha256(token.encode()).hexdigest()


def _signer() -> Signer:
    return Signer(salt="portfolio.replicas")
