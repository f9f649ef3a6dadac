"""Last use of API tokens: when each was used, and refused, written at most once a minute and in nobody's way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.db import Error, connection, transaction
from django.db.models import QuerySet

logger = structlog.get_logger(__name__)

NOTED_EVERY = dt.timedelta(minutes=1)


def note(tokens: QuerySet, **values: Any) -> None:
    """Write when a token was used or refused. Where nothing can be written now, another request will do it."""
    try:
        with _without_waiting(), transaction.atomic():
            tokens.update(**values)
    except Error as error:
        logger.info("token_use_not_noted", reason=str(error).strip())


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
