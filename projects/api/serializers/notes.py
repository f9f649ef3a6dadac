"""Notes about figures, projects and reports."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.api.fields import Choice, ChoiceOrNull, MonthText, Text, about
from projects.api.references import ProjectReference, Reference
from projects.choices import Measure
from projects.models import MonthlyReport, Note, Prefecture, Programme
from projects.models.note import LONGEST
from projects.periods import Month
from sectors.models import Sector

from .base import Address, BodySerializer, CodedName, Place, VersionedRecord

_PERIOD = _("The month that it speaks of, such as 2023-06; null: the whole year.")


class NoteRecord(VersionedRecord):
    """A remark with its author and day. The public reads none."""

    id = serializers.IntegerField()
    url = Address("notes", "pk")
    text = serializers.CharField()
    author = serializers.CharField(source="author.display_name", help_text=_("The person's name."))
    day = serializers.DateField(help_text=about(Note, "day"))
    programme = serializers.IntegerField(source="programme.year", help_text=_("Year of the programme."))
    month = serializers.SerializerMethodField(help_text=_PERIOD)
    project = CodedName(allow_null=True)
    report = serializers.IntegerField(source="report_id", allow_null=True, help_text=_("The report's id."))
    figure = ChoiceOrNull(Measure.choices, help_text=about(Note, "figure"))
    sector = CodedName(allow_null=True)
    prefecture = Place(allow_null=True)

    def get_month(self, note: Note) -> str | None:
        return str(Month(note.programme.year, note.month)) if note.month else None


class NotePatch(BodySerializer):
    """What may be changed of a note: its words, by its author."""

    text = Text(max_length=LONGEST)


class NoteChange(NotePatch):
    """A new note about one subject: a project, a report, or a figure of a programme. Its author is who sends it."""

    programme = Reference(
        Programme, "year", number=True, required=False, help_text=_("Year of the programme; a report has its own.")
    )
    month = MonthText(required=False, allow_null=True, default=None, help_text=_PERIOD)
    project = ProjectReference(required=False, allow_null=True, default=None, help_text=_("The project's code."))
    report = Reference(
        MonthlyReport,
        "pk",
        number=True,
        listed=False,
        required=False,
        allow_null=True,
        default=None,
        help_text=_("The report's id."),
    )
    figure = Choice(Measure.choices, required=False, help_text=about(Note, "figure"))
    sector = Reference(Sector, "code", allow_null=True, default=None, help_text=_("The sector's code."))
    prefecture = Reference(
        Prefecture, "adcode", allow_null=True, default=None, help_text=_("The prefecture's six digits, such as 430100.")
    )

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        report, month = attributes.get("report"), attributes.get("month")
        programme = report.entry.programme if report else attributes.get("programme")
        if programme is None:
            raise serializers.ValidationError({"programme": [_("Name the programme whose year the note speaks of.")]})
        if month is not None and month.year != programme.year:
            message = _("%(month)s is not in the programme's year.") % {"month": month}
            raise serializers.ValidationError({"month": [message]})
        return attributes | {"programme": programme, "month": month.number if month else None}

    def apply_to(self, record: Any) -> None:
        super().apply_to(record)
        record.author = self.context["request"].user
