"""Filters of entries' plans and ratings, and of the rules of lights."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.choices import Basis, Light, LightMethod, PlanKind
from projects.models import LightRule, Plan, Programme, Rating
from projects.totals.filters import AmountFilter, AnyOf, ManyOf

from .base import (
    NAMES,
    DayFilter,
    MonthFilter,
    OrderFilter,
    ProjectsFilter,
    RegisterFilterSet,
    SearchFilter,
    YesNoFilter,
    place_filters,
)


class OfEntryFilterSet(RegisterFilterSet):
    """Filters of rows that belong to a list entry."""

    programme = ManyOf(Programme, "entry__programme", "year", label=_("programme"))
    project = ProjectsFilter("entry__project")
    sector, chain_link, prefecture = place_filters("entry__project").values()
    search = SearchFilter("entry__project__code", "entry__project__name_zh", "entry__project__name_en")


class PlanFilterSet(OfEntryFilterSet):
    kind = AnyOf(choices=PlanKind.choices, label=_("kind"))
    in_force = YesNoFilter(label=_("whether it is the newest of its kind"))
    basis = AnyOf(choices=Basis.choices, label=_("basis"))
    amount_min = AmountFilter("amount", "gte", label=_("at least, CNY"))
    amount_max = AmountFilter("amount", "lte", label=_("at most, CNY"))
    decided_on_min = DayFilter("decided_on", "gte", label=_("from this day"))
    decided_on_max = DayFilter("decided_on", "lte", label=_("up to this day"))
    ordering = OrderFilter(
        {
            "programme": "entry__programme__year",
            "project": "entry__project__code",
            "kind": "kind",
            "amount": "amount",
            "decided_on": "decided_on",
            "id": "id",
        },
        key="id",
    )

    class Meta:
        model = Plan
        fields: list[str] = []


def _month(lookup: str, label: str) -> MonthFilter:
    return MonthFilter(year="entry__programme__year", number="month", lookup_expr=lookup, label=label)


class RatingFilterSet(OfEntryFilterSet):
    light = AnyOf(choices=Light.choices, label=_("rating"))
    month = _month("exact", _("month"))
    month_min = _month("gte", _("from this month"))
    month_max = _month("lte", _("up to this month"))
    rated_on_min = DayFilter("rated_on", "gte", label=_("from this day"))
    rated_on_max = DayFilter("rated_on", "lte", label=_("up to this day"))
    ordering = OrderFilter(
        {
            "programme": "entry__programme__year",
            "project": "entry__project__code",
            "month": "month",
            "rated_on": "rated_on",
            "id": "id",
        },
        key="id",
    )

    class Meta:
        model = Rating
        fields: list[str] = []


class LightRuleFilterSet(RegisterFilterSet):
    method = AnyOf(choices=LightMethod.choices, label=_("method"))
    against = AnyOf(choices=PlanKind.choices, label=_("measured against"))
    borrowed = YesNoFilter(label=_("whether it was taken over from another place"))
    search = SearchFilter("code", "name_zh", "name_en")
    ordering = OrderFilter({"code": "code"} | NAMES, key="code")

    class Meta:
        model = LightRule
        fields: list[str] = []
