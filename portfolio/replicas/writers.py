"""Read-your-writes: how far the primary's log had come after the last write of whoever asks.

A browser carries it in a signed cookie. For a token it lies in the cache that all processes share. Either is forgotten
when no replica that is in use can be behind it any more.

That cache may be away (`portfolio.redis`). What a token has written is then not known, and the safe answer to that is the
primary: it costs the primary some reads, while a replica might show a state from before the token's own write. A write
that could not be remembered is the other half: nobody could know of it once the cache is back, so its answer waits until the
replicas have it (see `wsgi.py`).
"""

from __future__ import annotations

import hashlib
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.signing import BadSignature, Signer

from portfolio.redis import AwayError
from portfolio.request_parsing.cookies import cookies_of

COOKIE = "written"
SHARED = "shared"
UNKNOWN = 2**63  # beyond any position, so that only the primary will do
_MARGIN = 10  # seconds for a look that is late


def needed_by(environ: dict[str, Any]) -> int:
    """The position of the log that a node must have replayed to answer this request; 0 for whoever has not written."""
    token = environ.get("HTTP_AUTHORIZATION")
    if token is not None:
        try:
            found = caches[SHARED].get(_key(token), 0)
        except AwayError:
            return UNKNOWN
        return found if isinstance(found, int) else UNKNOWN
    text = cookies_of(environ).get(COOKIE)
    try:
        return int(_signer().unsign(text)) if text else 0
    except (BadSignature, ValueError):
        return 0


def remember(environ: dict[str, Any], position: int) -> list[tuple[str, str]]:
    """Keep the position for whoever made this request; returns the headers that the answer needs.

    Raises AwayError where it could not be kept.
    """
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
