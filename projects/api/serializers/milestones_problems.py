"""Serializers of milestones and problems."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.models import Milestone, Problem

from .base import DAYS
from .by_model import RecordSerializer
from .subjects import WithBasisChange


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
        example = "milestone"
        fields = (
            "version id url project name_zh name_en planned expected actual reason ... days_moved overdue today basis "
            "source"
        )


class MilestoneChange(WithBasisChange):
    """What may be written of a milestone."""

    class Meta:
        model = Milestone
        fields = "project basis source name_zh name_en planned expected actual reason ..."
        extra_kwargs = {"reason": {"help_text": _("Needed, and new, whenever a date is moved.")}}


class ProblemRecord(WithDeadlineRecord):
    """What stands in a project's way, who is to solve it, by when, and how far that has come."""

    private = ("solver",)  # it may be a person

    overdue = serializers.SerializerMethodField(
        label=_("overdue"), help_text=_("Whether its day has passed without a solution.")
    )

    class Meta:
        model = Problem
        example = "problem"
        fields = (
            "version id url project kind description solver raised_on due state note solved_on ... overdue today "
            "basis source"
        )


class ProblemChange(WithBasisChange):
    """What may be written of a problem. A change of its state needs a new note."""

    class Meta:
        model = Problem
        fields = "project basis source kind description solver raised_on due state note solved_on ..."
