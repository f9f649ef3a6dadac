"""Milestones of projects, and what all records with a day that can pass have in common."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, DateField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.history import as_of
from projects.models import Entry, Milestone
from projects.monitoring.tasks import current_year, of_tasks
from projects.totals.filter_types import AnyOf, OrderFilter, range_filters
from projects.totals.programmes import programmes_of

from .filters import COLUMNS, DayFilter, OfProjectFilterSet, YesNoFilter, project_search
from .serializers import DAYS, RecordSerializer, WithBasisChange
from .viewsets import DeletableViewSet, WritableViewSet


class WithDeadlineRecord(RecordSerializer):
    """A record with a day that can pass, told on the working date."""

    today = serializers.DateField(
        label=_("today"),
        help_text=_("The working date: of the programme asked for, or of the newest with the project."),
    )

    def get_overdue(self, record: Any) -> bool:
        return record.is_overdue(record.today)


class MilestoneRecord(WithDeadlineRecord):
    """A step on a project's way: planned once; expected may move, for a reason; actual is the day it was reached."""

    units = {"days_moved": DAYS}

    days_moved = serializers.IntegerField(
        label=_("days moved"),
        help_text=_("Days from the planned day to the actual one, or to the expected one; negative: before it."),
    )
    overdue = serializers.SerializerMethodField(
        label=_("overdue"), help_text=_("Whether its day has passed without it.")
    )

    class Meta:
        model = Milestone
        fields = [
            "version",
            "id",
            "url",
            "project",
            "name_zh",
            "name_en",
            "planned",
            "expected",
            "actual",
            "reason",
            "days_moved",
            "overdue",
            "today",
            "basis",
            "source",
        ]


class MilestoneChange(WithBasisChange):
    """What may be written of a milestone."""

    class Meta:
        model = Milestone
        fields = ["project", "basis", "source", "name_zh", "name_en", "planned", "expected", "actual", "reason"]
        extra_kwargs = {"reason": {"help_text": _("Needed, and new, whenever a date is moved.")}}


class DueFilterSet(OfProjectFilterSet):
    """Filters of rows that have a `today` to be overdue on; see `OfProjectViewSet`."""

    basis = AnyOf(Milestone, "basis")

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


class OfProjectViewSet(WritableViewSet):
    """Rows of a project that are overdue or not on a certain day."""

    related = ("project", "source")

    def get_queryset(self) -> QuerySet:
        """Annotate the rows with `today`: the working date of the newest of the programmes asked for with the project.

        Without `programme` that of the current one if the project is on its list, else of the newest list it is on.
        """
        programmes = programmes_of(self.request.user)
        asked = {int(year) for year in self.request.query_params.getlist("programme") if year.strip().isdecimal()}
        years = [each.year for each in programmes if each.year in asked]  # what is no programme the filter refuses
        entries = Entry.objects.filter(project=OuterRef("project")).order_by("-programme__year")
        if years:
            entries = entries.filter(programme__year__in=years)
        else:
            is_current = Case(When(programme__year=current_year(programmes), then=0), default=1)
            entries = entries.order_by(is_current, "-programme__year")
        day = Subquery(entries.values("programme__reporting_day")[:1], output_field=DateField())
        calendar = Value(as_of.today(), output_field=DateField())
        today = Coalesce(day, calendar)
        # of a past state it is the day of that, unless the programme's own is earlier (`Programme.today`)
        return super().get_queryset().annotate(today=Least(today, calendar) if as_of.get_as_of() else today)


class MilestoneViewSet(DeletableViewSet, OfProjectViewSet):
    descriptions = {
        "list": _("When a step was planned, is expected, was reached."),
        "partial_update": _("Only the fields that are given change. Moving a date needs a new reason."),
    }
    model = Milestone
    serializer_class = MilestoneRecord
    change_class = MilestoneChange
    filterset_class = MilestoneFilterSet
