"""Filters of reporting rounds."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.models import Programme, Round
from projects.totals.filters import ManyOf

from .base import MonthFilter, OrderFilter, RegisterFilterSet


def _month(lookup: str, label: str) -> MonthFilter:
    return MonthFilter(year="programme__year", number="month", lookup_expr=lookup, label=label)


class RoundFilterSet(RegisterFilterSet):
    programme = ManyOf(Programme, "programme", "year", label=_("programme"))
    month = _month("exact", _("month"))
    month_min = _month("gte", _("from this month"))
    month_max = _month("lte", _("up to this month"))
    ordering = OrderFilter({"programme": "programme__year", "month": "month", "due": "due", "id": "id"}, key="id")

    class Meta:
        model = Round
        fields: list[str] = []
