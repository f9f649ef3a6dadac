"""Imports of workbooks: sent as a form, previewed, mapped, confirmed and undone; see `projects.workbook_imports`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import GenericViewSet

from projects.access import get_access
from projects.choices import AskedAtCell, CellVerdict, Measure, WorkbookKind
from projects.exports.files import XLSX as MEDIA_TYPE
from projects.exports.files import workbook_response
from projects.history.revisions import create_revision
from projects.imports.rows import Choices, Holds
from projects.imports.tables import NOT_A_MAPPING, Certainty, LeftOut, Question
from projects.models import Import, Programme
from projects.models.attribution import REPORTED_IN_WORDS
from projects.periods import Month
from projects.text import LONGEST_LINE, LONGEST_WORDS
from projects.totals.programmes import programmes_read
from projects.workbook_imports import choose, confirm, is_shown_unchosen, prepare_mapping, prepare_upload, undo
from projects.workbook_imports.refused_rows import is_refused, refused_workbook

from .fields import Choice, MonthText, Text
from .pagination import PARAMETERS as PAGING
from .parameters import EVERYWHERE, Parameter
from .parsers import read_body
from .serializers import BodySerializer, Paged, ReadOnlySerializer, RecordSerializer, Reference, SourceReference
from .viewsets import RegisterView

_LONGEST_SHEET = 100
_COLUMN = {
    "type": "object",
    "properties": {
        "field": {"type": "string"},
        "unit": {"oneOf": [{"type": ["integer", "null"]}, {"type": "string"}]},
        "blank_clears": {"type": "boolean"},
    },
    "required": ["field"],
    "additionalProperties": False,
}
MAPPING = _(
    "By the letters of a column its field, of amounts the unit (CNY, or a word such as 万元), and whether blank cells "
    "clear what is stored. Columns that are left out are not imported."
)

HEADS = _(
    "The first and the last row of the heads and the first of the records, counted from 1; null: as they seem to be."
)


def _is_of_a_column(letters: str, said: Any) -> bool:
    """Return whether every database can store it until the table is read."""
    return isinstance(said, dict) and all(_is_kept(each) for each in (letters, *said, *said.values()))


def _is_kept(value: Any) -> bool:
    if isinstance(value, str):
        return value.isprintable()
    return value is None or isinstance(value, int)


@extend_schema_field({"type": "object", "additionalProperties": _COLUMN})
class Mapping(serializers.JSONField):
    """A mapping. Whether it fits the table is for the table to say."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str):  # a part of a form
            try:
                data = orjson.loads(data)
            except ValueError:  # also of what is nested beyond measure
                raise serializers.ValidationError(NOT_A_MAPPING) from None
            if isinstance(data, dict) and not all(_is_of_a_column(*each) for each in data.items()):
                raise serializers.ValidationError(NOT_A_MAPPING)
        if not isinstance(data, dict):
            raise serializers.ValidationError(NOT_A_MAPPING)
        return data


@extend_schema_field(
    {
        "type": "object",
        "properties": {name: {"type": "integer"} for name in ("first", "last", "records")},
        "required": ["first", "last", "records"],
    }
)
class Heads(serializers.JSONField):
    """Rows of a sheet, counted from 1. Whether it has them is for the sheet to say."""


class ImportChange(BodySerializer):
    """A workbook that is sent, as the parts of a form."""

    file = serializers.FileField(
        allow_empty_file=True,
        error_messages={
            "invalid": _("Send the file as a part of the form, with its name."),
            "required": _("Send a file."),
        },
        help_text=_("An .xlsx workbook, or a table as text (.csv, .tsv, .txt): 10 MiB at the most."),
    )
    kind = Choice(WorkbookKind.choices, help_text=_("What its rows are."))
    programme = Reference(Programme, help_text=_("Year of the programme."))
    month = MonthText(required=False, help_text=_("The month of the reports, such as 2023-07."))
    mapping = Mapping(required=False, help_text=MAPPING)
    sheet = Text(required=False, max_length=_LONGEST_SHEET, help_text=_("The sheet that is read, by its name."))

    def to_internal_value(self, data: Any) -> Any:
        said = data.get("programme")
        if isinstance(said, str) and said.isdecimal() and said.isascii() and len(said) == len("2023"):
            data = {**data, "programme": int(said)}
        return super().to_internal_value(data)

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        month: Month | None = attributes.pop("month", None)
        if month is not None and month.year != attributes["programme"].year:
            raise serializers.ValidationError({"month": [_("The month is not of the programme's year.")]})
        return attributes | {"month": month.number if month else None}


