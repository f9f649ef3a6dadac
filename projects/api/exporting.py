"""File export: `format=ndjson`, `csv` or `xlsx` of any list.

The same rows in the same order with the same fields as on its pages; parameters of paging are refused. The header
`X-Data-Revision` names a revision up to which everything is in the file: who goes on with the changes after it misses
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import orjson
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from projects.access import access_of
from projects.exports import csv_text, ndjson, workbook
from projects.exports.columns import Cell, ExportColumn, Record
from projects.exports.streaming import Stream
from projects.models import Revision
from projects.text import listing
from projects.versioning import as_of
from sectors.models import in_language

from .columns import columns_of
from .pagination import LIST_PARAMETERS
from .parameters import Parameter

Chunks = Callable[[], Iterable[Sequence[Record]]]

MEDIA_TYPES = {"ndjson": ndjson.MEDIA_TYPE, "csv": csv_text.MEDIA_TYPE, "xlsx": workbook.MEDIA_TYPE}
_TORN = {"ndjson": ndjson.TORN, "csv": csv_text.TORN, "xlsx": b""}  # half a workbook is none anyway
FORMAT = Parameter(
    "format",
    _(
        "`json`: a page. The others are files of the whole list, without paging: `ndjson` a record a line, `csv` and `xlsx` "
        "tables with units in the head, blank for not known."
    ),
    {"type": "string", "enum": ["json", *MEDIA_TYPES]},
)


def asked_format(request: Request) -> str:
    """The form of file that a request wants of a list; empty for a page."""
    wanted = request.query_params.get("format", "")
    return wanted if wanted in MEDIA_TYPES else ""


def file_of(
    rows: QuerySet,
    chunks: Chunks,
    *,
    serializer: serializers.Serializer,
    request: Request,
    name: str,
    bodies: Mapping[str, Callable[[], Iterator[bytes]]] = MappingProxyType({}),
) -> StreamingHttpResponse:
    """The answer that streams `chunks` of what is shown of `rows`. Raises `ValidationError` by parameter.

    `bodies` write the same faster, by form; that of `csv` without its head.
    """
    wanted = asked_format(request)
    _refuse_paging(request, wanted)
    revision = as_of.current().revision if as_of.current() else Revision.objects.newest_number()  # type: ignore[union-attr]
    if wanted in bodies:
        head = csv_text.head(columns_of(serializer, rows.model)) if wanted == "csv" else b""
        written = partial(_with_head, head, bodies[wanted])
    else:
        if "ndjson" in bodies:
            chunks = partial(_read_back, bodies["ndjson"])
        written = _writer(rows, chunks, wanted, serializer=serializer, request=request, name=name, revision=revision)
    stream: Iterable[bytes] = ()
    if request.method != "HEAD":
        stream = Stream(written, using=rows.db, past=as_of.current(), language=get_language() or "", torn=_TORN[wanted])
    response = StreamingHttpResponse(stream, content_type=MEDIA_TYPES[wanted])
    response["Content-Disposition"] = f'attachment; filename="{_file_name(name, request, revision)}.{wanted}"'
    response["X-Data-Revision"] = str(revision)
    response["X-Accel-Buffering"] = "no"  # a proxy would wait for the end
    return response


def _refuse_paging(request: Request, wanted: str) -> None:
    errors = {
        parameter.name: [gettext("A file holds the whole list: leave the parameters of paging out.")]
        for parameter in LIST_PARAMETERS
        if parameter.name in request.query_params
    }
    if wanted != "ndjson" and "expand" in request.query_params:
        errors["expand"] = [gettext("Tables have no room for other records: use format=ndjson or json.")]
    if errors:
        raise ValidationError(errors)


def _writer(
    rows: QuerySet, chunks: Chunks, wanted: str, *, serializer: Any, request: Request, name: str, revision: int
) -> Callable[[], Iterator[bytes]]:
    if wanted == "ndjson":
        return lambda: ndjson.written(chunks())
    columns = columns_of(serializer, rows.model)
    if wanted == "csv":
        return lambda: csv_text.written(columns, chunks())
    count = rows.count()
    if count > workbook.MOST_ROWS:
        raise ValidationError({"format": [_too_many(count)]})
    about = _about(request, name, columns, count=count, revision=revision)
    return lambda: workbook.written(columns, chunks(), about=about, count=count)


def _with_head(head: bytes, body: Callable[[], Iterator[bytes]]) -> Iterator[bytes]:
    if head:
        yield head
    yield from body()


def _read_back(body: Callable[[], Iterator[bytes]]) -> Iterator[Sequence[Record]]:
    return ([orjson.loads(line) for line in piece.splitlines()] for piece in body())


def _too_many(count: int) -> str:
    return gettext("A sheet of Excel holds %(most)s rows and these are %(count)s: narrow the list, or use csv.") % {
        "most": workbook.MOST_ROWS,
        "count": count,
    }


def _file_name(name: str, request: Request, revision: int) -> str:
    """What, of which programmes, as of when."""
    years = [year for year in request.query_params.getlist("programme") if year.isdecimal()]
    looked_at = as_of.current()
    moment = looked_at.day.isoformat() if looked_at and looked_at.is_day else f"r{revision}"
    return "-".join([name, *years, moment])


def _about(
    request: Request, name: str, columns: Sequence[ExportColumn], *, count: int, revision: int
) -> list[tuple[Cell, ...]]:
    """What the file is and what its codes mean, for its second sheet."""
    looked_at, access = as_of.current(), access_of(request.user)
    moment = looked_at.moment if looked_at else timezone.localtime()
    places = listing(in_language(zh, en) for _adcode, zh, en in access.places) if not access.reads_all else ""
    lines: list[tuple[Cell, ...]] = [
        (gettext("List"), name),
        (gettext("Rows"), ngettext("%(count)s record", "%(count)s records", count) % {"count": count}),
        (gettext("As known at"), moment.strftime("%Y-%m-%d %H:%M:%S %z")),
        *_about_clocks(looked_at),
        (gettext("Everything up to revision"), str(revision)),
        (gettext("Visible to you"), places or gettext("all")),
        (gettext("Question"), request.build_absolute_uri()),
        (gettext("Amounts"), gettext("Whole CNY. A blank cell is what is not known, never zero.")),
    ]
    if any(column.path == ("basis",) for column in columns):
        told = gettext("published, reported or illustrative: the column “basis” says of each record, as a code.")
        lines.append((gettext("Basis"), told))
    return lines + _about_codes(columns)


def _about_clocks(state: as_of.AsOf | None) -> list[tuple[Cell, ...]]:
    """Of a past state by which clock it was asked for, and where both stood."""
    if state is None or state.known_on is None or state.recorded_at is None:
        return []
    asked = gettext("when facts became known") if state.is_day else gettext("when they were recorded here")
    return [
        (gettext("Clock"), asked),
        (gettext("Newest fact known on"), state.known_on.isoformat()),
        (gettext("Recorded at"), state.recorded_at.strftime("%Y-%m-%d %H:%M:%S %z")),
    ]


def _about_codes(columns: Sequence[ExportColumn]) -> list[tuple[Cell, ...]]:
    """A table of its own below: each code that a column may hold, in words."""
    told = [(column.head, code, str(words)) for column in columns for code, words in column.codes]
    if not told:
        return []
    head = (gettext("Column"), gettext("Code in the file"), gettext("What it means"))
    return [(), head, *told]
