"""Recount: what the writes keep is made anew from the records, or held against them, while nobody writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import connections, transaction


def recount(using: str, statements: Iterable[str]) -> None:
    """Make rows anew by these statements."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        _lock_writers(cursor)
        for statement in statements:
            cursor.execute(statement)


def differing(
    using: str, statements: Iterable[str], rows: Callable[[], Mapping[Any, Any]], nothing: Any = None
) -> list[Any]:
    """Keys of the rows that are not what these statements would make them; a row that is missing counts as `nothing`."""
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            _lock_writers(cursor)
        stored = rows()
        recount(using, statements)
        counted = rows()
        transaction.set_rollback(True, using=using)
    return sorted(key for key in {*stored, *counted} if stored.get(key, nothing) != counted.get(key, nothing))


def _lock_writers(cursor: Any) -> None:
    """Lock until the end of the transaction what every writer updates first. SQLite has one writer anyway."""
    if cursor.db.vendor == "postgresql":
        cursor.execute("SELECT 1 FROM projects_statenumber WHERE name = 'data' FOR UPDATE")
