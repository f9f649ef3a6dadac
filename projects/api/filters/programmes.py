"""Filters of programmes and their targets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.choices import Measure, Relation, TargetKind
from projects.models import Programme, Source
from projects.periods import EARLIEST, LATEST, MONTHS_OF_YEAR
from projects.totals.filter_types import (
    AmountFilter,
    AnyOf,
    ManyOf,
    NumberFilter,
    OrderFilter,
    SearchFilter,
    range_filters,
)
from sectors.models import Sector

from .base import COLUMNS, RegisterFilterSet, YesNoFilter

_YEARS = {"min_value": EARLIEST, "max_value": LATEST}


class ProgrammeFilterSet(RegisterFilterSet):
    year = NumberFilter(label=_("year"), **_YEARS)
    year_min, year_max = range_filters(
        "year", NumberFilter, labels=(_("from this year"), _("up to this year")), **_YEARS
    )
    has_projects = YesNoFilter(label=_("whether you see a project on its list"))
    search = SearchFilter("name_zh", "name_en")
    ordering = OrderFilter("year", "name_zh", "name_en", key="-year")


class TargetFilterSet(RegisterFilterSet):
    programme = ManyOf(Programme, "programme", "year", label=_("programme"))
    measure = AnyOf(choices=Measure.choices, label=_("measure"))
    kind = AnyOf(choices=TargetKind.choices, label=_("kind"))
    relation = AnyOf(choices=Relation.choices, label=_("relation"))
    value_min, value_max = range_filters("value", AmountFilter, labels=NumberFilter.range_labels)
    sector = ManyOf(Sector, "sector", "code", nullable=True, label=_("of this sector"))
    through_month = NumberFilter(label=_("through month"), min_value=1, max_value=MONTHS_OF_YEAR)
    whole_year = YesNoFilter("through_month", "isnull", label=_("whether the number is of the whole year"))
    source = ManyOf(Source, "source", "pk", label=_("source"))
    search = SearchFilter("note_zh", "note_en", "source__publisher_zh", "source__publisher_en", "source__url")
    ordering = OrderFilter("programme", "measure", "kind", "value", "id", columns=COLUMNS)
