"""Cached responses, given by the event loop: it asks in which state the data is, and never waits long for that.

With replicas or a Redis who asks has to be found by asking them, so everything goes to the threads.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import Any, Protocol

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from portfolio.response_cache import ResponseCache
from portfolio.response_cache.readers import NUMBERS, Numbers, numbers_in
from portfolio.response_cache.response import CachedResponse

from .state_of_postgresql import StateOfPostgresql

logger = structlog.get_logger(__name__)


class State(Protocol):
    """Knows the numbers of the present state."""

    async def now(self) -> Numbers | None:
        """As they are after every write that was committed before this was asked; None where that cannot be said soon."""


class CachedResponses:
    """Finds the cached response to a request without a thread."""

    def __init__(self, response_cache: ResponseCache) -> None:
        self._response_cache = response_cache
        self._state = _state()

    async def find(self, environ: dict[str, Any]) -> CachedResponse | None:
        if self._state is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        numbers = await self._state.now()
        return None if numbers is None else self._response_cache.from_memory(environ, numbers)


class StateOfSqlite:
    """In write-ahead mode a reader never waits; should the file be locked all the same, nobody waits for it here."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._connection: sqlite3.Connection | None = None

    async def now(self) -> Numbers | None:
        try:
            if self._connection is None:
                self._connection = sqlite3.connect(self._file, timeout=0, isolation_level=None)
            return numbers_in(self._connection.execute(NUMBERS).fetchall())
        except sqlite3.Error as error:
            logger.info("state_unknown", reason=str(error))
            if self._connection is not None:
                with suppress(sqlite3.Error):
                    self._connection.close()
                self._connection = None
            return None


def _state() -> State | None:
    database = connections[DEFAULT_DB_ALIAS]
    if settings.REPLICAS or settings.CACHE_URL or not settings.KEPT_ANSWERS_MB:
        return None
    if database.vendor == "postgresql":
        return StateOfPostgresql(database.get_connection_params())
    name = str(settings.DATABASES[DEFAULT_DB_ALIAS]["NAME"])
    return None if ":memory:" in name else StateOfSqlite(name)
