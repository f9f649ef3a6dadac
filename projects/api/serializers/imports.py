"""Serializers of imports: what is said of one, and of its cells."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from projects.access import access_of
from projects.choices import AskedAtCell, CellVerdict, Measure, TargetKind
from projects.imports.workbooks.mapping import Certainty, Question
from projects.imports.workbooks.tables import LeftOut
from projects.models import Import, ImportedCell
from projects.periods import Month
from projects.totals.programmes import programmes_read
from projects.workbook_imports import reading
from projects.workbook_imports.figure_effects import MovedFigure
from projects.workbook_imports.refused_rows import is_refused
from projects.workbook_imports.target_effects import MovedTarget
from projects.workbook_imports.unchosen_year import is_shown_unchosen

from .base import Paged, ReadOnlySerializer
from .by_type import TypedSerializer, Url
from .import_changes import HEADS, MAPPING, Heads, Mapping
from .totals import DoubtedRule

_VALUE = {"oneOf": [{"type": ["integer", "null"]}, {"type": "string"}]}


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


class ImportCountsRecord(TypedSerializer):
    rows: ImportCounts
    cells: ImportCounts


class MovedTargetRecord(TypedSerializer):
    """A target of the programme that an import adds or changes, and how far the figure has come of it."""

    measure = serializers.ChoiceField(Measure.choices)
    kind = serializers.ChoiceField(TargetKind.choices)
    ratio_before = serializers.FloatField(allow_null=True)
    ratio_after = serializers.FloatField(allow_null=True)

    of = MovedTarget
    members = "measure kind before ratio_before after ratio_after"


class MovedFigureRecord(TypedSerializer):
    """A headline figure of the whole year before and after; amounts in whole CNY."""

    figure = serializers.ChoiceField(Measure.choices)
    targets = MovedTargetRecord(many=True, default=list)

    of = MovedFigure
    members = "figure before known_before of_before after known_after of_after later targets"
    texts = {"later": _("Once what is only proposed is accepted, and what is reported approved.")}


class DoubtRecord(DoubtedRule):
    """What a plausibility rule doubts; who confirms the import again names its code in `confirm`."""

    row: int


class ImportRecord(TypedSerializer):
    """A workbook that was sent. Nothing of it is in the register before its state is `done`."""

    url = serializers.SerializerMethodField(help_text=_("Address of this record."))
    programme = serializers.IntegerField(source="programme.year")
    month = serializers.SerializerMethodField()
    sheets = SheetRecord(many=True, source="reading.sheets", default=list)
    columns = ColumnRecord(many=True, source="reading.columns", default=list)
    left_out = RowLeftOutRecord(many=True, source="reading.left_out", default=list)
    hidden_rows = serializers.ListField(child=serializers.IntegerField(), source="reading.hidden_rows", default=list)
    heads = Heads(allow_null=True, help_text=HEADS)
    mapping = Mapping(allow_null=True, help_text=MAPPING)
    counts: ImportCountsRecord | None
    effects: list[MovedFigureRecord]
    cells = serializers.SerializerMethodField(help_text=_("Address of its cells, by pages."))
    refused = serializers.SerializerMethodField(
        help_text=_("Address of what is refused, as a workbook with its faults marked; empty: nothing is.")
    )
    doubts: list[DoubtRecord]
    notice = serializers.SerializerMethodField(
        help_text=_(
            "To the province, once it is written: that this year is shown by default now though none is selected."
        )
    )

    of = Import
    members = (
        "id url state kind programme month name digest size sheet sheets columns left_out hidden_rows heads mapping counts "
        "effects cells refused words notice doubts reason revision:revision_made undone_by created_at expires_at "
        "confirmed_at undone_at"
    )
    texts = {
        "name": _("Name of the file."),
        "digest": _("SHA-256 of the file."),
        "size": _("Bytes of the file."),
        "words": _("Why it is refused, or why nothing was written."),
        "undone_by": _("Number of the revision that undid it."),
        "expires_at": _("Until then it can be confirmed."),
    }

    def to_representation(self, instance: Import) -> dict[str, Any]:
        return super().to_representation(instance) | {"counts": instance.counts or None}

    def get_url(self, imported: Import) -> str:
        return reverse("api:import", args=[imported.pk], request=self.context["request"])

    def get_cells(self, imported: Import) -> str:
        return reverse("api:import-cells", args=[imported.pk], request=self.context["request"])

    def get_refused(self, imported: Import) -> str:
        request = self.context["request"]
        return reverse("api:import-refused", args=[imported.pk], request=request) if is_refused(imported) else ""

    def get_notice(self, imported: Import) -> str | None:
        """As the page of the import says it; who sent it may choose another year there."""
        request = self.context["request"]
        if not is_shown_unchosen(imported, access_of(request.user), lambda: programmes_read(request)):
            return None
        text = gettext(
            "Pages, search, API and files show the programme of %(year)s by default now: no current programme is selected."
        )
        return text % {"year": imported.programme.year}

    def get_month(self, imported: Import) -> str | None:
        return str(Month(imported.programme.year, imported.month)) if imported.month else None


class ImportBegun(TypedSerializer):
    """Where to ask how far it is."""

    url: Url

    of = Import
    members = "id url state"


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


class CellRecord(TypedSerializer):
    """One cell, and what would come, or came, of it."""

    before = CellValue(help_text=_("Whole CNY, a code, a day or a text; null: nothing."))
    after = CellValue(help_text=_("The same, as it would be; null of a cell that is refused."))
    question = serializers.ChoiceField(
        [("", ""), *AskedAtCell.choices], help_text=_("What is asked at it; `choices/` answers.")
    )
    options = Options(
        help_text=_("What is known of that: the projects that may be meant; who changed it, when, from what.")
    )

    of = ImportedCell
    members = "row address project field text before after verdict is_proposal code words question options"
    texts = {
        "address": _("Such as C7."),
        "project": _("Code of the project; of a new one the code that it gets."),
        "text": _("As it stands in the file."),
        "is_proposal": _("Whether it is only proposed, and the province decides."),
        "code": _("Of what is wrong; empty: nothing is."),
    }


class ImportPage(TypedSerializer, Paged):
    """A page of them."""

    results: list[ImportRecord]


class CellPage(TypedSerializer, Paged):
    """A page of them."""

    results: list[CellRecord]
