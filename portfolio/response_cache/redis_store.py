"""Response cache, store in Redis: for all machines, only ever as good as the number of the state beside each response."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.crypto import salted_hmac

from portfolio.redis import AwayError, store
from portfolio.settings.caches import site_of

from .memory_store import MemoryStore
from .packing import packed, unpacked
from .release import release
from .response import CachedResponse

if TYPE_CHECKING:
    from portfolio.redis.client import Store

EXPIRY = 3600  # seconds: after the next write a response is of no use, and nobody takes it away
MOST_BYTES = 2**20  # of one response: what is larger takes longer on the way than an answer may


class RedisStore:
    """Responses by cache key, over all machines of one release. One from here has no `revalidate`: that is a function."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._prefix = f"monitor:{site_of(settings.SECRET_KEY)}:answer:"
        # names and signatures tell nothing of tokens and sessions, and other releases and other keys have others
        self._secret = salted_hmac("portfolio.response_cache.redis_store", release(), algorithm="sha256").digest()

    def get(self, key: bytes) -> CachedResponse | None:
        """What is stored, of whatever state; None also while Redis is away: the response is then made anew."""
        name = self._name(key)
        with suppress(AwayError):
            data = self.store.get(name)
            if isinstance(data, bytes):
                return unpacked(data, name, self._secret)
        return None

    def put(self, key: bytes, response: CachedResponse) -> None:
        """Store a response in the place of the one there was, unless it is too large or Redis is away."""
        if response.size > MOST_BYTES:
            return
        name = self._name(key)
        with suppress(AwayError):
            self.store.set(name, packed(response, name, self._secret), ex=EXPIRY)

    def _name(self, key: bytes) -> str:
        return self._prefix + hashlib.blake2b(repr(key).encode(), key=self._secret, digest_size=20).hexdigest()


class TieredStore:
    """The store of this process, and behind it the one of all machines."""

    def __init__(self, near: MemoryStore, far: RedisStore | None) -> None:
        self.near, self.far = near, far

    def get(self, key: bytes, state: int) -> CachedResponse | None:
        """The response for this state; else this process's own for another state, which may say how it is made again."""
        own = self.near.get(key)
        if self.far is None or (own is not None and own.state == state):
            return own
        found = self.far.get(key)
        if found is None or found.state != state:
            return own
        if own is not None:
            found = replace(found, frame=own.frame, revalidate=own.revalidate, coding=own.coding)
        self.near.put(key, found)
        return found

    def put(self, key: bytes, response: CachedResponse) -> None:
        self.near.put(key, response)
        if self.far is not None:
            self.far.put(key, response)


def tiered_store(most_bytes: int) -> TieredStore:
    """As the settings have it. Without a store in memory there is none at all."""
    shared = store() if most_bytes else None
    return TieredStore(MemoryStore(most_bytes), RedisStore(shared) if shared is not None else None)
