"""Filters of list entries."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from projects.choices import Basis, ListStatus, ProjectKind
from projects.models import Entry, Programme, Source
from projects.totals.filters import AmountFilter, AnyOf, ManyOf

from .base import DayFilter, OrderFilter, ProjectsFilter, RegisterFilterSet, SearchFilter, YesNoFilter, place_filters


class EntryFilterSet(RegisterFilterSet):
    programme = ManyOf(Programme, "programme", "year", label=_("programme"))
    project = ProjectsFilter()
    sector, chain_link, prefecture = place_filters("project").values()
    kind = AnyOf(field_name="project__kind", choices=ProjectKind.choices, label=_("kind"))
    status = AnyOf(choices=ListStatus.choices, label=_("new or continuing"))
    basis = AnyOf(choices=Basis.choices, label=_("basis"))
    planned_disbursement_min = AmountFilter("planned_disbursement", "gte", label=_("at least, CNY"))
    planned_disbursement_max = AmountFilter("planned_disbursement", "lte", label=_("at most, CNY"))
    planned_disbursement_known = YesNoFilter(
        method="filter_known", label=_("whether the planned disbursement is known")
    )
    joined_min = DayFilter("joined", "gte", label=_("from this day"))
    joined_max = DayFilter("joined", "lte", label=_("up to this day"))
    left_min = DayFilter("left", "gte", label=_("from this day"))
    left_max = DayFilter("left", "lte", label=_("up to this day"))
    source = ManyOf(Source, "source", "pk", nullable=True, label=_("source"))
    search = SearchFilter("project__code", "project__name_zh", "project__name_en")
    ordering = OrderFilter(
        {
            "programme": "programme__year",
            "project": "project__code",
            "planned_disbursement": "planned_disbursement",
            "status": "status",
            "joined": "joined",
            "left": "left",
            "id": "id",
        },
        key="id",
    )

    class Meta:
        model = Entry
        fields: list[str] = []

    def filter_known(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(planned_disbursement__isnull=not value)
