"""Filters of milestones and problems."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from projects.choices import Basis, ProblemKind, ProblemState
from projects.monitoring.tasks import of_tasks
from projects.totals.filter_types import AnyOf, OrderFilter, range_filters

from .base import COLUMNS, DayFilter, OfProjectFilterSet, YesNoFilter, project_search


class DueFilterSet(OfProjectFilterSet):
    """Filters of rows that have a `today` to be overdue on; see `api/views/reference_day.py`."""

    basis = AnyOf(choices=Basis.choices, label=_("basis"))

    mine = YesNoFilter(
        method="filter_mine",
        label=_(
            "whether the reader's tasks count it: of projects that the reader keeps, in the current year or else that of "
            "their newest list"
        ),
    )

    def filter_mine(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        years = [each.year for each in self.form.cleaned_data.get("programme") or ()]
        mine = of_tasks(queryset, self.request.user, years)
        return mine if value else queryset.exclude(pk__in=mine.order_by().values("pk"))

    def filter_overdue(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        overdue = queryset.overdue(F("today"))
        return overdue if value else queryset.exclude(pk__in=overdue.order_by().values("pk"))

    def filter_soon(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        soon = queryset.due_soon(F("today"))
        return soon if value else queryset.exclude(pk__in=soon.order_by().values("pk"))


class MilestoneFilterSet(DueFilterSet):
    planned_min, planned_max = range_filters("planned", DayFilter)
    expected_min, expected_max = range_filters("expected", DayFilter)
    actual_min, actual_max = range_filters("actual", DayFilter)
    reached = YesNoFilter("actual", "isnull", exclude=True, label=_("whether it was reached"))
    overdue = YesNoFilter(method="filter_overdue", label=_("whether its day has passed without it"))
    soon = YesNoFilter(method="filter_soon", label=_("whether it is to be reached within 30 days"))
    moved = YesNoFilter(method="filter_moved", label=_("whether it is expected on another day than planned"))
    search = project_search("project", "name_zh", "name_en")
    ordering = OrderFilter("project", "name_zh", "name_en", "planned", "expected", "actual", "id", columns=COLUMNS)

    def filter_moved(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        on_the_day = queryset.annotate(day=Coalesce("expected", "planned")).filter(day=F("planned"))
        moved = queryset.exclude(pk__in=on_the_day.order_by().values("pk"))
        return moved if value else queryset.filter(pk__in=on_the_day.order_by().values("pk"))


class ProblemFilterSet(DueFilterSet):
    kind = AnyOf(choices=ProblemKind.choices, label=_("kind"))
    state = AnyOf(choices=ProblemState.choices, label=_("state"))
    overdue = YesNoFilter(method="filter_overdue", label=_("whether its day has passed without a solution"))
    soon = YesNoFilter(method="filter_soon", label=_("whether it is to be solved within 30 days"))
    raised_on_min, raised_on_max = range_filters("raised_on", DayFilter)
    due_min, due_max = range_filters("due", DayFilter)
    solved_on_min, solved_on_max = range_filters("solved_on", DayFilter)
    search = project_search("project", "description")
    ordering = OrderFilter("project", "kind", "state", "raised_on", "due", "solved_on", "id", columns=COLUMNS)
