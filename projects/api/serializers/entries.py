"""A project's place on a programme's list."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from projects.models import Entry
from projects.models.entry import JOINED_IS_ASKED
from projects.models.proposal_gate import unproposed

from .by_model import RecordSerializer
from .origins import OriginsChange, origins_of


class EntryRecord(RecordSerializer):
    """A project on the list of one programme."""

    private = ("planned_disbursement_reported_by",)  # it may be a person

    class Meta:
        model = Entry
        example = "entry"
        fields = (
            "version id url project programme planned_disbursement status disbursed_before joined left ... basis "
            "source planned_disbursement_reported_by"
        )


class EntryChange(OriginsChange):
    """What may be written of a list entry."""

    class Meta:
        model = Entry
        fields = (
            f"reason project programme planned_disbursement {origins_of(Entry)} status disbursed_before joined left "
            "... basis source"
        )

    def apply_to(self, record: Any) -> None:
        super().apply_to(record)
        if record.lacks_day_of_joining and not unproposed(record, self.context["request"].user):
            raise ValidationError({"joined": JOINED_IS_ASKED})
