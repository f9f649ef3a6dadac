"""Filters of what stands on a project's way: milestones and problems."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from projects.choices import Basis, ProblemKind, ProblemState
from projects.models import Entry, Milestone, Problem, Programme
from projects.totals.filters import AnyOf, ManyOf

from .base import (
    NAMES,
    DayFilter,
    OrderFilter,
    ProjectsFilter,
    RegisterFilterSet,
    SearchFilter,
    YesNoFilter,
    place_filters,
)


class OfProjectFilterSet(RegisterFilterSet):
    """Filters of rows that belong to a project, and have a `today` to be overdue on; see `views/days.py`."""

    programme = ManyOf(Programme, "programme", "year", method="filter_programme", label=_("programme with the project"))
    project = ProjectsFilter()
    sector, chain_link, prefecture = place_filters("project").values()
    basis = AnyOf(choices=Basis.choices, label=_("basis"))

    def filter_programme(self, queryset: QuerySet, name: str, value: list[Programme]) -> QuerySet:
        on_lists = Entry.objects.filter(programme__in=value).values("project_id")
        return queryset.filter(project__in=on_lists) if value else queryset

    def filter_overdue(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        overdue = queryset.overdue(F("today"))
        return overdue if value else queryset.exclude(pk__in=overdue.order_by().values("pk"))


class MilestoneFilterSet(OfProjectFilterSet):
    planned_min = DayFilter("planned", "gte", label=_("from this day"))
    planned_max = DayFilter("planned", "lte", label=_("up to this day"))
    expected_min = DayFilter("expected", "gte", label=_("from this day"))
    expected_max = DayFilter("expected", "lte", label=_("up to this day"))
    actual_min = DayFilter("actual", "gte", label=_("from this day"))
    actual_max = DayFilter("actual", "lte", label=_("up to this day"))
    reached = YesNoFilter("actual", "isnull", exclude=True, label=_("whether it was reached"))
    overdue = YesNoFilter(method="filter_overdue", label=_("whether its day has passed without it"))
    moved = YesNoFilter(method="filter_moved", label=_("whether it is expected on another day than planned"))
    search = SearchFilter("name_zh", "name_en", "project__code", "project__name_zh", "project__name_en")
    ordering = OrderFilter(
        {"project": "project__code"}
        | NAMES
        | {"planned": "planned", "expected": "expected", "actual": "actual", "id": "id"},
        key="id",
    )

    class Meta:
        model = Milestone
        fields: list[str] = []

    def filter_moved(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        on_the_day = queryset.annotate(day=Coalesce("expected", "planned")).filter(day=F("planned"))
        moved = queryset.exclude(pk__in=on_the_day.order_by().values("pk"))
        return moved if value else queryset.filter(pk__in=on_the_day.order_by().values("pk"))


class ProblemFilterSet(OfProjectFilterSet):
    kind = AnyOf(choices=ProblemKind.choices, label=_("kind"))
    state = AnyOf(choices=ProblemState.choices, label=_("state"))
    overdue = YesNoFilter(method="filter_overdue", label=_("whether its day has passed without a solution"))
    raised_on_min = DayFilter("raised_on", "gte", label=_("from this day"))
    raised_on_max = DayFilter("raised_on", "lte", label=_("up to this day"))
    due_min = DayFilter("due", "gte", label=_("from this day"))
    due_max = DayFilter("due", "lte", label=_("up to this day"))
    solved_on_min = DayFilter("solved_on", "gte", label=_("from this day"))
    solved_on_max = DayFilter("solved_on", "lte", label=_("up to this day"))
    search = SearchFilter("description", "project__code", "project__name_zh", "project__name_en")
    ordering = OrderFilter(
        {
            "project": "project__code",
            "kind": "kind",
            "state": "state",
            "raised_on": "raised_on",
            "due": "due",
            "solved_on": "solved_on",
            "id": "id",
        },
        key="id",
    )

    class Meta:
        model = Problem
        fields: list[str] = []
