"""Imports of workbooks: what is sent with each step, and what is said of one."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from projects.api.fields import Choice, MonthText, Text
from projects.api.references import Reference, SourceReference
from projects.choices import CellVerdict, Measure, WorkbookKind
from projects.importing import reading
from projects.importing.moved import MovedFigure
from projects.imports.workbooks.mapping import NOT_A_MAPPING, Certainty, Question
from projects.imports.workbooks.tables import LeftOut
from projects.models import Import, ImportedCell, Programme
from projects.models.attribution import REPORTED_IN_WORDS
from projects.periods import Month
from projects.text import LONGEST_LINE, LONGEST_WORDS

from .base import BodySerializer, Paged, ReadOnlySerializer
from .by_type import TypedSerializer
from .totals import DoubtedRule

_LONGEST_SHEET = 100
_VALUE = {"oneOf": [{"type": ["integer", "null"]}, {"type": "string"}]}
_COLUMN = {
    "type": "object",
    "properties": {
        "field": {"type": "string"},
        "unit": {"oneOf": [{"type": ["integer", "null"]}, {"type": "string"}]},
        "blank_clears": {"type": "boolean"},
    },
    "required": ["field"],
}
_MAPPING = _(
    "By the letters of a column its field, of amounts the unit (CNY, or a word such as 万元), and whether blank cells "
    "clear what is stored. Columns that are left out are not imported."
)


@extend_schema_field({"type": "object", "additionalProperties": _COLUMN})
class Mapping(serializers.JSONField):
    """A mapping. Whether it fits the table is for the table to say."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str):  # a part of a form
            try:
                data = json.loads(data)
            except ValueError:
                raise serializers.ValidationError(NOT_A_MAPPING) from None
        if not isinstance(data, dict):
            raise serializers.ValidationError(NOT_A_MAPPING)
        return data


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
    mapping = Mapping(required=False, help_text=_MAPPING)
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

    mapping = Mapping(allow_null=True, required=False, default=None, help_text=_MAPPING)
    sheet = Text(required=False, max_length=_LONGEST_SHEET, help_text=_("The sheet that is read, by its name."))


class ConfirmChange(BodySerializer):
    """Why it is written, and what its figures are based on: the file itself where nothing else is said."""

    reason = Text(max_length=LONGEST_WORDS, help_text=_("Why; kept with the revision."))
    source = SourceReference(required=False)
    reported_by = Text(required=False, allow_blank=True, max_length=LONGEST_LINE, help_text=REPORTED_IN_WORDS)


class UndoChange(BodySerializer):
    """Why it is taken back."""

    reason = Text(max_length=LONGEST_WORDS, help_text=_("Why; kept with the revision."))


class SheetRecord(TypedSerializer):
    """A sheet of the file."""

    of = reading.SheetRead
    members = "name is_hidden"


class ColumnRecord(TypedSerializer):
    """A column as its heads say it, and what is asked of it."""

    certainty = serializers.ChoiceField(Certainty.choices)
    question = serializers.ChoiceField([("", ""), *Question.choices])

    of = reading.ColumnRead
    members = "letters head certainty field unit unit_from suggestions samples question"
    texts = {
        "field": _("Empty: it is not imported."),
        "unit": _("Of amounts, in CNY."),
        "unit_from": _("The cell that says the unit."),
    }


class RowLeftOutRecord(TypedSerializer):
    """A row that is no record."""

    why = serializers.ChoiceField(LeftOut.choices)

    of = reading.RowLeftOut
    members = "row why text"


class ImportCounts(ReadOnlySerializer):
    """How many have each verdict."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {verdict: serializers.IntegerField() for verdict in CellVerdict.values}


class ImportCountsRecord(ReadOnlySerializer):
    rows = ImportCounts()
    cells = ImportCounts()


class MovedFigureRecord(TypedSerializer):
    """A headline figure of the whole year before and after; amounts in whole CNY."""

    figure = serializers.ChoiceField(Measure.choices)

    of = MovedFigure
    members = "figure before known_before of_before after known_after of_after later"
    texts = {"later": _("Once what is only proposed is accepted, and what is reported approved.")}


class DoubtRecord(DoubtedRule):
    """What a plausibility rule doubts; who confirms the import again names its code in `confirm`."""

    row = serializers.IntegerField()


class ImportRecord(TypedSerializer):
    """A workbook that was sent. Nothing of it is in the register before its state is `done`."""

    url = serializers.SerializerMethodField(help_text=_("Address of this record."))
    programme = serializers.IntegerField(source="programme.year")
    month = serializers.SerializerMethodField()
    sheets = SheetRecord(many=True, source="reading.sheets", default=list)
    columns = ColumnRecord(many=True, source="reading.columns", default=list)
    left_out = RowLeftOutRecord(many=True, source="reading.left_out", default=list)
    hidden_rows = serializers.ListField(child=serializers.IntegerField(), source="reading.hidden_rows", default=list)
    mapping = Mapping(allow_null=True, help_text=_MAPPING)
    counts = ImportCountsRecord(allow_null=True)
    effects = MovedFigureRecord(many=True)
    cells = serializers.SerializerMethodField(help_text=_("Address of its cells, by pages."))
    doubts = DoubtRecord(many=True)

    of = Import
    members = (
        "id url state kind programme month name digest size sheet sheets columns left_out hidden_rows mapping counts "
        "effects cells words doubts reason revision:revision_made undone_by created_at expires_at confirmed_at undone_at"
    )
    texts = {
        "name": _("Name of the file."),
        "digest": _("SHA-256 of the file."),
        "size": _("Bytes of the file."),
        "words": _("Why it is refused, or why nothing was written."),
        "undone_by": _("Number of the revision that took it back."),
        "expires_at": _("Until then it can be confirmed."),
    }

    def to_representation(self, instance: Import) -> dict[str, Any]:
        instance.counts = instance.counts or None
        return super().to_representation(instance)

    def get_url(self, imported: Import) -> str:
        return reverse("api:import", args=[imported.pk], request=self.context["request"])

    def get_cells(self, imported: Import) -> str:
        return reverse("api:import-cells", args=[imported.pk], request=self.context["request"])

    def get_month(self, imported: Import) -> str | None:
        return str(Month(imported.programme.year, imported.month)) if imported.month else None


class ImportBegun(TypedSerializer):
    """Where to ask how far it is."""

    url = serializers.URLField()

    of = Import
    members = "id url state"


@extend_schema_field(_VALUE)
class CellValue(serializers.JSONField):
    """Whole CNY, a code, a day or a text; null: nothing."""


class CellRecord(TypedSerializer):
    """One cell, and what would come, or came, of it."""

    before = CellValue(help_text=_("Whole CNY, a code, a day or a text; null: nothing."))
    after = CellValue(help_text=_("Whole CNY, a code, a day or a text; null: nothing."))

    of = ImportedCell
    members = "row address project field text before after verdict is_proposal code words"
    texts = {
        "address": _("Such as C7."),
        "project": _("Code of the project; of a new one the code that it gets."),
        "text": _("As it stands in the file."),
        "is_proposal": _("Whether it is only proposed, and the province decides."),
        "code": _("Of what is wrong; empty: nothing is."),
    }


class ImportPage(Paged):
    """A page of them."""

    results = ImportRecord(many=True)


class CellPage(Paged):
    """A page of them."""

    results = CellRecord(many=True)
