"""Serializers of notes about figures, projects and reports."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.api.fields import Choice, MonthText, about
from projects.choices import Measure
from projects.models import Note
from projects.periods import Month

from .by_model import ChangeSerializer, RecordSerializer
from .subjects import AuthoredChange

_PERIOD = _("The month that it speaks of, such as 2023-06; null: the whole year.")


class NoteRecord(RecordSerializer):
    """A remark with its author and day. The public reads none."""

    month = serializers.SerializerMethodField(label=_("month"), help_text=_PERIOD)

    class Meta:
        model = Note
        fields = "version id url text author day programme month project report figure sector prefecture ..."

    def get_month(self, note: Note) -> str | None:
        return str(Month(note.programme.year, note.month)) if note.month else None


class NotePatch(ChangeSerializer):
    """What may be changed of a note: its words, by its author."""

    class Meta:
        model = Note
        fields = "text"


class NoteChange(AuthoredChange):
    """A new note about one subject: a project, a report, or a figure of a programme. Its author is who sends it."""

    month = MonthText(required=False, allow_null=True, default=None, help_text=_PERIOD)
    figure = Choice(Measure.choices, required=False, help_text=about(Note, "figure"))

    class Meta:
        model = Note
        fields = "text programme month project report figure sector prefecture"
        extra_kwargs = {
            "programme": {"required": False, "help_text": _("Year of the programme; a report has its own.")}
        }

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        report, month = attributes.get("report"), attributes.get("month")
        programme = report.entry.programme if report else attributes.get("programme")
        if programme is None:
            raise serializers.ValidationError({"programme": [_("Name the programme whose year the note speaks of.")]})
        if month is not None and month.year != programme.year:
            message = _("%(month)s is not in the programme's year.") % {"month": month}
            raise serializers.ValidationError({"month": [message]})
        return attributes | {"programme": programme, "month": month.number if month else None}
