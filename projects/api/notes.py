"""Notes about figures, projects and reports."""

from __future__ import annotations

from typing import Any

import django_filters as df
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.choices import Measure
from projects.models import MonthlyReport, Note, Prefecture, Programme
from projects.periods import Month
from projects.totals.filter_types import AnyOf, ManyOf, OrderFilter, range_filters
from sectors.models import Sector

from .fields import Choice, MonthText, get_field_description
from .filters import COLUMNS, DayFilter, MonthFilter, ProjectsFilter, project_search
from .serializers import AuthoredChange, ChangeSerializer, RecordSerializer
from .viewsets import DeletableViewSet

_PERIOD = _("The month that it speaks of, such as 2023-06; null: the whole year.")


class NoteRecord(RecordSerializer):
    """A remark with its author and day. The public reads none."""

    month = serializers.SerializerMethodField(label=_("month"), help_text=_PERIOD)

    class Meta:
        model = Note
        fields = [
            "version",
            "id",
            "url",
            "text",
            "author",
            "day",
            "programme",
            "month",
            "project",
            "report",
            "figure",
            "sector",
            "prefecture",
        ]

    def get_month(self, note: Note) -> str | None:
        return str(Month(note.programme.year, note.month)) if note.month else None


class NotePatch(ChangeSerializer):
    """What may be changed of a note: its words, by its author."""

    class Meta:
        model = Note
        fields = ["text"]


class NoteChange(AuthoredChange):
    """A new note about one subject: a project, a report, or a figure of a programme. Its author is who sends it."""

    month = MonthText(required=False, allow_null=True, default=None, help_text=_PERIOD)
    figure = Choice(Measure.choices, required=False, help_text=get_field_description(Note, "figure"))

    class Meta:
        model = Note
        fields = ["text", "programme", "month", "project", "report", "figure", "sector", "prefecture"]
        extra_kwargs = {
            "programme": {"required": False, "help_text": _("Year of the programme; a report has its own.")}
        }

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        report, month = attributes.get("report"), attributes.get("month")
        programme = report.entry.programme if report else attributes.get("programme")
        if programme is None:
            message = _("Name the programme whose year the note speaks of.")
            raise serializers.ValidationError({"programme": [message]}, code="required")
        if month is not None and month.year != programme.year:
            message = _("%(month)s is not in the programme's year.") % {"month": month}
            raise serializers.ValidationError({"month": [message]})
        return attributes | {"programme": programme, "month": month.number if month else None}


class NoteFilterSet(df.FilterSet):
    programme = ManyOf(Programme, "programme", "year")
    month = MonthFilter("programme", label=_("month"))
    project = ProjectsFilter()
    report = ManyOf(MonthlyReport, "report", "pk")
    figure = AnyOf(Note, "figure")
    sector = ManyOf(Sector, "sector", "code", nullable=True)
    prefecture = ManyOf(Prefecture, "prefecture", "adcode", nullable=True)
    day_min, day_max = range_filters("day", DayFilter)
    search = project_search("project", "text")
    ordering = OrderFilter("day", "programme", "month", "project", "id", columns=COLUMNS)


class NoteViewSet(DeletableViewSet):
    descriptions = {
        "list": _("Remarks about figures, projects and reports, for who may read what they are about. Not public."),
        "partial_update": _("Its words, by its author alone."),
    }
    model = Note
    serializer_class = NoteRecord
    change_class = NoteChange
    patch_class = NotePatch
    filterset_class = NoteFilterSet
    related = ("author", "programme", "project", "sector", "prefecture")
