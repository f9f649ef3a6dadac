"""The test database as a run begins with it: kept aside once, and put back after every test that commits.

Django would empty every table instead, which the triggers of the append-only log refuse, and tell all applications to
begin again; and the next test would have to be given its register anew. That took longer than most of the tests.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction

from projects.database import constraint_triggers, rollups
from projects.models import DataState

_ASIDE = "as_it_began"  # PostgreSQL's schema of the copies


def keep() -> Callable[[], None]:
    """Keep what the database holds now; returns what puts it back."""
    put_back = _in_memory() if connection.vendor == "sqlite" else _beside()

    def begun_again() -> None:
        put_back()
        # whoever kept an answer of an earlier test must not take this state for the one that was answered about
        now = time.time_ns() // 1000
        models.QuerySet(DataState).update(number=now, frame=now)

    return begun_again


def _in_memory() -> Callable[[], None]:
    kept = sqlite3.connect(":memory:")
    connection.ensure_connection()
    connection.connection.backup(kept)

    def put_back() -> None:
        connection.ensure_connection()
        kept.backup(connection.connection)

    return put_back


def _beside() -> Callable[[], None]:
    with transaction.atomic(), connection.cursor() as cursor:
        columns = _columns(cursor)
        cursor.execute(f"DROP SCHEMA IF EXISTS {_ASIDE} CASCADE; CREATE SCHEMA {_ASIDE}")
        for table in columns:
            cursor.execute(f"CREATE TABLE {_ASIDE}.{table} AS TABLE {table}")
        cursor.execute(
            "SELECT format('SELECT setval(%L, %s, %L)', format('%I.%I', schemaname, sequencename),"
            " COALESCE(last_value, start_value), last_value IS NOT NULL) FROM pg_sequences"
        )
        statements = [statement for (statement,) in cursor.fetchall()]
    for table, names in columns.items():  # our own names
        statements.append(f"DELETE FROM {table}")  # noqa: S608
        statements.append(f"INSERT INTO {table} ({names}) SELECT {names} FROM {_ASIDE}.{table}")  # noqa: S608

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
    """A cursor whose writes nothing follows and nothing refuses. Who is no superuser must take the triggers away for it."""
    using = connection.alias
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        [may_pass_them_by] = cursor.fetchone()
        if may_pass_them_by:
            with transaction.atomic():
                cursor.execute("SET LOCAL session_replication_role = replica")
                yield cursor
            return
        with constraint_triggers.lifted(using):
            rollups.lift(using)
            with transaction.atomic():
                yield cursor
            rollups.install(using)
