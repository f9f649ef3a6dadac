"""Whole lists as files: `format=ndjson`, `csv` or `xlsx` of any list.

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
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from projects import as_of
from projects.access import access_of
from projects.exports import csv_text, ndjson, workbook
from projects.exports.columns import Column, Record
from projects.exports.streaming import Stream
from projects.models import Revision
from projects.models.fields import AmountField
from sectors.models import in_language

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
_NOT_IN_TABLES = ("links",)  # addresses that can be made from the key
_CNY = _("CNY")


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
    about = _about(request, name, count=count, revision=revision)
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


def columns_of(serializer: serializers.Serializer, model: type[Model]) -> list[Column]:
    """The columns of a table of records: a member of each field, and of its parts where it has any."""
    units: Mapping[str, Any] = getattr(serializer, "units", {})
    columns = []
    for name, field in serializer.fields.items():
        if name in _NOT_IN_TABLES:
            continue
        parts = getattr(field, "fields", None)
        if parts is None:
            columns.append(Column((name,), _label(model, name, field), units.get(name) or _unit(model, name)))
        else:
            columns += [Column((name, part), _label(model, name, field, part)) for part in parts]
    return columns


def _label(model: type[Model], name: str, field: serializers.Field, part: str = "") -> str:
    """The name that the API gives it; in Chinese the one that people give it, where the register has one."""
    if not (get_language() or "zh").startswith("zh"):
        return f"{name}.{part}" if part else name
    label = _in_words(model, name) or _in_words(model, str(field.source)) or name
    return f"{label}·{gettext(_PARTS.get(part, part))}" if part else label


_PARTS = {
    "code": _("code"),
    "adcode": _("code"),
    "name_zh": _("Chinese name"),
    "name_en": _("English name"),
    "url": _("address"),
    "published": _("published"),
    "publisher": _("publisher"),
}


def _in_words(model: type[Model], name: str) -> str:
    words = _WORDS.get(name)
    if words is None:
        try:
            words = getattr(model._meta.get_field(name), "verbose_name", "")
        except FieldDoesNotExist:
            return ""
    return str(words)


_WORDS = {
    "url": _("address"),
    "planned_disbursement": _("planned disbursement"),
    "disbursed": _("disbursed"),
    "disbursed_from": _("disbursed from"),
    "disbursed_through": _("disbursed through"),
    "status": _("new or continuing"),
    "programme": _("programme"),
    "project": _("project"),
    "year_to_date": _("disbursed since January"),
    "since_start": _("disbursed since the start"),
    **{
        f"{figure}_source": words
        for figure, words in {
            "total_investment": _("source of the total investment"),
            "expected_revenue": _("source of the expected revenue"),
            "start": _("source of the start"),
            "finish": _("source of the finish"),
        }.items()
    },
}


def _unit(model: type[Model], name: str) -> Any:
    try:
        return _CNY if isinstance(model._meta.get_field(name), AmountField) else ""
    except FieldDoesNotExist:
        return ""


def _file_name(name: str, request: Request, revision: int) -> str:
    """What, of which programmes, as of when."""
    years = [year for year in request.query_params.getlist("programme") if year.isdecimal()]
    looked_at = as_of.current()
    moment = looked_at.day.isoformat() if looked_at and looked_at.is_day else f"r{revision}"
    return "-".join([name, *years, moment])


def _about(request: Request, name: str, *, count: int, revision: int) -> list[tuple[str, str]]:
    """What the file is, for its second sheet."""
    looked_at, access = as_of.current(), access_of(request.user)
    moment = looked_at.moment if looked_at else timezone.localtime()
    places = ", ".join(in_language(zh, en) for _adcode, zh, en in access.places) if not access.reads_all else ""
    return [
        (gettext("List"), name),
        (gettext("Rows"), ngettext("%(count)s record", "%(count)s records", count) % {"count": count}),
        (gettext("As known at"), moment.strftime("%Y-%m-%d %H:%M:%S %z")),
        (gettext("Everything up to revision"), str(revision)),
        (gettext("Visible to you"), places or gettext("all")),
        (gettext("Question"), request.build_absolute_uri()),
        (gettext("Amounts"), gettext("Whole CNY. A blank cell is what is not known, never zero.")),
        (gettext("Basis"), gettext("published, reported or illustrative: the column “basis” says of each record.")),
    ]
