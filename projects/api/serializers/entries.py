"""Serializers of entries: a project's place on a programme's list."""

from __future__ import annotations

from projects.models import Entry

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
