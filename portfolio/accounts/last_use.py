"""Last use of API tokens and sessions: written by the request itself, at most once a minute and in nobody's way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.db import Error, connection, transaction
from django.db.models import QuerySet

from portfolio.database_errors import release_cursors

logger = structlog.get_logger(__name__)

NOTED_EVERY = dt.timedelta(minutes=1)


def note(rows: QuerySet, **values: Any) -> None:
    """Update the rows. Where nothing can be written at this moment nothing is: a later request will do it."""
    try:
        with _without_waiting(), transaction.atomic():
            rows.update(**values)
    except Error as error:
        logger.info("last_use_not_noted", reason=str(error).strip())
        release_cursors(error)


@contextmanager
def _without_waiting() -> Iterator[None]:
    """Fail at once where another holds SQLite's one lock: whoever only reads does not wait for who writes."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        waits = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {waits}")
