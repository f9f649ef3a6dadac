"""Filters of published statements about projects."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from projects.choices import ClaimFigure
from projects.models import Claim, Entry, Programme, Source
from projects.periods import EARLIEST, LATEST
from projects.totals.filters import AmountFilter, AnyOf, ManyOf

from .base import (
    NumberFilter,
    OrderFilter,
    ProjectsFilter,
    RegisterFilterSet,
    SearchFilter,
    YesNoFilter,
    place_filters,
)


class ClaimFilterSet(RegisterFilterSet):
    programme = ManyOf(Programme, "programme", "year", method="filter_programme", label=_("programme with the project"))
    project = ProjectsFilter()
    sector, chain_link, prefecture = place_filters("project").values()
    figure = AnyOf(choices=ClaimFigure.choices, label=_("figure"))
    adopted = YesNoFilter(label=_("adopted"))
    amount_min = AmountFilter("amount", "gte", label=_("at least, CNY"))
    amount_max = AmountFilter("amount", "lte", label=_("at most, CNY"))
    year = NumberFilter(label=_("of the year"), min_value=EARLIEST, max_value=LATEST)
    source = ManyOf(Source, "source", "pk", label=_("source"))
    search = SearchFilter("project__code", "project__name_zh", "project__name_en", "source__url", "note_zh", "note_en")
    ordering = OrderFilter(
        {
            "project": "project__code",
            "figure": "figure",
            "amount": "amount",
            "published": "source__published",
            "year": "year",
            "id": "id",
        },
        key="id",
    )

    class Meta:
        model = Claim
        fields: list[str] = []

    def filter_programme(self, queryset: QuerySet, name: str, value: list[Programme]) -> QuerySet:
        on_lists = Entry.objects.filter(programme__in=value).values("project_id")
        return queryset.filter(project__in=on_lists) if value else queryset
