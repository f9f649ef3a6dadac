"""File export: `files/<list>/` as `ndjson`, `csv` or `xlsx`, and the list itself with this `format`.

The same rows in the same order with the same fields as on its pages; parameters of paging are refused. The header
`X-Data-Revision` names a revision up to which everything is in the file: a client that goes on with the changes after it
misses nothing. In English a column header is the name of the member, as in JSON; in Chinese it is the field's label.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.http import StreamingHttpResponse
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.drainage import get_override
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from projects.exports.about import Lines, about_file
from projects.exports.columns import ExportColumn, Record
from projects.exports.csv_text import iter_csv
from projects.exports.files import (
    CHUNK,
    MEDIA_TYPES,
    file_response,
    in_chunks,
    iter_ndjson,
    newest_revision,
    refuse_too_many,
)
from projects.exports.workbook import iter_xlsx
from projects.models.fields import AmountField
from projects.text import listing
from projects.workflows import proposals, reporting

from .pagination import LIST_PARAMETERS
from .parameters import FIELDS, Parameter

Code = tuple[str | bool, Any]  # and its words

_YES_NO: tuple[Code, ...] = ((True, _("yes")), (False, _("no")))
_YES_NO_METHODS = ("bool", "bool | None")  # what a method says that it gives
_TRANSITIONS = (*reporting.TRANSITIONS.values(), *proposals.TRANSITIONS.values())
_STEPS = {each.action: each.verb for each in _TRANSITIONS} | {"edit": pgettext_lazy("step", "edit")}


def get_codes(field: serializers.Field, model_field: Any = None) -> tuple[Code, ...]:
    """Return the codes that a field of a record may hold, with their labels; empty for free text.

    `model_field` is the model's field of this name, if there is one.
    """
    said = _get_described_field(field)
    if isinstance(said, serializers.ListField):  # of steps
        return tuple((code, _STEPS[code]) for code in getattr(said.child, "choices", ()))
    if isinstance(said, serializers.BooleanField):
        return _YES_NO
    if isinstance(said, serializers.ChoiceField):
        return tuple((str(code), getattr(code, "label", words)) for code, words in said.choices.items() if code != "")
    choices = getattr(model_field, "flatchoices", None) or ()
    return tuple((str(code), words) for code, words in choices if code != "")


def _get_described_field(field: serializers.Field) -> Any:
    """Return the field, or for a method field the one that its method is annotated with."""
    if not isinstance(field, serializers.SerializerMethodField):
        return field
    method = getattr(field.parent, field.method_name)
    if method.__annotations__.get("return") in _YES_NO_METHODS:
        return serializers.BooleanField()
    return get_override(method, "field")


_NOT_IN_TABLES = ("links",)  # addresses that can be made from the key
_CNY = _("CNY")


def get_columns(serializer: serializers.Serializer, model: type[Model]) -> list[ExportColumn]:
    """Return the columns of a table of records: one for each field, and one for each part of a nested field.

    Raises `ValidationError` if `fields` names none that has a column.
    """
    model_fields = {field.name: field for field in model._meta.fields}
    units: Mapping[str, Any] = getattr(model, "units", {}) | getattr(serializer, "units", {})
    columns = []
    for name, field in serializer.fields.items():
        if name in _NOT_IN_TABLES:
            continue
        parts = getattr(field, "fields", None)
        if parts is None:
            model_field = model_fields.get(name)
            unit = units.get(name, _CNY if isinstance(model_field, AmountField) else "")
            columns.append(ExportColumn((name,), _label(name, field), unit, get_codes(field, model_field)))
        else:
            columns += [
                ExportColumn((name, part), _label(name, field, part), codes=get_codes(each))
                for part, each in parts.items()
            ]
    if not columns:
        message = gettext(
            "%(names)s: tables have no such column. Name another field too, or use format=ndjson or json."
        )
        raise ValidationError({FIELDS: [message % {"names": listing(serializer.fields)}]})
    return columns


def _label(name: str, field: serializers.Field, part: str = "") -> str:
    """Return the header of a column: the name of the member, in Chinese the label of the field."""
    if not (get_language() or "zh").startswith("zh"):
        return f"{name}.{part}" if part else name
    return f"{field.label}·{gettext(_PARTS.get(part, part))}" if part else str(field.label)


_PARTS = {
    "id": "ID",
    "code": _("code"),
    "adcode": _("code"),
    "name_zh": _("Chinese name"),
    "name_en": _("English name"),
    "url": _("address"),
    "published": pgettext_lazy("source", "published"),
    "publisher": _("publisher"),
}


Chunks = Callable[[], Iterable[Sequence[Record]]]

_DEFAULT = "csv"
FILE_FORMAT = Parameter(
    "format",
    _("`ndjson`: a record a line. `csv` (if left out) and `xlsx`: tables with units in the head, blank for not known."),
    {"type": "string", "enum": [*MEDIA_TYPES]},
)
# a list gives its files too
FORMAT = Parameter(
    "format", FILE_FORMAT.description, {"type": "string", "enum": ["json", *MEDIA_TYPES]}, described=False
)


def get_file_format(request: Request, action: str = "list") -> str:
    """Return the file format that a request wants of a list; empty for a page."""
    wanted = request.query_params.get("format", _DEFAULT if action == "file" else "")
    return wanted if wanted in MEDIA_TYPES else ""


def build_file_response(
    rows: QuerySet,
    serialize: Callable[[Sequence[Any]], Sequence[Record]],
    *,
    serializer: serializers.Serializer,
    request: Request,
    name: str,
    wanted: str,
) -> StreamingHttpResponse:
    """Return the response that streams all `rows` in chunks. Raises `ValidationError` by parameter."""

    def chunks() -> Iterable[Sequence[Record]]:
        return map(serialize, in_chunks(rows.iterator(chunk_size=CHUNK)))

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
    rows: QuerySet,
    chunks: Callable[[], Iterable[Sequence[Record]]],
    wanted: str,
    *,
    serializer: Any,
    request: Request,
    name: str,
    revision: int,
) -> Callable[[], Iterator[bytes]]:
    if wanted == "ndjson":
        return lambda: iter_ndjson(chunks())
    columns = get_columns(serializer, rows.model)
    if wanted == "csv":
        return lambda: iter_csv(columns, chunks())
    count = rows.count()
    refuse_too_many(count)
    rows_told = ngettext("%(count)s record", "%(count)s records", count) % {"count": count}
    how: Lines = [(gettext("Amounts"), gettext("Whole CNY. A blank cell is what is not known, never zero."))]
    if any(column.path == ("basis",) for column in columns):
        message = gettext("published, reported or illustrative: the column “basis” says of each record, as a code.")
        how.append((gettext("Basis"), message))
    what: Lines = [(gettext("List"), name), (gettext("Rows"), rows_told)]
    about = about_file(what, how, columns, request=request, revision=revision)
    return lambda: iter_xlsx(columns, chunks(), about=about)
