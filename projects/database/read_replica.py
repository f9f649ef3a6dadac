"""Read replica of the request under way (`portfolio.replicas`), or the primary: which database is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import DEFAULT_DB_ALIAS, router

_alias: ContextVar[str] = ContextVar("alias_of_reads", default=DEFAULT_DB_ALIAS)


@contextmanager
def reading_from(alias: str) -> Iterator[None]:
    """Within the block every read goes to this database, unless a transaction is open on the primary."""
    token = _alias.set(alias)
    try:
        yield
    finally:
        _alias.reset(token)


def given_alias() -> str:
    """The alias of the database that the block under way reads from: what the router goes by."""
    return _alias.get()


def read_alias() -> str:
    """The alias of the database that a query reads now, for code that asks a connection itself."""
    return router.db_for_read(None)  # type: ignore[arg-type]  # the answer is the same for every model
