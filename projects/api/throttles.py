"""Throttles: requests of a token, and of an address, in each minute; counted on Django's cache, so by each process."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

SECONDS = 60  # of a window


def get_requests_left(request: HttpRequest, kind: str, who: str, *, limit: int) -> int:
    """Count a request, and return how many more may follow in this minute; less than 0: this is one too many.

    The number is stored for `add_rate_limit`.
    """
    digest = hashlib.blake2b(who.encode(), digest_size=16).hexdigest()
    key = f"throttle:{kind}:{digest}:{int(time.time()) // SECONDS}"
    cache.add(key, 0, timeout=2 * SECONDS)
    try:
        left = limit - int(cache.incr(key))
    except ValueError:  # dropped meanwhile: others are too many to remember
        left = limit - 1
    request.requests_left = {**getattr(request, "requests_left", {}), kind: left}  # type: ignore[attr-defined]
    return left


def get_seconds_left() -> int:
    """Return the seconds until the next minute begins."""
    return SECONDS - int(time.time()) % SECONDS


def add_rate_limit(request: HttpRequest, response: HttpResponse) -> None:
    """Add the headers of draft-ietf-httpapi-ratelimit-headers: the limits, and what is left of them."""
    limits = {"token": settings.THROTTLE_TOKEN, "address": settings.THROTTLE_ADDRESS}
    policy = [f'"{kind}";q={limit};w={SECONDS}' for kind, limit in limits.items() if limit]
    counted = getattr(request, "requests_left", {}).items()
    if policy:
        response["RateLimit-Policy"] = ", ".join(policy)
    if counted:
        seconds = get_seconds_left()
        response["RateLimit"] = ", ".join(f'"{kind}";r={max(left, 0)};t={seconds}' for kind, left in counted)


class TokenThrottle(BaseThrottle):
    """Refuses a token that makes more than THROTTLE_TOKEN requests a minute, wherever they come from."""

    def allow_request(self, request: Request, view: Any) -> bool:
        token, limit = getattr(request.auth, "digest", None), settings.THROTTLE_TOKEN
        return not token or not limit or get_requests_left(request._request, "token", token, limit=limit) >= 0

    def wait(self) -> float:
        return get_seconds_left()
