"""Which database is read: the primary, or the replica that the request under way was given (`portfolio.replicas`)."""

from __future__ import annotations

from django.db import router


def read_alias() -> str:
    """The alias of the database that a query reads now, for code that asks a connection itself."""
    return router.db_for_read(None)  # type: ignore[arg-type]  # the answer is the same for every model
