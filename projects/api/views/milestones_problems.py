"""Milestones and problems of projects."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view

from projects.api.filters import MilestoneFilterSet, ProblemFilterSet
from projects.api.schema.examples import MILESTONE_CHANGE, PROBLEM_CHANGE, PROBLEM_PATCH
from projects.api.serializers.milestones_problems import MilestoneChange, MilestoneRecord, ProblemChange, ProblemRecord
from projects.models import Milestone, Problem
from projects.monitoring.tasks import current_year
from projects.totals.programmes import programmes_of

from .reference_day import with_today
from .writing import WritableViewSet


class OfProjectViewSet(WritableViewSet):
    """Rows of a project that are overdue or not on a certain day."""

    related = ("project", "source")

    def get_queryset(self) -> QuerySet:
        programmes = programmes_of(self.request.user)
        asked = {int(year) for year in self.request.query_params.getlist("programme") if year.strip().isdecimal()}
        years = [each.year for each in programmes if each.year in asked]  # what is no programme the filter refuses
        return with_today(super().get_queryset(), current=current_year(programmes), years=years)


@extend_schema_view(
    list=extend_schema(
        summary=_("List milestones"), description=_("When a step was planned, is expected, was reached.")
    ),
    retrieve=extend_schema(summary=_("Show a milestone")),
    create=extend_schema(summary=_("Add a milestone"), examples=[MILESTONE_CHANGE]),
    partial_update=extend_schema(
        summary=_("Change a milestone"),
        description=_("Only the fields that are given change. Moving a date needs a new reason."),
    ),
)
class MilestoneViewSet(OfProjectViewSet):
    model = Milestone
    serializer_class = MilestoneRecord
    change_class = MilestoneChange
    filterset_class = MilestoneFilterSet


@extend_schema_view(
    list=extend_schema(
        summary=_("List problems"),
        description=_("What stands in projects' way, who is to solve it, by when, and how far that has come."),
    ),
    retrieve=extend_schema(summary=_("Show a problem")),
    create=extend_schema(summary=_("Add a problem"), examples=[PROBLEM_CHANGE]),
    partial_update=extend_schema(
        summary=_("Change a problem"),
        description=_("Only the fields that are given change. A change of state needs a new note."),
        examples=[PROBLEM_PATCH],
    ),
)
class ProblemViewSet(OfProjectViewSet):
    model = Problem
    serializer_class = ProblemRecord
    change_class = ProblemChange
    filterset_class = ProblemFilterSet
