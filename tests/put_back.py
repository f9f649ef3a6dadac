"""The test database as a run begins with it, and without the register: kept aside, and put back where a test begins with
the other, or has committed something.

Django would empty every table instead, which the triggers of the append-only log refuse, and tell all applications to
begin again; and the next test would have to be given its register anew. That took longer than most of the tests.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction

from projects.database import guards, state
from projects.models import StateNumber

FILLED, EMPTY, OTHER = "as_it_began", "without_the_register", "what_a_file_commits"


class Kept:
    """The test database as a run begins with it and without its register, kept aside: a test begins with one of them."""

    def __init__(self, empty: Callable[[], None], blocker: Any) -> None:
        self._empty, self._blocker = empty, blocker
        self._put_back = {FILLED: _copied(FILLED)}
        self._held = FILLED

    def begin(self, held: str) -> None:
        """Let it hold that before a test begins, unless a fixture of the file has seen to what it holds."""
        if self._held in (held, OTHER) or connection.in_atomic_block:
            return
        with self._blocker.unblock():
            if held in self._put_back:
                self._hold(held)
                return
            self._empty()
            self._put_back[held] = _copied(held)
            self._held = held

    def begin_again(self) -> None:
        """As it was before a test that has committed something."""
        if self._held != OTHER:
            self._hold(self._held)

    @contextmanager
    def committed(self) -> Iterator[None]:
        """Inside, a fixture commits what the tests of its file begin with."""
        with self._blocker.unblock():
            self._held = OTHER
            yield
            self._hold(FILLED)

    def _hold(self, held: str) -> None:
        self._put_back[held]()
        _is_another_state()
        self._held = held


def begun_as(path: Path) -> None:
    """Let the test database hold what an SQLite file does."""
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as source:
        source.backup(connection.connection)
    _is_another_state()


def _is_another_state() -> None:
    """Whoever kept an answer of an earlier test must not take this state for the one that was answered about."""
    now = time.time_ns() // 1000
    models.QuerySet(StateNumber).update(number=now)


def _copied(held: str) -> Callable[[], None]:
    """What it holds now, which what is returned puts back."""
    return _in_memory() if connection.vendor == "sqlite" else _beside(held)


def _in_memory() -> Callable[[], None]:
    kept = sqlite3.connect(":memory:")
    connection.ensure_connection()
    connection.connection.backup(kept)

    def put_back() -> None:
        connection.ensure_connection()
        kept.backup(connection.connection)

    return put_back


def _beside(aside: str) -> Callable[[], None]:
    """In a schema of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        columns = _columns(cursor)
        cursor.execute(f"DROP SCHEMA IF EXISTS {aside} CASCADE; CREATE SCHEMA {aside}")
        for table in columns:
            cursor.execute(f"CREATE TABLE {aside}.{table} AS TABLE {table}")
        cursor.execute(
            "SELECT format('SELECT setval(%L, %s, %L)', format('%I.%I', schemaname, sequencename),"
            " COALESCE(last_value, start_value), last_value IS NOT NULL) FROM pg_sequences"
        )
        statements = [statement for (statement,) in cursor.fetchall()]
    for table, names in columns.items():  # our own names
        statements.append(f"DELETE FROM {table}")  # noqa: S608
        statements.append(f"INSERT INTO {table} ({names}) SELECT {names} FROM {aside}.{table}")  # noqa: S608

    def put_back() -> None:
        with _without_triggers() as cursor:
            cursor.execute(";".join(statements))

    return put_back


def _columns(cursor: Any) -> dict[str, str]:
    """The columns of each table that the migrations made."""
    cursor.execute(
        "SELECT quote_ident(table_name), string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
        " JOIN information_schema.tables USING (table_schema, table_name)"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER' GROUP BY 1"
    )
    return dict(cursor.fetchall())


@contextmanager
def _without_triggers() -> Iterator[Any]:
    """A cursor whose writes nothing follows and nothing refuses. Only superusers need not take the triggers away."""
    using = connection.alias
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        [may_pass_them_by] = cursor.fetchone()
        if may_pass_them_by:
            with transaction.atomic():
                cursor.execute("SET LOCAL session_replication_role = replica")
                yield cursor
            return
        with guards.without_guards(using):
            state.remove(using)
            with transaction.atomic():
                yield cursor
            state.install(using)
