"""Base serializers of records about an entry, and of changes of what is said about a project."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.api.fields import Choice
from projects.api.present_actions import steps_with
from projects.choices import Basis

from .base import CodedName
from .by_model import ChangeSerializer, RecordSerializer


class OfEntryRecord(RecordSerializer):
    """A record about an entry: with the entry's project, and the year of its list."""

    project = CodedName(label=_("project"), source="entry.project")
    programme = serializers.IntegerField(
        label=_("programme"), source="entry.programme.year", help_text=_("Year of the programme.")
    )


class StepRecord(RecordSerializer):
    """What somebody did, at what time and with which words."""

    who = serializers.CharField(source="user.display_name", help_text=_("The person's name."))


class WithStepsRecord(RecordSerializer):
    """A record of a workflow, with the steps that the reader may take next."""

    def get_may(self, record: Any) -> list[str]:
        request = self.context["request"]
        if request.auth is not None and not request.auth.may_write:
            return []  # the token reads, whatever its user may do
        return steps_with(record, self.steps)

    def steps(self, record: Any) -> list[str]:
        raise NotImplementedError


class AuthoredChange(ChangeSerializer):
    """Its author is who sends it."""

    def apply_to(self, record: Any) -> None:
        super().apply_to(record)
        record.author = self.context["request"].user


class WithBasisChange(ChangeSerializer):
    """Without a basis a new record has the project's: reported, or illustrative."""

    basis = Choice(Basis.choices, required=False)

    def apply_to(self, record: Any) -> None:
        super().apply_to(record)
        if record._state.adding and "basis" not in self.validated_data:
            record.basis = getattr(record, "entry", record).project.basis_of_news
