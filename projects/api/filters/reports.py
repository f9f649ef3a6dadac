"""Filters of monthly reports."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from projects.choices import Basis, ReportState, Stage
from projects.models import MonthlyReport, Programme, Source
from projects.totals.filters import AmountFilter, AnyOf, ManyOf

from .base import (
    MonthFilter,
    NumberFilter,
    OrderFilter,
    ProjectsFilter,
    RegisterFilterSet,
    SearchFilter,
    YesNoFilter,
    place_filters,
)

_MOST = 2**31 - 1  # of a PositiveIntegerField


def _month(lookup: str, label: str) -> MonthFilter:
    return MonthFilter(year="entry__programme__year", number="month", lookup_expr=lookup, label=label)


def _attracted(lookup: str, label: str) -> NumberFilter:
    return NumberFilter("enterprises_attracted", lookup, label=label, min_value=0, max_value=_MOST)


class ReportFilterSet(RegisterFilterSet):
    programme = ManyOf(Programme, "entry__programme", "year", label=_("programme"))
    project = ProjectsFilter("entry__project")
    sector, chain_link, prefecture = place_filters("entry__project").values()
    month = _month("exact", _("month"))
    month_min = _month("gte", _("from this month"))
    month_max = _month("lte", _("up to this month"))
    state = AnyOf(choices=ReportState.choices, label=_("state"))
    stage = AnyOf(choices=Stage.choices, label=_("stage"))
    late = YesNoFilter(method="filter_late", label=_("whether handed in after the round's last punctual day"))
    basis = AnyOf(choices=Basis.choices, label=_("basis"))
    disbursed_min = AmountFilter("disbursed", "gte", label=_("at least, CNY"))
    disbursed_max = AmountFilter("disbursed", "lte", label=_("at most, CNY"))
    enterprises_attracted_min = _attracted("gte", _("at least"))
    enterprises_attracted_max = _attracted("lte", _("at most"))
    source = ManyOf(Source, "source", "pk", nullable=True, label=_("source"))
    search = SearchFilter("entry__project__code", "entry__project__name_zh", "entry__project__name_en")
    ordering = OrderFilter(
        {
            "programme": "entry__programme__year",
            "project": "entry__project__code",
            "month": "month",
            "disbursed": "disbursed",
            "enterprises_attracted": "enterprises_attracted",
            "state": "state",
            "handed_in_on": "handed_in_on",
            "id": "id",
        },
        key="id",
    )

    class Meta:
        model = MonthlyReport
        fields: list[str] = []

    def filter_late(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Reports not handed in yet, and those of no round, are neither late nor punctual."""
        return queryset.filter(**{f"handed_in_on__{'gt' if value else 'lte'}": F("punctual_until")})
