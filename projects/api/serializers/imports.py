"""Imports of workbooks: what is said of one, and of its cells."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from projects.choices import CellVerdict, ImportState, Measure, WorkbookKind
from projects.importing.returned import is_refused
from projects.imports.workbooks.choices import Asked
from projects.imports.workbooks.mapping import Certainty, Question
from projects.imports.workbooks.tables import LeftOut
from projects.models import Import
from projects.periods import Month

from .base import Paged, ReadOnlySerializer
from .import_changes import HEADS, MAPPING, Heads, Mapping

_VALUE = {"oneOf": [{"type": ["integer", "null"]}, {"type": "string"}]}


class SheetRecord(ReadOnlySerializer):
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
    row = serializers.IntegerField()
    why = serializers.ChoiceField(LeftOut.choices)
    text = serializers.CharField()


class ImportCounts(ReadOnlySerializer):
    """How many have each verdict."""

    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    conflicts = serializers.IntegerField()


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

    row = serializers.IntegerField()
    code = serializers.CharField()
    message = serializers.CharField()
    field = serializers.CharField()


class ImportRecord(ReadOnlySerializer):
    """A workbook that was sent. Nothing of it is in the register before its state is `done`."""

    id = serializers.IntegerField()
    url = serializers.SerializerMethodField(help_text=_("Address of this record."))
    state = serializers.ChoiceField(ImportState.choices)
    kind = serializers.ChoiceField(WorkbookKind.choices)
    programme = serializers.IntegerField(source="programme.year")
    month = serializers.SerializerMethodField()
    name = serializers.CharField(help_text=_("Name of the file."))
    digest = serializers.CharField(help_text=_("SHA-256 of the file."))
    size = serializers.IntegerField(help_text=_("Bytes of the file."))
    sheet = serializers.CharField()
    sheets = SheetRecord(many=True, source="reading.sheets", default=list)
    columns = ColumnRecord(many=True, source="reading.columns", default=list)
    left_out = RowLeftOutRecord(many=True, source="reading.left_out", default=list)
    hidden_rows = serializers.ListField(child=serializers.IntegerField(), source="reading.hidden_rows", default=list)
    heads = Heads(allow_null=True, help_text=HEADS)
    mapping = Mapping(allow_null=True, help_text=MAPPING)
    counts = ImportCountsRecord(allow_null=True)
    effects = MovedFigureRecord(many=True)
    cells = serializers.SerializerMethodField(help_text=_("Address of its cells, by pages."))
    refused = serializers.SerializerMethodField(
        help_text=_("Address of what is refused, as a workbook with its faults marked; empty: nothing is.")
    )
    words = serializers.CharField(help_text=_("Why it is refused, or why nothing was written."))
    doubts = DoubtRecord(many=True)
    reason = serializers.CharField()
    revision = serializers.IntegerField(source="revision_made", allow_null=True)
    undone_by = serializers.IntegerField(allow_null=True, help_text=_("Number of the revision that undid it."))
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text=_("Until then it can be confirmed."))
    confirmed_at = serializers.DateTimeField(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, instance: Import) -> dict[str, Any]:
        return super().to_representation(instance) | {"counts": instance.counts or None}

    def get_url(self, imported: Import) -> str:
        return reverse("api:import", args=[imported.pk], request=self.context["request"])

    def get_cells(self, imported: Import) -> str:
        return reverse("api:import-cells", args=[imported.pk], request=self.context["request"])

    def get_refused(self, imported: Import) -> str:
        request = self.context["request"]
        return reverse("api:import-refused", args=[imported.pk], request=request) if is_refused(imported) else ""

    def get_month(self, imported: Import) -> str | None:
        return str(Month(imported.programme.year, imported.month)) if imported.month else None


class ImportBegun(ReadOnlySerializer):
    """Where to ask how far it is."""

    id = serializers.IntegerField()
    url = serializers.URLField()
    state = serializers.ChoiceField(ImportState.choices)


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
    after = CellValue(help_text=_("Whole CNY, a code, a day or a text; null: nothing."))
    verdict = serializers.ChoiceField(CellVerdict.choices)
    is_proposal = serializers.BooleanField(help_text=_("Whether it is only proposed, and the province decides."))
    code = serializers.CharField(help_text=_("Of what is wrong; empty: nothing is."))
    words = serializers.CharField()
    question = serializers.ChoiceField(
        [("", ""), *Asked.choices], help_text=_("What is asked at it; `choices/` answers.")
    )
    options = Options(
        help_text=_("What is known of that: the projects that may be meant; who changed it, when, from what.")
    )


class ImportPage(Paged):
    """A page of them."""

    results = ImportRecord(many=True)


class CellPage(Paged):
    """A page of them."""

    results = CellRecord(many=True)
