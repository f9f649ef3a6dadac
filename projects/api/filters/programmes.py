"""Filters of programmes and their targets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.choices import Measure, Relation, TargetKind
from projects.models import Programme, Source
from projects.periods import EARLIEST, LATEST, MONTHS_OF_YEAR
from projects.totals.filters import AmountFilter, AnyOf, ManyOf

from .base import NAMES, NumberFilter, OrderFilter, RegisterFilterSet, SearchFilter, YesNoFilter


def _year(lookup: str, label: str) -> NumberFilter:
    return NumberFilter("year", lookup, label=label, min_value=EARLIEST, max_value=LATEST)


class ProgrammeFilterSet(RegisterFilterSet):
    year = _year("exact", _("year"))
    year_min = _year("gte", _("from this year"))
    year_max = _year("lte", _("up to this year"))
    has_projects = YesNoFilter(label=_("whether you see a project on its list"))
    search = SearchFilter("name_zh", "name_en")
    ordering = OrderFilter({"year": "year"} | NAMES, key="-year")

    class Meta:
        model = Programme
        fields: list[str] = []


class TargetFilterSet(RegisterFilterSet):
    programme = ManyOf(Programme, "programme", "year", label=_("programme"))
    measure = AnyOf(choices=Measure.choices, label=_("measure"))
    kind = AnyOf(choices=TargetKind.choices, label=_("kind"))
    relation = AnyOf(choices=Relation.choices, label=_("relation"))
    value_min = AmountFilter("value", "gte", label=_("at least"))
    value_max = AmountFilter("value", "lte", label=_("at most"))
    through_month = NumberFilter(label=_("through month"), min_value=1, max_value=MONTHS_OF_YEAR)
    whole_year = YesNoFilter("through_month", "isnull", label=_("whether the number is of the whole year"))
    source = ManyOf(Source, "source", "pk", label=_("source"))
    search = SearchFilter("note_zh", "note_en", "source__publisher_zh", "source__publisher_en", "source__url")
    ordering = OrderFilter(
        {"programme": "programme__year", "measure": "measure", "kind": "kind", "value": "value", "id": "id"}, key="id"
    )

    class Meta:
        fields: list[str] = []
