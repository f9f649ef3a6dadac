"""The contents that tests find in the test database: nothing but what the migrations leave, or the register.

Tests are rolled back. After one that commits, Django would empty every table, which the append-only log refuses: the
database is restored from a snapshot instead, an SQLite database in memory or a PostgreSQL database of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from django.db import connection

EMPTY, REGISTER = "empty", "register"


class Snapshots:
    """The contents of the test database, each made once in a process of the tests."""

    def __init__(self, load_register: Callable[[], None]) -> None:
        self._load_register = load_register
        self._blocker: Any = None
        self._taken: dict[str, Any] = {}
        self._present: str | None = EMPTY
        self._wanted: str | None = None

    def set_up(self, blocker: Any) -> None:
        """Begin with the database that pytest-django has made, and what the first test wants of it."""
        self._blocker = blocker
        self.want(self._wanted)

    def want(self, name: str | None) -> None:
        """Let the database hold these contents before a test begins, unless a fixture of its file holds a transaction."""
        self._wanted = name
        if not name or not self._blocker or connection.in_atomic_block:
            return
        with self._blocker.unblock():
            if not self._taken:
                self._taken[EMPTY] = _take(EMPTY)
            if name == self._present:
                return
            if name in self._taken:
                _restore(self._taken[name])
            else:
                if self._present != EMPTY:
                    _restore(self._taken[EMPTY])
                self._load_register()
                self._taken[name] = _take(name)
        self._present = name

    def mark_changed(self) -> None:
        """Restore the contents before the next test: something has been committed."""
        self._present = None

    def drop(self) -> None:
        """Remove what was made on the server."""
        if connection.vendor == "postgresql":
            with connection._nodb_cursor() as cursor:
                for name in self._taken.values():
                    cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def _take(name: str) -> Any:
    """Return a snapshot of the database as it is."""
    if connection.vendor == "sqlite":
        snapshot = sqlite3.connect(":memory:")
        connection.ensure_connection()
        connection.connection.backup(snapshot)
        return snapshot
    present = connection.settings_dict["NAME"]
    snapshot = f"{present}_{name}"
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{snapshot}"')
        cursor.execute(f'CREATE DATABASE "{snapshot}" TEMPLATE "{present}"')
    return snapshot


def _restore(snapshot: Any) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        snapshot.backup(connection.connection)
        return
    present = connection.settings_dict["NAME"]
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{present}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{present}" TEMPLATE "{snapshot}"')
