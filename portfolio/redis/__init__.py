"""Redis, shared by several machines: one, named by CACHE_URL, that may be away at any time.

`circuit_breaker.py` stops asking one that does not answer, `client.py` goes through it and raises `AwayError`, `cache.py` is
Django's cache over it. Whoever asks says what is done without an answer: cached responses are made anew
(`response_cache.redis_store`), limits are counted by the machine alone (`throttling.shared_counts`), and what a token has
written counts as unknown (`replicas.writers`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from .circuit_breaker import AwayError

if TYPE_CHECKING:
    from .client import Store


def store() -> Store | None:
    """The client of this process; None where CACHE_URL names no Redis, and then what speaks with one is not even loaded."""
    if not settings.CACHE_URL:
        return None
    from .client import shared_store

    return shared_store(settings.CACHE_URL)
