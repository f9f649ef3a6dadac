"""Filters of the reference data and of enterprises."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.models import Enterprise, Prefecture
from projects.totals.filters import ManyOf
from sectors.models import ChainLink, Sector

from .base import NAMES, OrderFilter, RegisterFilterSet, SearchFilter


class SectorFilterSet(RegisterFilterSet):
    search = SearchFilter("code", "name_zh", "name_en")
    ordering = OrderFilter({"code": "code", "order": "order"} | NAMES, key="code")

    class Meta:
        model = Sector
        fields: list[str] = []


class ChainLinkFilterSet(RegisterFilterSet):
    sector = ManyOf(Sector, "sector", "code", label=_("sector"))
    search = SearchFilter("code", "name_zh", "name_en")
    ordering = OrderFilter({"code": "code", "sector": "sector__order", "order": "order"} | NAMES, key="code")

    class Meta:
        model = ChainLink
        fields: list[str] = []


class PrefectureFilterSet(RegisterFilterSet):
    search = SearchFilter("adcode", "name_zh", "name_en")
    ordering = OrderFilter({"adcode": "adcode"} | NAMES, key="adcode")

    class Meta:
        model = Prefecture
        fields: list[str] = []


class EnterpriseFilterSet(RegisterFilterSet):
    search = SearchFilter("name_zh", "name_en")
    ordering = OrderFilter({"id": "id"} | NAMES, key="id")

    class Meta:
        model = Enterprise
        fields: list[str] = []
