"""Programmes, by their year, and their targets."""

from __future__ import annotations

import django_filters as df
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from projects.choices import Unit
from projects.history.revisions import create_revision
from projects.models import Entry, Programme, Source, Target
from projects.periods import EARLIEST, LATEST, MONTHS_OF_YEAR
from projects.totals.filter_types import (
    AmountFilter,
    AnyOf,
    ManyOf,
    NumberFilter,
    OrderFilter,
    SearchFilter,
    range_filters,
)
from projects.totals.programmes import current_of, programmes_of
from projects.workflows.current_programme import choose
from sectors.models import Sector

from .filters import COLUMNS, YesNoFilter
from .permissions import require
from .serializers import RecordSerializer
from .viewsets import RecordViewSet


class ProgrammeRecord(RecordSerializer):
    """One year's announced list of key projects."""

    light_rule = serializers.CharField(
        label=_("light rule"),
        source="light_rule.code",
        allow_null=True,
        default=None,
        help_text=_("The code of the rule by which lights are computed; null: none are."),
    )
    has_projects = serializers.BooleanField(
        label=_("has projects"), help_text=_("Whether you see a project on its list.")
    )

    current = serializers.SerializerMethodField(
        label=_("current"),
        help_text=_(
            "Whether it is what you are shown by default: what the province chose last, else the newest in use."
        ),
    )

    class Meta:
        model = Programme
        fields = [
            "url",
            "year",
            "name_zh",
            "name_en",
            "reporting_day",
            "light_rule",
            "chosen_at",
            "has_projects",
            "current",
        ]

    def get_current(self, programme: Programme) -> bool:
        request = self.context["request"]
        if not hasattr(request, "current_programme"):  # found out once for all records of an answer
            request.current_programme = current_of(programmes_of(request.user))
        return programme == request.current_programme


class TargetRecord(RecordSerializer):
    """One number that was announced, revised, monitored or reported for a programme."""

    units = {"value": ""}  # each row says its own

    unit = serializers.ChoiceField(Unit.choices, label=_("unit"))
    through = serializers.SerializerMethodField(
        label=_("through, year and month"),
        help_text=_("The month, such as 2023-06, that the number goes through from January; null: the whole year."),
    )

    class Meta:
        model = Target
        fields = [
            "id",
            "url",
            "programme",
            "measure",
            "kind",
            "relation",
            "value",
            "unit",
            "through",
            "sector",
            "plan_share",
            "plan_share_relation",
            "through_month",
            "source",
            "note_zh",
            "note_en",
        ]
        extra_kwargs = {"relation": {"help_text": _("How the number is meant.")}}

    def get_through(self, target: Target) -> str | None:
        return str(target.end_month) if target.end_month else None


_YEARS = {"min_value": EARLIEST, "max_value": LATEST}


class ProgrammeFilterSet(df.FilterSet):
    year_min, year_max = range_filters(
        "year", NumberFilter, labels=(_("from this year"), _("up to this year")), **_YEARS
    )
    has_projects = YesNoFilter(label=_("whether you see a project on its list"))
    search = SearchFilter("name_zh", "name_en")
    ordering = OrderFilter("year", "name_zh", "name_en", key="-year")


class TargetFilterSet(df.FilterSet):
    programme = ManyOf(Programme, "programme", "year")
    measure = AnyOf(Target, "measure")
    kind = AnyOf(Target, "kind")
    relation = AnyOf(Target, "relation")
    value_min, value_max = range_filters("value", AmountFilter, labels=NumberFilter.range_labels)
    sector = ManyOf(Sector, "sector", "code", nullable=True, label=_("of this sector"))
    through_month = NumberFilter(label=_("through month"), min_value=1, max_value=MONTHS_OF_YEAR)
    whole_year = YesNoFilter("through_month", "isnull", label=_("whether the number is of the whole year"))
    source = ManyOf(Source, "source", "pk")
    search = SearchFilter("note_zh", "note_en", "source__publisher_zh", "source__publisher_en", "source__url")
    ordering = OrderFilter("programme", "measure", "kind", "value", "id", columns=COLUMNS)


@extend_schema_view(
    choose=extend_schema(
        summary=_("Choose the current programme"),
        description=_(
            "What pages, search, API and files show by default, until another is selected. For the province."
        ),
        request=None,
        responses=ProgrammeRecord,
    )
)
class ProgrammeViewSet(RecordViewSet):
    model = Programme
    serializer_class = ProgrammeRecord
    filterset_class = ProgrammeFilterSet
    related = ("light_rule",)
    lookup_field = "year"
    lookup_value_regex = "[0-9]{4}"

    def get_queryset(self) -> QuerySet:
        seen = Entry.objects.visible_to(self.request.user).filter(programme=OuterRef("pk"))
        return super().get_queryset().annotate(has_projects=Exists(seen))

    @action(detail=True, methods=["post"])
    def choose(self, request: Request, **_key: str) -> Response:
        require(request.user, "change", self.get_object(), message=gettext("Your role does not allow this."))
        with create_revision():
            choose(self.get_object())
        return self.build_record_response(self.get_object())


class TargetViewSet(RecordViewSet):
    descriptions = {
        "list": _("What was announced, revised, monitored or reported for the programmes; sources may disagree.")
    }
    model = Target
    serializer_class = TargetRecord
    filterset_class = TargetFilterSet
    related = ("programme", "sector", "source")
