"""Filters of reporting rounds."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.models import Programme
from projects.totals.filter_types import ManyOf, OrderFilter

from .base import COLUMNS, RegisterFilterSet, month_filters


class RoundFilterSet(RegisterFilterSet):
    programme = ManyOf(Programme, "programme", "year", label=_("programme"))
    month, month_min, month_max = month_filters("programme")
    ordering = OrderFilter("programme", "month", "due", "id", columns=COLUMNS)
