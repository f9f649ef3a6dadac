"""Filters of the reference data and of enterprises."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.totals.dimensions import NO_DIRECTION
from projects.totals.filter_types import ManyOf, OrderFilter, SearchFilter
from sectors.models import Direction, Sector

from .base import RegisterFilterSet


class DirectionFilterSet(RegisterFilterSet):
    search = SearchFilter("code", "name_zh", "name_en")
    ordering = OrderFilter("code", "order", "name_zh", "name_en", key="code")


class SectorFilterSet(RegisterFilterSet):
    direction = ManyOf(Direction, "direction", "code", nullable=True, null_label=NO_DIRECTION, label=_("direction"))
    search = SearchFilter("code", "name_zh", "name_en")
    ordering = OrderFilter("code", "order", "name_zh", "name_en", key="code")


class ChainLinkFilterSet(RegisterFilterSet):
    sector = ManyOf(Sector, "sector", "code", label=_("sector"))
    search = SearchFilter("code", "name_zh", "name_en")
    ordering = OrderFilter(
        "code", "sector", "order", "name_zh", "name_en", columns={"sector": "sector__order"}, key="code"
    )


class PrefectureFilterSet(RegisterFilterSet):
    search = SearchFilter("adcode", "name_zh", "name_en")
    ordering = OrderFilter("adcode", "name_zh", "name_en", key="adcode")


class EnterpriseFilterSet(RegisterFilterSet):
    search = SearchFilter("name_zh", "name_en")
    ordering = OrderFilter("id", "name_zh", "name_en")
