"""Filters of plausibility rules."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.choices import Importance, PlausibilityKind
from projects.totals.filter_types import AnyOf, OrderFilter

from .base import RegisterFilterSet


class PlausibilityRuleFilterSet(RegisterFilterSet):
    kind = AnyOf(choices=PlausibilityKind.choices, label=_("kind"))
    importance = AnyOf(choices=Importance.choices, label=_("importance"))
    ordering = OrderFilter("kind", key="kind")
