"""SQLite busy timeout: waiting for the writers' lock so long in all and no longer, or not at all."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, transaction

from .budget import LOCK_SECONDS

_NOTICED = 0.05  # seconds: a statement that took less has not waited
_LEAST = 0.05  # seconds, when all are used up
_FIRST_PAUSE, _LONGEST_PAUSE = 0.001, 0.05  # seconds between two tries, about as SQLite makes them


def wait_shortly() -> None:
    """Let this process wait for the lock for LOCK_SECONDS, from the next connection on."""
    configured = connections.settings[DEFAULT_DB_ALIAS]
    if configured["ENGINE"].endswith("sqlite3"):
        configured["OPTIONS"]["timeout"] = LOCK_SECONDS


@contextmanager
def in_all() -> Iterator[None]:
    """In this block, which may have several transactions, all waits for SQLite's lock together are as long as one may be.

    PostgreSQL's are ended by `postgresql.py`.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "sqlite":
        yield
        return
    waits = _Waits(connection)
    with connection.execute_wrapper(waits):
        try:
            yield
        finally:
            waits.forget()


class _Waits:
    """Waits in SQLite's stead, and takes what its statements have waited from what the connection may wait.

    SQLite holds the mutex of a connection while it waits, and whoever lets go of one of its statements needs that mutex: any
    thread does that when it collects garbage, also one that only reads, and the one that says whether the process lives.
    """

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.allowed = connection.settings_dict["OPTIONS"].get("timeout", LOCK_SECONDS)
        self.left = self.allowed
        self._waits_for_it = False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not self._waits_for_it:
            self._waits_for_it = True
            _wait_at_most(self.connection, 0)
        began = time.monotonic()
        try:
            if many:  # a part of it may have been written, so it cannot be tried again
                _wait_at_most(self.connection, self.left)
                return execute(sql, params, many, context)
            return self._tried(lambda: execute(sql, params, many, context), until=began + self.left)
        finally:
            took = time.monotonic() - began
            if took > _NOTICED:
                self.left = max(_LEAST, self.left - took)
            if many:
                _wait_at_most(self.connection, 0)

    @staticmethod
    def _tried(execute: Callable[[], Any], *, until: float) -> Any:
        pause = _FIRST_PAUSE
        while True:
            try:
                return execute()
            except OperationalError as error:
                left = until - time.monotonic()
                if left <= 0 or getattr(error.__cause__, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY:
                    raise
            time.sleep(min(pause, left))
            pause = min(2 * pause, _LONGEST_PAUSE)

    def forget(self) -> None:
        if self._waits_for_it:
            _wait_at_most(self.connection, self.allowed)


@contextmanager
def at_once() -> Iterator[None]:
    """A transaction of what may as well be done later: it raises OperationalError instead of waiting for a lock."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        _wait_at_most(connection, 0)
        try:
            with transaction.atomic():
                yield
        finally:
            _wait_at_most(connection, connection.settings_dict["OPTIONS"].get("timeout", LOCK_SECONDS))
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 100")
        yield


def _wait_at_most(connection: Any, seconds: float) -> None:
    if connection.connection is not None:
        connection.connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
