"""Filters of entries' plans and ratings, and of the rules of lights."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.choices import Basis, Light, LightMethod, PlanKind
from projects.totals.filter_types import AmountFilter, AnyOf, OrderFilter, SearchFilter, range_filters

from .base import (
    COLUMNS_OF_ENTRY,
    DayFilter,
    OfEntryFilterSet,
    RegisterFilterSet,
    YesNoFilter,
    month_filters,
    project_search,
)


class PlanFilterSet(OfEntryFilterSet):
    search = project_search("entry__project")
    kind = AnyOf(choices=PlanKind.choices, label=_("kind"))
    in_force = YesNoFilter(label=_("whether it is the newest of its kind"))
    basis = AnyOf(choices=Basis.choices, label=_("basis"))
    amount_min, amount_max = range_filters("amount", AmountFilter)
    decided_on_min, decided_on_max = range_filters("decided_on", DayFilter)
    ordering = OrderFilter("programme", "project", "kind", "amount", "decided_on", "id", columns=COLUMNS_OF_ENTRY)


class RatingFilterSet(OfEntryFilterSet):
    search = project_search("entry__project")
    light = AnyOf(choices=Light.choices, label=_("rating"))
    month, month_min, month_max = month_filters("entry__programme")
    rated_on_min, rated_on_max = range_filters("rated_on", DayFilter)
    ordering = OrderFilter("programme", "project", "month", "rated_on", "id", columns=COLUMNS_OF_ENTRY)


class LightRuleFilterSet(RegisterFilterSet):
    method = AnyOf(choices=LightMethod.choices, label=_("method"))
    against = AnyOf(choices=PlanKind.choices, label=_("measured against"))
    borrowed = YesNoFilter(label=_("whether it was taken over from another place"))
    search = SearchFilter("code", "name_zh", "name_en")
    ordering = OrderFilter("code", "name_zh", "name_en", key="code")
