"""The second shelf: in Redis, for all machines, and only ever as good as the number of the state beside each answer."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from portfolio.redis import AwayError
from portfolio.redis.client import Store, store
from portfolio.settings.caches import site_of

from .memory_store import MemoryStore
from .packing import packed, unpacked
from .release import release
from .response import Answer

EXPIRY = 3600  # seconds: after the next write an answer is of no use, and nobody takes it away
MOST_BYTES = 2**20  # of one answer: what is larger takes longer on the way than an answer may


class RedisStore:
    """Answers by question, over all machines of one release. An answer from here has no `again`: that is a function."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._prefix = f"monitor:{site_of(settings.SECRET_KEY)}:answer:"
        # names and signatures tell nothing of tokens and sessions, and other releases and other keys have others
        self._secret = salted_hmac("portfolio.response_cache.redis_store", release(), algorithm="sha256").digest()

    def get(self, question: Any) -> Answer | None:
        """What is kept, of whatever state; None also while Redis is away: the answer is then made anew."""
        name = self._name(question)
        with suppress(AwayError):
            data = self.store.get(name)
            if isinstance(data, bytes):
                return unpacked(data, name, self._secret)
        return None

    def put(self, question: Any, answer: Answer) -> None:
        """Keep an answer in the place of the one there was, unless it is too large or Redis is away."""
        if answer.size > MOST_BYTES:
            return
        name = self._name(question)
        with suppress(AwayError):
            self.store.set(name, packed(answer, name, self._secret), ex=EXPIRY)

    def _name(self, question: Any) -> str:
        return self._prefix + hashlib.blake2b(repr(question).encode(), key=self._secret, digest_size=20).hexdigest()


class TieredStore:
    """The shelf of this process, and behind it the one of all machines."""

    def __init__(self, near: MemoryStore, far: RedisStore | None) -> None:
        self.near, self.far = near, far

    def get(self, question: Any, state: int) -> Answer | None:
        """The answer for this state; else this process's own for another state, which may say how it is made again."""
        own = self.near.get(question)
        if self.far is None or (own is not None and own.state == state):
            return own
        found = self.far.get(question)
        if found is None or found.state != state:
            return own
        if own is not None:
            found = replace(found, frame=own.frame, again=own.again)
        self.near.put(question, found)
        return found

    def put(self, question: Any, answer: Answer) -> None:
        self.near.put(question, answer)
        if self.far is not None:
            self.far.put(question, answer)


def shelves(most_bytes: int) -> TieredStore:
    """As the settings have it. Who keeps no answers in memory keeps none at all."""
    shared = store() if most_bytes else None
    return TieredStore(MemoryStore(most_bytes), RedisStore(shared) if shared is not None else None)
