"""NDJSON: one record a line, exactly as the list shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import orjson

from .columns import Record

MEDIA_TYPE = "application/x-ndjson"
TORN = b'{"incomplete": "'  # no line of JSON: what an error leaves at the end


def written(chunks: Iterable[Sequence[Record]]) -> Iterator[bytes]:
    """The lines of each chunk of records."""
    for records in chunks:
        yield b"".join(orjson.dumps(record, default=str, option=orjson.OPT_APPEND_NEWLINE) for record in records)
