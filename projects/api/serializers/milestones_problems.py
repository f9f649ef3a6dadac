"""What stands on a project's way: milestones and problems."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from projects.api.fields import Choice, Day, Text, about
from projects.api.references import ProjectReference, SourceReference
from projects.api.schema.examples import answer
from projects.choices import Basis, ProblemKind, ProblemState
from projects.models import Milestone, Problem

from .base import DAYS, Address, BodySerializer, CodedName, ShownSource, VersionedRecord, basis_of

_TODAY = _("The day that counts as today: of the programme asked for, or of the newest with the project.")


class OfProjectChange(BodySerializer):
    """What is written about a project. Without a basis it has the project's: reported, or illustrative."""

    project = ProjectReference(help_text=_("The project's code."))
    basis = Choice(Basis.choices, required=False)
    source = SourceReference(
        allow_null=True,
        default=None,
        help_text=_("An id, or address and date of a source, which is registered if it is new."),
    )

    def apply_to(self, record: Any) -> None:
        super().apply_to(record)
        if record._state.adding and "basis" not in self.validated_data:
            record.basis = basis_of(record.project)


@extend_schema_serializer(examples=[answer("milestone")])
class MilestoneRecord(VersionedRecord):
    """A step on a project's way: planned once; expected may move, for a reason; actual is the day it was reached."""

    units = {"days_moved": DAYS}

    id = serializers.IntegerField()
    url = Address("milestones", "pk")
    project = CodedName()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    planned = serializers.DateField()
    expected = serializers.DateField(allow_null=True, help_text=about(Milestone, "expected"))
    actual = serializers.DateField(allow_null=True, help_text=about(Milestone, "actual"))
    reason = serializers.CharField(help_text=about(Milestone, "reason"))
    days_moved = serializers.IntegerField(
        help_text=_("Days from the planned day to the actual one, or to the expected one; negative: before it.")
    )
    overdue = serializers.SerializerMethodField(help_text=_("Whether its day has passed without it."))
    today = serializers.DateField(help_text=_TODAY)
    basis = serializers.ChoiceField(Basis.choices)
    source = ShownSource(allow_null=True)

    def get_overdue(self, milestone: Milestone) -> bool:
        return milestone.actual is None and milestone.due < milestone.today


class MilestoneChange(OfProjectChange):
    """What may be written of a milestone."""

    name_zh = Text(max_length=200)
    name_en = Text(max_length=200, allow_blank=True, default="")
    planned = Day()
    expected = Day(allow_null=True, default=None, help_text=about(Milestone, "expected"))
    actual = Day(allow_null=True, default=None)
    reason = Text(allow_blank=True, default="", help_text=_("Needed, and new, whenever a date is moved."))


@extend_schema_serializer(examples=[answer("problem")])
class ProblemRecord(VersionedRecord):
    """What stands in a project's way, who is to solve it, by when, and how far that has come."""

    private = ("solver",)  # it may be a person

    id = serializers.IntegerField()
    url = Address("problems", "pk")
    project = CodedName()
    kind = serializers.ChoiceField(ProblemKind.choices)
    description = serializers.CharField()
    solver = serializers.CharField(allow_null=True, help_text=_("Office or person; null for the public."))
    raised_on = serializers.DateField()
    due = serializers.DateField(allow_null=True, help_text=about(Problem, "due"))
    state = serializers.ChoiceField(ProblemState.choices)
    note = serializers.CharField(help_text=about(Problem, "note"))
    solved_on = serializers.DateField(allow_null=True)
    overdue = serializers.SerializerMethodField(help_text=_("Whether its day has passed without a solution."))
    today = serializers.DateField(help_text=_TODAY)
    basis = serializers.ChoiceField(Basis.choices)
    source = ShownSource(allow_null=True)

    def get_overdue(self, problem: Problem) -> bool:
        return problem.is_overdue(problem.today)


class ProblemChange(OfProjectChange):
    """What may be written of a problem. A change of its state needs a new note."""

    kind = Choice(ProblemKind.choices)
    description = Text(max_length=2000)
    solver = Text(max_length=200, allow_blank=True, default="", help_text=about(Problem, "solver"))
    raised_on = Day()
    due = Day(allow_null=True, default=None, help_text=about(Problem, "due"))
    state = Choice(ProblemState.choices, default=ProblemState.OPEN)
    note = Text(allow_blank=True, default="", help_text=about(Problem, "note"))
    solved_on = Day(allow_null=True, default=None)
