"""Problems of projects."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.models import Problem
from projects.totals.filter_types import AnyOf, OrderFilter, range_filters

from .filters import COLUMNS, DayFilter, YesNoFilter, project_search
from .milestones import DueFilterSet, OfProjectViewSet, WithDeadlineRecord
from .serializers import WithBasisChange


class ProblemRecord(WithDeadlineRecord):
    """What stands in a project's way, who is to solve it, by when, and how far that has come."""

    private = ("solver",)  # it may be a person

    overdue = serializers.SerializerMethodField(
        label=_("overdue"), help_text=_("Whether its day has passed without a solution.")
    )

    class Meta:
        model = Problem
        fields = [
            "version",
            "id",
            "url",
            "project",
            "kind",
            "description",
            "solver",
            "raised_on",
            "due",
            "state",
            "note",
            "solved_on",
            "overdue",
            "today",
            "basis",
            "source",
        ]


class ProblemChange(WithBasisChange):
    """What may be written of a problem. A change of its state needs a new note."""

    class Meta:
        model = Problem
        fields = [
            "project",
            "basis",
            "source",
            "kind",
            "description",
            "solver",
            "raised_on",
            "due",
            "state",
            "note",
            "solved_on",
        ]


class ProblemFilterSet(DueFilterSet):
    kind = AnyOf(Problem, "kind")
    state = AnyOf(Problem, "state")
    overdue = YesNoFilter(method="filter_overdue", label=_("whether its day has passed without a solution"))
    soon = YesNoFilter(method="filter_soon", label=_("whether it is to be solved within 30 days"))
    raised_on_min, raised_on_max = range_filters("raised_on", DayFilter)
    due_min, due_max = range_filters("due", DayFilter)
    solved_on_min, solved_on_max = range_filters("solved_on", DayFilter)
    search = project_search("project", "description")
    ordering = OrderFilter("project", "kind", "state", "raised_on", "due", "solved_on", "id", columns=COLUMNS)


class ProblemViewSet(OfProjectViewSet):
    descriptions = {
        "list": _("What stands in projects' way, who is to solve it, by when, and how far that has come."),
        "partial_update": _("Only the fields that are given change. A change of state needs a new note."),
    }
    model = Problem
    serializer_class = ProblemRecord
    change_class = ProblemChange
    filterset_class = ProblemFilterSet
