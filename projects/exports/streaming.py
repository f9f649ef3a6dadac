"""Streaming of a file: it outlives its view, so it carries the past, the language and a snapshot along.

All its rows are as of one moment, however long they take: one transaction of PostgreSQL (repeatable read), one reading
transaction of SQLite, which keeps no writer waiting. An error in mid-stream breaks the transfer off. Some servers end it in
good order all the same, so the file is torn first: its end is such that no reader takes it for a whole one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.db import connections, transaction
from django.utils.translation import override

from projects.versioning.as_of import AsOf, looking_back

FIRST_CHUNK, CHUNK = 50, 500  # rows; few at first, so that the answer begins at once


class Stream:
    """The bytes of a file, made as they are asked for. `pieces` is called inside the snapshot.

    `using` is the database that is read. `torn` is what an error puts at the end before it is raised, so that the file
    cannot be read.
    """

    def __init__(
        self,
        pieces: Callable[[], Iterator[bytes]],
        *,
        using: str,
        past: AsOf | None,
        language: str,
        torn: bytes = b"",
    ) -> None:
        self.using, self.past, self.language, self.torn = using, past, language, torn
        self.error: Exception | None = None
        self.inner = self._within_a_snapshot(pieces, using)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self.error is not None:
            raise self.error
        try:
            # entered for each piece: between two of them the thread is the server's, which knows no past
            with looking_back(self.past), override(self.language):
                return next(self.inner)
        except StopIteration:
            raise
        except Exception as error:
            self.error = error
            return self.torn

    def close(self) -> None:
        self.inner.close()

    @staticmethod
    def _within_a_snapshot(pieces: Callable[[], Iterator[bytes]], using: str) -> Any:
        with snapshot(using):
            yield from pieces()


@contextmanager
def snapshot(using: str) -> Iterator[None]:
    """Everything that is read in the block is as of one moment."""
    connection = connections[using]
    if connection.in_atomic_block:
        yield  # whoever opened the transaction has the say
    elif connection.vendor == "postgresql":
        with transaction.atomic(using=using):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")  # `atomic` would take the only writer's place
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")


def in_chunks(rows: Iterable[Any]) -> Iterator[Sequence[Any]]:
    """The rows in lists: a short one, then longer ones."""
    iterator = iter(rows)
    chunk = list(islice(iterator, FIRST_CHUNK))
    while chunk:
        yield chunk
        chunk = list(islice(iterator, CHUNK))
