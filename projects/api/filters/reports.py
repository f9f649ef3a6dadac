"""Filters of monthly reports."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from projects.choices import Basis, ReportState, Stage
from projects.models import MonthlyReport, Source
from projects.totals.filter_types import AmountFilter, AnyOf, ManyOf, NumberFilter, OrderFilter, range_filters

from .base import COLUMNS_OF_ENTRY, OfEntryFilterSet, YesNoFilter, month_filters, project_search

_MOST = 2**31 - 1  # of a PositiveIntegerField


class ReportFilterSet(OfEntryFilterSet):
    month, month_min, month_max = month_filters("entry__programme")
    state = AnyOf(choices=ReportState.choices, label=_("state"))
    stage = AnyOf(choices=Stage.choices, label=_("stage"))
    late = YesNoFilter(method="filter_late", label=_("whether submitted after the last day on which it was on time"))
    asked = YesNoFilter(
        method="filter_asked", label=_("whether the report is asked for: only then it counts as waiting")
    )
    mine = YesNoFilter(method="filter_mine", label=_("whether you submitted the report yourself"))
    basis = AnyOf(choices=Basis.choices, label=_("basis"))
    disbursed_min, disbursed_max = range_filters("disbursed", AmountFilter)
    enterprises_attracted_min, enterprises_attracted_max = range_filters(
        "enterprises_attracted", NumberFilter, min_value=0, max_value=_MOST
    )
    source = ManyOf(Source, "source", "pk", nullable=True, label=_("source"))
    search = project_search("entry__project")
    ordering = OrderFilter(
        "programme",
        "project",
        "month",
        "disbursed",
        "enterprises_attracted",
        "state",
        "handed_in_on",
        "id",
        columns=COLUMNS_OF_ENTRY,
    )

    def filter_asked(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        asked = MonthlyReport.objects.required().order_by().values("pk")
        return queryset.filter(pk__in=asked) if value else queryset.exclude(pk__in=asked)

    def filter_mine(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        user = self.request.user
        if not value:
            return queryset.of_others(user)
        return queryset.none() if user.pk is None else queryset.filter(submitted_by=user.pk)

    def filter_late(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Reports not handed in yet, and those of no round, are neither late nor punctual."""
        return queryset.filter(**{f"handed_in_on__{'gt' if value else 'lte'}": F("punctual_until")})
