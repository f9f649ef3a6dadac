"""Directions, sectors, chain links, prefectures and enterprises."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view

from projects.api.filters import (
    ChainLinkFilterSet,
    DirectionFilterSet,
    EnterpriseFilterSet,
    PrefectureFilterSet,
    SectorFilterSet,
)
from projects.api.parameters import Parameter
from projects.api.serializers.references import (
    ChainLinkRecord,
    DirectionRecord,
    EnterpriseRecord,
    PrefectureRecord,
    SectorRecord,
)
from projects.models import Enterprise, Prefecture
from sectors.models import ChainLink, Direction, Sector

from .base import RecordViewSet

_SLUG = {"type": "string", "pattern": "^[0-9a-z]+(-[0-9a-z]+)*$"}
_ADCODE = {"type": "string", "pattern": "^[0-9]{6}$"}


@extend_schema_view(
    list=extend_schema(
        summary=_("List directions"),
        description=_(
            "Of the announcement. Totals are broken down by those that are groups of sectors (`totals/?by=direction`); the "
            "other is the figure `transferred_count`."
        ),
    ),
    retrieve=extend_schema(summary=_("Show a direction")),
)
class DirectionViewSet(RecordViewSet):
    model = Direction
    serializer_class = DirectionRecord
    filterset_class = DirectionFilterSet
    lookup_field = "code"
    lookup_value_regex = "[0-9a-z-]+"
    path_parameters = (Parameter("code", _("The direction's code."), _SLUG | {"examples": ["strengthen"]}),)


@extend_schema_view(list=extend_schema(summary=_("List sectors")), retrieve=extend_schema(summary=_("Show a sector")))
class SectorViewSet(RecordViewSet):
    model = Sector
    serializer_class = SectorRecord
    filterset_class = SectorFilterSet
    related = ("direction",)
    lookup_field = "code"
    lookup_value_regex = "[0-9a-z-]+"
    path_parameters = (Parameter("code", _("The sector's code."), _SLUG | {"examples": ["energy-electronics"]}),)


@extend_schema_view(
    list=extend_schema(summary=_("List chain links")), retrieve=extend_schema(summary=_("Show a chain link"))
)
class ChainLinkViewSet(RecordViewSet):
    model = ChainLink
    serializer_class = ChainLinkRecord
    filterset_class = ChainLinkFilterSet
    related = ("sector",)
    lookup_field = "code"
    lookup_value_regex = "[0-9a-z-]+"
    path_parameters = (Parameter("code", _("The chain link's code."), _SLUG | {"examples": ["cathode-materials"]}),)


@extend_schema_view(
    list=extend_schema(summary=_("List prefectures")), retrieve=extend_schema(summary=_("Show a prefecture"))
)
class PrefectureViewSet(RecordViewSet):
    model = Prefecture
    serializer_class = PrefectureRecord
    filterset_class = PrefectureFilterSet
    lookup_field = "adcode"
    lookup_value_regex = "[0-9]{6}"
    path_parameters = (Parameter("adcode", _("The prefecture's six digits."), _ADCODE | {"examples": ["430100"]}),)


@extend_schema_view(
    list=extend_schema(
        summary=_("List enterprises"),
        description=_("Those of a project that you see, and those that no project names yet."),
    ),
    retrieve=extend_schema(summary=_("Show an enterprise")),
)
class EnterpriseViewSet(RecordViewSet):
    model = Enterprise
    serializer_class = EnterpriseRecord
    filterset_class = EnterpriseFilterSet

    def get_queryset(self) -> QuerySet:
        # the row permission joins projects, which must not repeat an enterprise
        return Enterprise.objects.filter(pk__in=super().get_queryset().order_by().values("pk"))
