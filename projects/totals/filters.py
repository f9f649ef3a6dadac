"""What a list of projects can be filtered and ordered by; the same names at every door."""

from __future__ import annotations

from typing import Any

import django_filters as df
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from projects.access import access_of
from projects.choices import Basis, Listed, ListStatus, ProjectKind, Transferred
from projects.models import Enterprise, Prefecture, Project
from sectors.choices import DirectionMeasure
from sectors.models import ChainLink, Direction, Sector
from sectors.provinces import Province

from .dimensions import BANDS, NO_DIRECTION, NONE
from .figures import FIGURES, Span, with_figures
from .figures.coverage import MONTHLY_SUMS, has_gaps, is_complete
from .filter_types import (
    AmountFilter,
    AnyOf,
    ListedOf,
    ManyOf,
    OrderFilter,
    PartialDateFilter,
    SearchFilter,
    range_filters,
)

FIGURE_CHOICES = [(figure.name, figure.label) for figure in FIGURES.values()]
MONTHLY_CHOICES = [(name, FIGURES[name].label) for name in MONTHLY_SUMS]

# what a list can be ordered by: parameter -> column; the key always comes last, what is not known too
ORDERINGS = {
    "code": "code",
    "name": "name_zh",
    "sector": "sector__order",
    "chain_link": "chain_link__order",
    "prefecture": "prefecture__adcode",
    "basis": "basis",
    "kind": "kind",
    "transferred": "transferred",
    "total_investment": "total_investment",
    "expected_revenue": "expected_revenue",
    "planned_disbursement": "planned_disbursement",
    "disbursed": "disbursed",
    "start": "start",
    "finish": "finish",
}


class Asker:
    """django-filter hands its `request` to querysets of choices; ours only tells what the user sees."""

    def __init__(self, user: Any) -> None:
        self.user = user

    def visible(self, model: type[Model]) -> QuerySet:
        access = access_of(self.user)
        if model is Prefecture and not access.reads_all:
            return Prefecture.objects.filter(pk__in=access.reads_in)
        if model is Direction:  # what comes from other provinces is asked by `transferred`
            return visible(Direction.objects.filter(measured_by=DirectionMeasure.SECTORS), self.user)
        if model is Sector:
            return visible(Sector.objects.select_related("direction"), self.user)
        return visible(model._default_manager.all(), self.user)


def visible(queryset: QuerySet, user: Any) -> QuerySet:
    """The rows of any model that the user may read; reference data is readable by whoever reads anything."""
    if hasattr(queryset, "visible_to"):
        return queryset.visible_to(user)
    return queryset if access_of(user).reads else queryset.none()


class ProjectFilterSet(df.FilterSet):
    """Filters of projects. Yearly figures are those of `span`; choices are those that `user` may see."""

    search = SearchFilter("code", "name_zh", "name_en", "enterprise__name_zh", "enterprise__name_en")
    code = df.CharFilter(method="filter_code", label=_("code"), max_length=40)
    direction = ListedOf(
        Direction, "sector__direction", "code", nullable=True, null_label=NO_DIRECTION, label=_("direction")
    )
    sector = ListedOf(Sector, "sector", "code", label=_("sector"))
    chain_link = ListedOf(ChainLink, "chain_link", "code", nullable=True, label=_("chain link"))
    prefecture = ListedOf(Prefecture, "prefecture", "adcode", nullable=True, label=_("prefecture"))
    enterprise = ManyOf(Enterprise, "enterprise", "pk", nullable=True, label=_("enterprise"))
    basis = AnyOf(choices=Basis.choices, label=_("basis"))
    transferred = AnyOf(choices=Transferred.choices, label=_("transferred"))
    source_province = AnyOf(choices=Province.choices, label=_("source province"))
    kind = AnyOf(choices=ProjectKind.choices, label=_("kind"))
    size = AnyOf(
        choices=[*((band.key, band.label) for band in BANDS), (NONE, _("not known"))],
        method="filter_size",
        label=_("total investment"),
    )
    status = AnyOf(choices=ListStatus.choices, method="filter_status", label=_("new or continuing"))
    listed = AnyOf(choices=Listed.choices, method="filter_listed", label=_("place on the list"))
    counted_in = AnyOf(choices=FIGURE_CHOICES, method="filter_counted_in", label=_("counted in the figure"))
    missing = AnyOf(choices=FIGURE_CHOICES, method="filter_missing", label=_("figure not known"))
    complete_in = AnyOf(choices=MONTHLY_CHOICES, method="filter_complete_in", label=_("reported in every month"))
    gaps_in = AnyOf(choices=MONTHLY_CHOICES, method="filter_gaps_in", label=_("reported with gaps"))
    total_investment_min, total_investment_max = range_filters("total_investment", AmountFilter)
    expected_revenue_min, expected_revenue_max = range_filters("expected_revenue", AmountFilter)
    planned_disbursement_min, planned_disbursement_max = range_filters("planned_disbursement", AmountFilter)
    disbursed_min, disbursed_max = range_filters("disbursed", AmountFilter)
    start_min, start_max = range_filters("start", PartialDateFilter, labels=(_("start from"), _("start up to")))
    finish_min, finish_max = range_filters("finish", PartialDateFilter, labels=(_("finish from"), _("finish up to")))
    ordering = OrderFilter(*ORDERINGS, columns=ORDERINGS, key="code", max_length=200)

    class Meta:
        model = Project
        fields: list[str] = []

    def __init__(self, data: Any, *, queryset: QuerySet, user: Any, span: Span) -> None:
        self.span = span
        super().__init__(data, queryset=with_figures(queryset, span), request=Asker(user))

    @property
    def qs(self) -> QuerySet:
        queryset = super().qs
        return queryset if queryset.query.order_by else queryset.order_by("code")

    def filter_code(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(code=value)

    def filter_size(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        condition = Q(total_investment__isnull=True) if NONE in value else Q(pk__in=[])
        for band in BANDS:
            if band.key in value:
                condition |= band.condition()
        return queryset.filter(condition) if value else queryset

    def filter_status(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return queryset.filter(entry_status__in=value) if value else queryset

    def filter_listed(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return queryset  # `Scope` has begun with these: all other questions begin with who is on the list

    def filter_counted_in(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        for figure in value:
            queryset = queryset.filter(FIGURES[figure].applies(self.span), FIGURES[figure].counted(self.span))
        return queryset

    def filter_missing(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        for figure in value:
            queryset = queryset.filter(FIGURES[figure].applies(self.span)).exclude(FIGURES[figure].known(self.span))
        return queryset

    def filter_complete_in(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        for figure in value:
            queryset = queryset.filter(FIGURES[figure].applies(self.span)).filter(is_complete(figure)(self.span))
        return queryset

    def filter_gaps_in(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        for figure in value:
            queryset = queryset.filter(FIGURES[figure].applies(self.span)).filter(has_gaps(figure)(self.span))
        return queryset
