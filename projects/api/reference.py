"""Reference data: directions, sectors, chain links, prefectures and enterprises."""

from __future__ import annotations

import django_filters as df
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.history.revisions import with_updated_at
from projects.models import Enterprise, Prefecture, Source
from projects.totals.dimensions import NO_DIRECTION
from projects.totals.filter_types import ManyOf, OrderFilter, PartialDateFilter, SearchFilter, range_filters
from sectors.models import ChainLink, Direction, Sector

from .serializers import Address, RecordSerializer
from .viewsets import RecordViewSet

_ORDER = {"order": {"help_text": _("Small numbers come first.")}}


class DirectionRecord(RecordSerializer):
    """A direction of the announcement: a group of sectors, or the projects that come from other provinces."""

    class Meta:
        model = Direction
        fields = ["url", "code", "name_zh", "name_en", "order", "measured_by", "source_url", "announced_on"]
        extra_kwargs = _ORDER


class SectorRecord(RecordSerializer):
    """A sector of electronic information manufacturing."""

    class Meta:
        model = Sector
        fields = ["url", "code", "name_zh", "name_en", "order", "direction"]
        extra_kwargs = _ORDER


class ChainLinkRecord(RecordSerializer):
    """A link of a sector's industry chain."""

    class Meta:
        model = ChainLink
        fields = ["url", "code", "name_zh", "name_en", "sector", "order"]
        extra_kwargs = _ORDER


class PrefectureRecord(RecordSerializer):
    """A prefecture-level division."""

    class Meta:
        model = Prefecture
        fields = ["url", "adcode", "name_zh", "name_en"]
        extra_kwargs = {"adcode": {"help_text": _("Six digits, GB/T 2260, such as 430100.")}}


class EnterpriseRecord(RecordSerializer):
    """An enterprise that owns or builds projects."""

    class Meta:
        model = Enterprise
        fields = ["url", "id", "name_zh", "name_en"]


class SourceRecord(RecordSerializer):
    """Where figures come from: a publication, by its address and date."""

    url = Address()
    address = serializers.CharField(source="url", label=_("address"), help_text=_("Of what was published."))

    class Meta:
        model = Source
        fields = ["url", "id", "address", "published", "publisher_zh", "publisher_en"]


class DirectionFilterSet(df.FilterSet):
    search = SearchFilter("code", "name_zh", "name_en")
    ordering = OrderFilter("code", "order", "name_zh", "name_en", key="code")


class SectorFilterSet(df.FilterSet):
    direction = ManyOf(Direction, "direction", "code", nullable=True, null_label=NO_DIRECTION)
    search = SearchFilter("code", "name_zh", "name_en")
    ordering = OrderFilter("code", "order", "name_zh", "name_en", key="code")


class ChainLinkFilterSet(df.FilterSet):
    sector = ManyOf(Sector, "sector", "code")
    search = SearchFilter("code", "name_zh", "name_en")
    ordering = OrderFilter(
        "code", "sector", "order", "name_zh", "name_en", columns={"sector": "sector__order"}, key="code"
    )


class PrefectureFilterSet(df.FilterSet):
    search = SearchFilter("adcode", "name_zh", "name_en")
    ordering = OrderFilter("adcode", "name_zh", "name_en", key="adcode")


class EnterpriseFilterSet(df.FilterSet):
    search = SearchFilter("name_zh", "name_en")
    ordering = OrderFilter("id", "name_zh", "name_en")


class SourceFilterSet(df.FilterSet):
    published_min, published_max = range_filters("published", PartialDateFilter, labels=(_("from"), _("up to")))
    search = SearchFilter("url", "publisher_zh", "publisher_en")
    ordering = OrderFilter("id", "published", "address", columns={"address": "url"})


class DirectionViewSet(RecordViewSet):
    descriptions = {
        "list": _(
            "Of the announcement. Totals are broken down by those that are groups of sectors (`totals/?by=direction`); the "
            "other is the figure `transferred_count`."
        ),
    }
    model = Direction
    serializer_class = DirectionRecord
    filterset_class = DirectionFilterSet
    lookup_field = "code"
    lookup_value_regex = "[0-9a-z-]+"


class SectorViewSet(RecordViewSet):
    model = Sector
    serializer_class = SectorRecord
    filterset_class = SectorFilterSet
    related = ("direction",)
    lookup_field = "code"
    lookup_value_regex = "[0-9a-z-]+"


class ChainLinkViewSet(RecordViewSet):
    model = ChainLink
    serializer_class = ChainLinkRecord
    filterset_class = ChainLinkFilterSet
    related = ("sector",)
    lookup_field = "code"
    lookup_value_regex = "[0-9a-z-]+"


class PrefectureViewSet(RecordViewSet):
    model = Prefecture
    serializer_class = PrefectureRecord
    filterset_class = PrefectureFilterSet
    lookup_field = "adcode"
    lookup_value_regex = "[0-9]{6}"


class EnterpriseViewSet(RecordViewSet):
    descriptions = {"list": _("Those of a project that you see, and those that no project names yet.")}
    model = Enterprise
    serializer_class = EnterpriseRecord
    filterset_class = EnterpriseFilterSet

    def get_queryset(self) -> QuerySet:
        # the row permission joins projects, which must not repeat an enterprise
        return with_updated_at(Enterprise.objects.filter(pk__in=super().get_queryset().order_by().values("pk")))


class SourceViewSet(RecordViewSet):
    descriptions = {
        "list": _("What figures are based on. One that is named in a body and not known yet is registered.")
    }
    model = Source
    serializer_class = SourceRecord
    filterset_class = SourceFilterSet
