"""File export: `format=ndjson`, `csv` or `xlsx` of any list.

The same rows in the same order with the same fields as on its pages; parameters of paging are refused. The header
`X-Data-Revision` names a revision up to which everything is in the file: who goes on with the changes after it misses
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from projects.exports.about import Lines, about_file
from projects.exports.columns import Record
from projects.exports.csv_text import iter_csv
from projects.exports.files import MEDIA_TYPES, file_response, iter_ndjson, newest_revision, refuse_too_many
from projects.exports.workbook import iter_xlsx

from .columns import columns_of
from .pagination import LIST_PARAMETERS
from .parameters import Parameter

Chunks = Callable[[], Iterable[Sequence[Record]]]

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
) -> StreamingHttpResponse:
    """Return the response that streams `chunks` of records of `rows`. Raises `ValidationError` by parameter."""
    wanted = asked_format(request)
    _refuse_paging(request, wanted)
    revision = newest_revision()
    written = _writer(rows, chunks, wanted, serializer=serializer, request=request, name=name, revision=revision)
    years = [year for year in request.query_params.getlist("programme") if year.isdecimal()]
    return file_response(request, wanted, written, name="-".join([name, *years]), revision=revision, using=rows.db)


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
        return lambda: iter_ndjson(chunks())
    columns = columns_of(serializer, rows.model)
    if wanted == "csv":
        return lambda: iter_csv(columns, chunks())
    count = rows.count()
    refuse_too_many(count)
    rows_told = ngettext("%(count)s record", "%(count)s records", count) % {"count": count}
    how: Lines = [(gettext("Amounts"), gettext("Whole CNY. A blank cell is what is not known, never zero."))]
    if any(column.path == ("basis",) for column in columns):
        told = gettext("published, reported or illustrative: the column “basis” says of each record, as a code.")
        how.append((gettext("Basis"), told))
    what: Lines = [(gettext("List"), name), (gettext("Rows"), rows_told)]
    about = about_file(what, how, columns, request=request, revision=revision)
    return lambda: iter_xlsx(columns, chunks(), about=about)
