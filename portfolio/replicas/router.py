"""Sends what a request reads to the node that it was given, and everything else to the primary."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

_alias: ContextVar[str] = ContextVar("alias_of_reads", default=DEFAULT_DB_ALIAS)


@contextmanager
def reading_from(alias: str) -> Iterator[None]:
    """Within the block every read goes to this database, unless a transaction is open on the primary."""
    token = _alias.set(alias)
    try:
        yield
    finally:
        _alias.reset(token)


class ReadRouter:
    """Django's database router. All nodes hold the same data, so any two records may be related."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        alias = _alias.get()
        # who writes must read what is written in the same transaction
        if alias != DEFAULT_DB_ALIAS and connections[DEFAULT_DB_ALIAS].in_atomic_block:
            return DEFAULT_DB_ALIAS
        return alias

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, *records: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return None if db == DEFAULT_DB_ALIAS else False
