"""Filters of claims: published statements about projects."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.choices import ClaimFigure
from projects.models import Source
from projects.periods import EARLIEST, LATEST
from projects.totals.filter_types import AmountFilter, AnyOf, ManyOf, NumberFilter, OrderFilter, range_filters

from .base import COLUMNS, OfProjectFilterSet, YesNoFilter, project_search


class ClaimFilterSet(OfProjectFilterSet):
    figure = AnyOf(choices=ClaimFigure.choices, label=_("figure"))
    adopted = YesNoFilter(label=_("adopted"))
    amount_min, amount_max = range_filters("amount", AmountFilter)
    year = NumberFilter(label=_("of the year"), min_value=EARLIEST, max_value=LATEST)
    source = ManyOf(Source, "source", "pk", label=_("source"))
    search = project_search("project", "source__url", "note_zh", "note_en")
    ordering = OrderFilter(
        "project", "figure", "amount", "published", "year", "id", columns=COLUMNS | {"published": "source__published"}
    )