class MappingChange(BodySerializer):
    """Which column is which field, in which sheet."""

    mapping = Mapping(allow_null=True, required=False, default=None, help_text=MAPPING)
    sheet = Text(required=False, max_length=_LONGEST_SHEET, help_text=_("The sheet that is read, by its name."))
    heads = Heads(allow_null=True, required=False, default=None, help_text=HEADS)
    remember = serializers.BooleanField(
        required=False, default=True, help_text=_("Whether the next table with these heads is read the same way.")
    )


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
class Answers(serializers.JSONField):
    """Answers by a row or a cell."""


class ChoicesChange(BodySerializer):
    """What is answered where the preview asks; it is kept beside what was answered before."""

    projects = Answers(
        required=False, help_text=_("By the number of a row the code of the project that it means, or `new`.")
    )
    sectors = Answers(required=False, help_text=_("By the number of a row the code of the sector of its new project."))
    cells = Answers(
        required=False, help_text=_("By the address of a cell in conflict whose value holds: `register` or `file`.")
    )
    conflicts = Choice(
        Holds.choices, required=False, help_text=_("The same of all cells in conflict that `cells` does not name.")
    )

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        return {"choices": Choices.from_json(attributes), "for_all": "conflicts" in attributes}


class ConfirmChange(BodySerializer):
    """Why it is written, and what its figures are based on: the file itself where nothing else is said."""

    asks_rules = True

    reason = Text(max_length=LONGEST_WORDS, help_text=_("Why; kept with the revision."))
    source = SourceReference(required=False)
    reported_by = Text(required=False, allow_blank=True, max_length=LONGEST_LINE, help_text=REPORTED_IN_WORDS)


class UndoChange(BodySerializer):
    """Why it is taken back."""

    reason = Text(max_length=LONGEST_WORDS, help_text=_("Why; kept with the revision."))


_VALUE = {"oneOf": [{"type": ["integer", "null"]}, {"type": "string"}]}


class SheetRecord(ReadOnlySerializer):
    """A sheet of the file."""

    name = serializers.CharField()
    is_hidden = serializers.BooleanField()


class ColumnRecord(ReadOnlySerializer):
    """A column as its heads say it, and what is asked of it."""

    letters = serializers.CharField()
    head = serializers.CharField()
    certainty = serializers.ChoiceField(Certainty.choices)
    field = serializers.CharField(help_text=_("Empty: it is not imported."))
    unit = serializers.IntegerField(allow_null=True, help_text=_("Of amounts, in CNY."))
    unit_from = serializers.CharField(help_text=_("The cell that says the unit."))
    suggestions = serializers.ListField(child=serializers.CharField())
    samples = serializers.ListField(child=serializers.CharField())
    question = serializers.ChoiceField([("", ""), *Question.choices])


class RowLeftOutRecord(ReadOnlySerializer):
    """A row that is no record."""

    row = serializers.IntegerField()
    why = serializers.ChoiceField(LeftOut.choices)
    text = serializers.CharField()


