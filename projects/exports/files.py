"""Files of lists and tables: NDJSON, CSV or a workbook, streamed while they are made, all rows of one moment.

A file outlives its view, so it carries the past, the language and a snapshot along: one transaction of
PostgreSQL (repeatable read), one reading transaction of SQLite, which keeps no writer waiting. An error in mid-stream breaks
the transfer off. Some servers end it in good order all the same, so the file is torn first: its end is such that no reader
takes it for a whole one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any
from urllib.parse import quote

import orjson
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import get_language, gettext, override

from projects.history import as_of
from projects.history.as_of import AsOf, override_as_of
from projects.models import Revision

from . import workbook
from .columns import Record

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES = {"ndjson": "application/x-ndjson", "csv": "text/csv; charset=utf-8", "xlsx": XLSX}
# what an error leaves at the end: no line of JSON, a cell without an end; half a workbook is none anyway
_TORN = {"ndjson": b'{"incomplete": "', "csv": b'"incomplete', "xlsx": b""}
FIRST_CHUNK, CHUNK = 50, 500  # rows; few at first, so that the response begins at once


def iter_ndjson(chunks: Iterable[Sequence[Record]]) -> Iterator[bytes]:
    """Yield a line for each record of each chunk, exactly as the list shows it."""
    for records in chunks:
        yield b"".join(orjson.dumps(record, default=str, option=orjson.OPT_APPEND_NEWLINE) for record in records)


def newest_revision() -> int:
    """Return the number of the newest revision of the state that is looked at."""
    looked_at = as_of.get_as_of()
    return looked_at.revision if looked_at else Revision.objects.newest_number()


def file_response(
    request: HttpRequest,
    form: str,
    pieces: Callable[[], Iterator[bytes]],
    *,
    name: str,
    revision: int,
    using: str,
    title: str = "",
) -> StreamingHttpResponse:
    """Return the response that streams `pieces()`, a file in one of `MEDIA_TYPES`, read from the database `using`.

    Its name says what it is, and as of when; one for people has a `title` in their language.
    """
    looked_at = as_of.get_as_of()
    stream: Iterable[bytes] = ()
    if request.method != "HEAD":
        stream = Stream(pieces, using=using, past=looked_at, language=get_language() or "", torn=_TORN[form])
    response = StreamingHttpResponse(stream, content_type=MEDIA_TYPES[form])
    moment = looked_at.day.isoformat() if looked_at and looked_at.is_day else f"r{revision}"
    response["Content-Disposition"] = f'attachment; filename="{name}-{moment}.{form}"'
    if title:  # a browser takes this one, an old one the other
        response["Content-Disposition"] += f"; filename*=UTF-8''{quote(f'{title}-{moment}.{form}', safe='')}"
    response["X-Data-Revision"] = str(revision)
    response["X-Accel-Buffering"] = "no"  # a proxy would wait for the end
    return response


def workbook_response(content: bytes, name: str, *, title: str = "") -> HttpResponse:
    """Return the response of a workbook that is made already; `name` and `title`, in the reader's language, are without the
    ending.
    """
    disposition = f'attachment; filename="{name}.xlsx"'
    if title:
        disposition += f"; filename*=UTF-8''{quote(f'{title}.xlsx', safe='')}"
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition})


def refuse_too_many(count: int) -> None:
    """Raise `ValidationError` for more rows than a sheet holds."""
    if count > workbook.MOST_ROWS:
        message = gettext("A sheet of Excel holds %(most)s rows and these are %(count)s: narrow the list, or use csv.")
        raise ValidationError({"format": [message % {"most": workbook.MOST_ROWS, "count": count}]})


class Stream:
    """Iterates over the bytes of a file as they are made. `pieces` is called inside the snapshot.

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
        self.past, self.language, self.torn = past, language, torn
        self.error: Exception | None = None

        def iter_snapshot() -> Iterator[bytes]:
            with snapshot(using):
                yield from pieces()

        self.inner: Any = iter_snapshot()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self.error is not None:
            raise self.error
        try:
            # entered for each piece: between two of them the thread is the server's, which knows no past
            with override_as_of(self.past), override(self.language):
                return next(self.inner)
        except StopIteration:
            raise
        except Exception as error:
            self.error = error
            return self.torn

    def close(self) -> None:
        self.inner.close()


@contextmanager
def snapshot(using: str) -> Iterator[None]:
    """Read everything in the block as of one moment."""
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
    """Yield the rows in lists: a short one, then longer ones."""
    iterator = iter(rows)
    chunk = list(islice(iterator, FIRST_CHUNK))
    while chunk:
        yield chunk
        chunk = list(islice(iterator, CHUNK))
