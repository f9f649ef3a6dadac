"""Programmes, by their year, and their targets."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api.filters import ProgrammeFilterSet, TargetFilterSet
from projects.api.parameters import Parameter
from projects.api.permissions import require
from projects.api.serializers.programmes import ProgrammeRecord, TargetRecord
from projects.history.revisions import writing
from projects.models import Entry, Programme, Target
from projects.workflows.current_programme import choose

from .base import RecordViewSet

_YEAR = {"type": "integer", "minimum": 1000, "maximum": 9999, "examples": [2023]}


@extend_schema_view(
    list=extend_schema(summary=_("List programmes")),
    retrieve=extend_schema(summary=_("Show a programme")),
    choose=extend_schema(
        summary=_("Choose the current programme"),
        description=_(
            "What pages, search, API and files show by default, until another is selected. For the province."
        ),
        operation_id="programmes_choose",
        request=None,
        responses=ProgrammeRecord,
    ),
)
class ProgrammeViewSet(RecordViewSet):
    model = Programme
    serializer_class = ProgrammeRecord
    filterset_class = ProgrammeFilterSet
    related = ("light_rule",)
    lookup_field = "year"
    lookup_value_regex = "[0-9]{4}"
    path_parameters = (Parameter("year", _("The programme's year."), _YEAR),)

    def get_queryset(self) -> QuerySet:
        seen = Entry.objects.visible_to(self.request.user).filter(programme=OuterRef("pk"))
        return super().get_queryset().annotate(has_projects=Exists(seen))

    @action(detail=True, methods=["post"])
    def choose(self, request: Request, **_key: str) -> Response:
        require(request.user, "change", self.get_object(), message=gettext("Your role does not allow this."))
        with writing():
            choose(self.get_object())
        return self.answer(self.get_object())


@extend_schema_view(
    list=extend_schema(
        summary=_("List targets"),
        description=_("What was announced, revised, monitored or reported for the programmes; sources may disagree."),
    ),
    retrieve=extend_schema(summary=_("Show a target")),
)
class TargetViewSet(RecordViewSet):
    model = Target
    serializer_class = TargetRecord
    filterset_class = TargetFilterSet
    related = ("programme", "sector", "source")