class ImportCounts(ReadOnlySerializer):
    """How many have each verdict."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {verdict: serializers.IntegerField() for verdict in CellVerdict.values}


class ImportCountsRecord(ReadOnlySerializer):
    rows = ImportCounts()
    cells = ImportCounts()


class MovedFigureRecord(ReadOnlySerializer):
    """A headline figure of the whole year before and after; amounts in whole CNY."""

    figure = serializers.ChoiceField(Measure.choices)
    before = serializers.IntegerField(allow_null=True)
    known_before = serializers.IntegerField()
    of_before = serializers.IntegerField()
    after = serializers.IntegerField(allow_null=True)
    known_after = serializers.IntegerField()
    of_after = serializers.IntegerField()
    later = serializers.IntegerField(
        allow_null=True, help_text=_("Once what is only proposed is accepted, and what is reported approved.")
    )


class DoubtRecord(ReadOnlySerializer):
    """What a plausibility rule doubts; who confirms the import again names its code in `confirm`."""

    code = serializers.CharField(help_text=_("Names the rule in `confirm`."))
    message = serializers.CharField(help_text=_("What is doubted, in the reader's language."))
    field = serializers.CharField(help_text=_("The field, such as total_investment."))
    row = serializers.IntegerField()


class ImportBegun(RecordSerializer):
    """Where to ask how far it is."""

    class Meta:
        model = Import
        fields = ["id", "url", "state"]


class ImportRecord(RecordSerializer):
    """A workbook that was sent. Nothing of it is in the register before its state is `done`."""

    month = serializers.SerializerMethodField()
    sheets = SheetRecord(many=True, source="reading.sheets", default=list)
    columns = ColumnRecord(many=True, source="reading.columns", default=list)
    left_out = RowLeftOutRecord(many=True, source="reading.left_out", default=list)
    hidden_rows = serializers.ListField(child=serializers.IntegerField(), source="reading.hidden_rows", default=list)
    heads = Heads(allow_null=True, help_text=HEADS)
    mapping = Mapping(allow_null=True, help_text=MAPPING)
    counts = ImportCountsRecord(allow_null=True)
    effects = MovedFigureRecord(many=True)
    cells = serializers.HyperlinkedIdentityField("api:imports-cells", help_text=_("Address of its cells, by pages."))
    refused = serializers.SerializerMethodField(
        help_text=_("Address of what is refused, as a workbook with its faults marked; empty: nothing is.")
    )
    notice = serializers.SerializerMethodField(
        help_text=_(
            "To the province, once it is written: that this year is shown by default now though none is selected."
        )
    )
    doubts = DoubtRecord(many=True)
    revision = serializers.IntegerField(source="revision_made", allow_null=True)

    class Meta:
        model = Import
        fields = [
            "id",
            "url",
            "state",
            "kind",
            "programme",
            "month",
            "name",
            "digest",
            "size",
            "sheet",
            "sheets",
            "columns",
            "left_out",
            "hidden_rows",
            "heads",
            "mapping",
            "counts",
            "effects",
            "cells",
            "refused",
            "words",
            "notice",
            "doubts",
            "reason",
            "revision",
            "undone_by",
            "created_at",
            "expires_at",
            "confirmed_at",
            "undone_at",
        ]
        extra_kwargs = {
            "undone_by": {"help_text": _("Number of the revision that undid it.")},
            "expires_at": {"help_text": _("Until then it can be confirmed.")},
            "words": {"help_text": _("Why it is refused, or why nothing was written.")},
        }

    def to_representation(self, instance: Import) -> dict[str, Any]:
        return super().to_representation(instance) | {"counts": instance.counts or None}

    def get_refused(self, imported: Import) -> str:
        request = self.context["request"]
        return reverse("api:imports-refused", args=[imported.pk], request=request) if is_refused(imported) else ""

    def get_notice(self, imported: Import) -> str | None:
        """As the page of the import says it; who sent it may choose another year there."""
        request = self.context["request"]
        if not is_shown_unchosen(imported, get_access(request.user), lambda: programmes_read(request)):
            return None
        text = gettext(
            "Pages, search, API and files show the programme of %(year)s by default now: no current programme is selected."
        )
        return text % {"year": imported.programme.year}

    def get_month(self, imported: Import) -> str | None:
        return str(Month(imported.programme.year, imported.month)) if imported.month else None


@extend_schema_field(_VALUE)
class CellValue(serializers.JSONField):
    """Whole CNY, a code, a day or a text; null: nothing."""


@extend_schema_field(
    {
        "type": "object",
        "properties": {
            "projects": {"type": "array", "items": {"type": "string"}},
            "may_be_new": {"type": "boolean"},
            "who": {"type": "string"},
            "is_own": {"type": "boolean"},
            "when": {"type": "string", "format": "date-time"},
            "revision": {"type": "integer"},
            "then": _VALUE,
        },
    }
)
class Options(serializers.JSONField):
    """What is known of what is asked."""


class CellRecord(ReadOnlySerializer):
    """One cell, and what would come, or came, of it."""

    row = serializers.IntegerField()
    address = serializers.CharField(help_text=_("Such as C7."))
    project = serializers.CharField(help_text=_("Code of the project; of a new one the code that it gets."))
    field = serializers.CharField()
    text = serializers.CharField(help_text=_("As it stands in the file."))
    before = CellValue(help_text=_("Whole CNY, a code, a day or a text; null: nothing."))
    after = CellValue(help_text=_("The same, as it would be; null of a cell that is refused."))
    verdict = serializers.ChoiceField(CellVerdict.choices)
    is_proposal = serializers.BooleanField(help_text=_("Whether it is only proposed, and the province decides."))
    code = serializers.CharField(help_text=_("Of what is wrong; empty: nothing is."))
    words = serializers.CharField()
    question = serializers.ChoiceField(
        [("", ""), *AskedAtCell.choices], help_text=_("What is asked at it; `choices/` answers.")
    )
    options = Options(
        help_text=_("What is known of that: the projects that may be meant; who changed it, when, from what.")
    )


@extend_schema_serializer(many=False)
class ImportPage(Paged):
    """A page of them."""

    results = ImportRecord(many=True)


class CellPage(Paged):
    """A page of them."""

    results = CellRecord(many=True)


_VERDICT = Parameter(
    "verdict",
    _("Only cells of which this comes."),
    {"type": "string", "enum": CellVerdict.values},
    many=True,
)


class ImportViewSet(RegisterView, GenericViewSet):
    """Workbooks that were sent. Of a step what was sent is checked first, then the step refuses what cannot be."""

    model = Import
    serializer_class = ImportRecord
    has_etag = False  # an import goes on without a revision
    http_method_names = ["get", "head", "post"]
    lookup_value_regex = "[0-9]{1,18}"

    def known_parameters(self) -> Sequence[Parameter]:
        own = {"list": PAGING, "cells": (_VERDICT, *PAGING)}
        return (*own.get(self.action, ()), *EVERYWHERE)

    def get_parsers(self) -> list[Any]:
        return super().get_parsers() if self.detail else [MultiPartParser()]

    def get_queryset(self) -> QuerySet[Import]:
        """Return the imports that the user may see."""
        return Import.objects.visible_to(self.request.user).select_related("programme")

    @extend_schema(
        summary=_("List imports"),
        description=_("One's own, the newest first; for the province those of all."),
        responses=ImportPage,
    )
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        summary=_("Send a workbook"),
        description=_("It is kept and checked; nothing is written before it is confirmed."),
        request={"multipart/form-data": ImportChange},
        responses={202: ImportBegun},
    )
    def create(self, request: Request) -> Response:
        return self._build_accepted_response(self.take_prepared_step())

    def prepare(self, request: Request) -> None:
        if self.action == "create":
            body = ImportChange(data=_get_form_parts(request), context=self.get_serializer_context())
            body.is_valid(raise_exception=True)
            said = dict(body.validated_data)
            file = said.pop("file")
            self.take_prepared_step = prepare_upload(request.user, name=file.name, content=file.read(), **said)
        elif self.action == "mapping":
            arguments = self._get_arguments(MappingChange)
            self.take_prepared_step = prepare_mapping(self.get_object(), user=request.user, **arguments)

    def retrieve(self, request: Request, **_key: Any) -> Response:
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        summary=_("List the cells of an import"),
        description=_(
            "As they stand in the file, with what would come, or came, of each, but for those that only name the project."
        ),
        responses=CellPage,
    )
    @action(detail=True)
    def cells(self, request: Request, **_key: Any) -> Response:
        rows = self.get_object().cells.with_content()
        if verdicts := request.query_params.getlist("verdict"):
            rows = rows.filter(verdict__in=verdicts)
        return self.get_paginated_response(CellRecord(self.paginate_queryset(rows), many=True).data)

    @extend_schema(
        summary=_("What was refused, as a workbook"),
        description=_(
            "Its rows under the sender's own heads, with the faults marked in their cells: sent back corrected it is an "
            "import like any other."
        ),
        responses={(200, MEDIA_TYPE): OpenApiTypes.BINARY},
    )
    @action(detail=True)
    def refused(self, request: Request, **_key: Any) -> HttpResponse:
        imported = self.get_object()
        book = refused_workbook(imported)
        if book is None:
            raise Http404
        return workbook_response(book, f"import-{imported.pk}-refused")

    @extend_schema(
        summary=_("Say which column is which field"),
        description=_("It is checked anew, and remembered for tables with the same heads."),
        request=MappingChange,
        responses={202: ImportBegun},
    )
    @action(detail=True, methods=["post"])
    def mapping(self, request: Request, **_key: Any) -> Response:
        return self._build_accepted_response(self.take_prepared_step())

    @extend_schema(
        summary=_("Answer what a preview asks"),
        description=_("It is kept with the import, which is checked anew; nothing is written."),
        request=ChoicesChange,
        responses={202: ImportBegun},
    )
    @action(detail=True, methods=["post"])
    def choices(self, request: Request, **_key: Any) -> Response:
        return self._take_step(choose, ChoicesChange)

    @extend_schema(
        summary=_("Confirm an import"),
        description=_(
            "It is written as it was previewed, in one revision, or not at all: then its state is `ready` again and `words` "
            "say why."
        ),
        request=ConfirmChange,
        responses={202: ImportBegun},
    )
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, **_key: Any) -> Response:
        with create_revision():  # a source that is new is registered with it, or not at all
            return self._take_step(confirm, ConfirmChange)

    @extend_schema(
        summary=_("Undo an import"),
        description=_(
            "All of it in one revision, or nothing where something of it was changed since: then its state is `done` again"
            " and `words` say why. Proposals are withdrawn as far as nobody has decided them; `words` name what stays."
        ),
        request=UndoChange,
        responses={202: ImportBegun},
    )
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, **_key: Any) -> Response:
        return self._take_step(undo, UndoChange)

    def _take_step(self, step: Callable[..., Import], body_class: type[BodySerializer]) -> Response:
        imported = step(self.get_object(), user=self.request.user, **self._get_arguments(body_class))
        return self._build_accepted_response(imported)

    def _get_arguments(self, body_class: type[BodySerializer]) -> dict[str, Any]:
        """Return the arguments of a step. Raises for what is wrong with them."""
        body = body_class(data=read_body(self.request), context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        return body.validated_data | ({"confirmed_rules": body.confirmation.rules} if body_class.asks_rules else {})

    def _build_accepted_response(self, imported: Import) -> Response:
        members = ImportBegun(imported, context=self.get_serializer_context()).data
        return Response(members, status=202, headers={"Location": members["url"]})


def _get_form_parts(request: Request) -> dict[str, Any]:
    """Return the parts of the form by name. Raises for a body that is no form, and for a part given twice."""
    parts = request.data
    if not isinstance(parts, QueryDict):  # nothing was sent, not even a form
        raise exceptions.UnsupportedMediaType(str(request.content_type))
    twice = [name for name in parts if len(parts.getlist(name)) > 1]
    if twice:
        raise exceptions.ValidationError(
            {twice[0][:80]: [gettext("“%(name)s” is given twice.") % {"name": twice[0][:80]}]}, code="repeated"
        )
    return {name: parts[name] for name in parts}
