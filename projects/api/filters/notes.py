"""Filters of notes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.choices import Measure
from projects.models import MonthlyReport, Prefecture, Programme
from projects.totals.filter_types import AnyOf, ManyOf, OrderFilter, range_filters
from sectors.models import Sector

from .base import COLUMNS, DayFilter, MonthFilter, ProjectsFilter, RegisterFilterSet, project_search


class NoteFilterSet(RegisterFilterSet):
    programme = ManyOf(Programme, "programme", "year", label=_("programme"))
    month = MonthFilter("programme", label=_("month"))
    project = ProjectsFilter()
    report = ManyOf(MonthlyReport, "report", "pk", label=_("monthly report"))
    figure = AnyOf(choices=Measure.choices, label=_("figure"))
    sector = ManyOf(Sector, "sector", "code", label=_("sector"), nullable=True)
    prefecture = ManyOf(Prefecture, "prefecture", "adcode", label=_("prefecture"), nullable=True)
    day_min, day_max = range_filters("day", DayFilter)
    search = project_search("project", "text")
    ordering = OrderFilter("day", "programme", "month", "project", "id", columns=COLUMNS)
