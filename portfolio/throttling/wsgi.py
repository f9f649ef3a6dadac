"""WSGI middleware of throttling: counts API requests per token and per address, and refuses what is over the limit.

Headers as in draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy` says what holds, `RateLimit` what is left of it and in
how many seconds it begins anew.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from portfolio.errors.refusals import Refusal, refusal
from portfolio.request_parsing.language import FOR_SYSTEMS

from .local_counts import SECONDS, Counters

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

COUNTED = "portfolio.counted"  # in the request's environment: it is counted, and these headers tell what is left


class Throttling:
    """Wraps an application. A token is limited by itself; who sends none, or makes some up, by the address.

    An address is allowed more than a token, since many people may share it.
    """

    def __init__(self, application: Application) -> None:
        self.application = application
        limits = {"token": settings.THROTTLE_TOKEN, "address": settings.THROTTLE_ADDRESS}
        self.limits = {name: limit for name, limit in limits.items() if limit}
        self.policy = ", ".join(f'"{name}";q={limit};w={SECONDS}' for name, limit in self.limits.items())
        self.counters = Counters(settings.VAR_DIR / "throttle") if self.limits else None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        refused = None if COUNTED in environ else self._count(environ)
        told = environ.get(COUNTED)
        if refused is not None:
            start_response(f"{refused.status} Too Many Requests", refused.headers)
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [refused.body]
        if not told:
            return self.application(environ, start_response)

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            return start_response(status, [*headers, *told], *([exc_info] if exc_info else []))

        return self.application(environ, start)

    def count(self, environ: dict[str, Any]) -> Refusal | None:
        """Count a request before a thread is used for it; what is then told is in COUNTED."""
        return self._count(environ)

    def _count(self, environ: dict[str, Any]) -> Refusal | None:
        if self.counters is None or not environ["PATH_INFO"].startswith(FOR_SYSTEMS):
            return None
        now = time.time()
        asking = {name: who for name, who in self._who(environ).items() if name in self.limits}
        counts = dict(zip(asking, self.counters.counted(*asking.values(), now=now), strict=True))
        left = {name: self.limits[name] - count for name, count in counts.items()}
        seconds = SECONDS - int(now) % SECONDS
        told = [("RateLimit-Policy", self.policy)]
        if left:
            rests = (f'"{name}";r={max(rest, 0)};t={seconds}' for name, rest in left.items())
            told.append(("RateLimit", ", ".join(rests)))
        environ[COUNTED] = told
        return _refused(environ, told, seconds) if min(left.values(), default=0) < 0 else None

    @staticmethod
    def _who(environ: dict[str, Any]) -> dict[str, str]:
        """Whom a request is counted for: always its address, and its token where it has one."""
        site = settings.SECRET_KEY[:16]  # two sites of one machine may share the file, but no counter
        address = environ.get("REMOTE_ADDR", "")
        who = {"address": f"{site} address {address}"}
        parts = environ.get("HTTP_AUTHORIZATION", "").split()  # at whatever stands between, as authentication does
        if len(parts) == 2 and parts[0].lower() == "token":
            who["token"] = f"{site} token {hashlib.blake2b(parts[1].encode(), digest_size=16).hexdigest()}"
        return who


def _refused(environ: dict[str, Any], told: list[tuple[str, str]], seconds: int) -> Refusal:
    """Without asking anybody: being refused must cost the site next to nothing."""
    refused = refusal(429, environ, seconds=seconds)
    return Refusal(refused.status, [*refused.headers, *told], refused.body)
