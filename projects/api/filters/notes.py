"""Filters of notes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.choices import Measure
from projects.models import MonthlyReport, Note, Prefecture, Programme
from projects.totals.filters import AnyOf, ManyOf
from sectors.models import Sector

from .base import DayFilter, MonthFilter, OrderFilter, ProjectsFilter, RegisterFilterSet, SearchFilter


class NoteFilterSet(RegisterFilterSet):
    programme = ManyOf(Programme, "programme", "year", label=_("programme"))
    month = MonthFilter(year="programme__year", number="month", label=_("month"))
    project = ProjectsFilter()
    report = ManyOf(MonthlyReport, "report", "pk", label=_("monthly report"))
    figure = AnyOf(choices=Measure.choices, label=_("figure"))
    sector = ManyOf(Sector, "sector", "code", label=_("sector"), nullable=True)
    prefecture = ManyOf(Prefecture, "prefecture", "adcode", label=_("prefecture"), nullable=True)
    day_min = DayFilter("day", "gte", label=_("from this day"))
    day_max = DayFilter("day", "lte", label=_("up to this day"))
    search = SearchFilter("text", "project__code", "project__name_zh", "project__name_en")
    ordering = OrderFilter(
        {"day": "day", "programme": "programme__year", "month": "month", "project": "project__code", "id": "id"},
        key="id",
    )

    class Meta:
        model = Note
        fields: list[str] = []
