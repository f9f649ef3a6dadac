"""Entries: projects' places on programmes' lists."""

from __future__ import annotations

from typing import Any

import django_filters as df
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

from projects.access import needs_proposal
from projects.choices import ReportPart
from projects.models import Entry, Programme, Project, Source
from projects.models.entry import JOINED_IS_ASKED, lacks_day_of_joining
from projects.monitoring.sheet import in_part
from projects.periods import Month
from projects.totals.filter_types import AmountFilter, AnyOf, ManyOf, OrderFilter, range_filters

from .filters import COLUMNS, AnyMonthFilter, DayFilter, ProjectsFilter, YesNoFilter, place_filters, project_search
from .serializers import OriginsChange, RecordSerializer
from .viewsets import WritableViewSet


class EntryRecord(RecordSerializer):
    """A project on the list of one programme."""

    private = ("planned_disbursement_reported_by",)  # it may be a person

    class Meta:
        model = Entry
        fields = [
            "version",
            "id",
            "url",
            "project",
            "programme",
            "planned_disbursement",
            "status",
            "disbursed_before",
            "joined",
            "left",
            "listed_on",
            "basis",
            "source",
            "planned_disbursement_reported_by",
        ]


class EntryChange(OriginsChange):
    """What may be written of a list entry."""

    class Meta:
        model = Entry
        fields = [
            "reason",
            "project",
            "programme",
            "planned_disbursement",
            "planned_disbursement_source",
            "planned_disbursement_reported_by",
            "status",
            "disbursed_before",
            "joined",
            "left",
            "basis",
            "source",
        ]
        extra_kwargs = {
            "joined": {
                "help_text": _(
                    "On the list from this day's month on. A place that is added once the year has begun names it, "
                    "1 January if from the start. Null before: from the start of the year."
                )
            }
        }

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        attributes = super().validate(attributes)
        is_proposed = needs_proposal(self.context["request"].user, "entry", "programme")  # as saving it says
        is_added = self.instance is None and not is_proposed
        if is_added and lacks_day_of_joining(attributes["programme"], attributes.get("joined")):
            raise ValidationError({"joined": [JOINED_IS_ASKED]}, code="required")
        return attributes


class EntryFilterSet(df.FilterSet):
    programme = ManyOf(Programme, "programme", "year")
    project = ProjectsFilter()
    sector, chain_link, prefecture = place_filters("project")
    kind = AnyOf(Project, "kind", field_name="project__kind")
    status = AnyOf(Entry, "status")
    basis = AnyOf(Entry, "basis")
    planned_disbursement_min, planned_disbursement_max = range_filters("planned_disbursement", AmountFilter)
    planned_disbursement_known = YesNoFilter(
        method="filter_known", label=_("whether the planned disbursement is known")
    )
    joined_min, joined_max = range_filters("joined", DayFilter)
    left_min, left_max = range_filters("left", DayFilter)
    outstanding_in, not_submitted_in = (
        AnyMonthFilter(method="filter_part", label=label)
        for label in (
            _("asked for a report of this month that is neither submitted nor approved"),
            _("the same without those whose report was returned"),
        )
    )
    source = ManyOf(Source, "source", "pk", nullable=True)
    search = project_search("project")
    ordering = OrderFilter(
        "programme", "project", "planned_disbursement", "status", "joined", "left", "id", columns=COLUMNS
    )

    def filter_part(self, queryset: QuerySet, name: str, value: Month) -> QuerySet:
        part = ReportPart.OUTSTANDING if name == "outstanding_in" else ReportPart.NOT_SUBMITTED
        asked = queryset.filter(programme__year=value.year).on_list_in(value).asked_to_report()
        return in_part(asked, part, month=value.number, user=self.request.user)

    def filter_known(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(planned_disbursement__isnull=not value)


class EntryViewSet(WritableViewSet):
    descriptions = {"list": _("Which projects are on which programme's list.")}
    model = Entry
    serializer_class = EntryRecord
    change_class = EntryChange
    filterset_class = EntryFilterSet
    related = ("project", "programme", "source")
