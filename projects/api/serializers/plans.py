"""Entries' plans for the year, and reviewers' ratings of entries."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.api.fields import Amount, Choice, Day, MonthText, Text, about
from projects.api.references import Reference, SourceReference
from projects.choices import Basis, Light, PlanKind
from projects.models import Entry, Plan, Rating
from projects.periods import MONTHS_OF_YEAR, Month

from .base import CNY, DAYS, Address, BodySerializer, CodedName, Record, ShownSource, VersionedRecord, basis_of


def _entry() -> Reference:
    return Reference(Entry, "pk", number=True, listed=False, help_text=_("The entry's id."))


class PlanRecord(VersionedRecord):
    """What one entry is to disburse in the year, by whom, when and why. A new plan never erases the one before."""

    units = {"curve": CNY}

    id = serializers.IntegerField()
    url = Address("plans", "pk")
    entry = serializers.IntegerField(source="entry_id", help_text=_("The entry's id."))
    project = CodedName(source="entry.project")
    programme = serializers.IntegerField(source="entry.programme.year", help_text=_("Year of the programme."))
    kind = serializers.ChoiceField(PlanKind.choices)
    amount = serializers.IntegerField(help_text=about(Plan, "amount"))
    curve = serializers.ListField(child=serializers.IntegerField(), help_text=about(Plan, "curve"))
    decided_on = serializers.DateField()
    document = serializers.CharField(help_text=about(Plan, "document"))
    reason = serializers.CharField()
    in_force = serializers.BooleanField(help_text=_("Whether it is the newest of its kind."))
    basis = serializers.ChoiceField(Basis.choices)
    source = ShownSource(allow_null=True)


class PlanChange(BodySerializer):
    """What may be written of a plan. Record another amount as another plan; change one only to mend it."""

    entry = _entry()
    kind = Choice(PlanKind.choices, default=PlanKind.REVISED)
    amount = Amount(allow_null=False, default=serializers.empty, help_text=about(Plan, "amount"))
    curve = serializers.ListField(
        child=Amount(allow_null=False, default=serializers.empty),
        max_length=MONTHS_OF_YEAR,
        default=list,
        help_text=about(Plan, "curve"),
    )
    decided_on = Day()
    document = Text(max_length=300, allow_blank=True, default="", help_text=about(Plan, "document"))
    reason = Text(allow_blank=True, default="", help_text=_("Needed for a revised plan."))
    basis = Choice(Basis.choices, required=False)
    source = SourceReference(
        allow_null=True,
        default=None,
        help_text=_("An id, or address and date of a source, which is registered if it is new."),
    )

    def apply_to(self, record: Any) -> None:
        super().apply_to(record)
        if record._state.adding and "basis" not in self.validated_data:
            record.basis = basis_of(record.entry.project)


class RatingRecord(Record):
    """A reviewer's own judgement of an entry, beside the light that a rule computes."""

    units = {"age": DAYS}

    private = ("words", "author")

    id = serializers.IntegerField()
    url = Address("ratings", "pk")
    entry = serializers.IntegerField(source="entry_id", help_text=_("The entry's id."))
    project = CodedName(source="entry.project")
    programme = serializers.IntegerField(source="entry.programme.year", help_text=_("Year of the programme."))
    month = serializers.SerializerMethodField(help_text=_("The month that the judgement speaks of, such as 2023-06."))
    light = serializers.ChoiceField(Light.choices)
    words = serializers.CharField(allow_null=True, help_text=_("Why; null for the public."))
    author = serializers.CharField(
        source="author.display_name", allow_null=True, help_text=_("The person's name; null for the public.")
    )
    rated_at = serializers.DateTimeField()
    rated_on = serializers.DateField(help_text=about(Rating, "rated_on"))
    age = serializers.IntegerField(help_text=_("Days since it was written, by the programme's own calendar."))

    def get_month(self, rating: Rating) -> str:
        return str(Month(rating.entry.programme.year, rating.month))


class RatingChange(BodySerializer):
    """A new judgement. Its author is who sends it, and it is never changed: another one follows it."""

    entry = _entry()
    month = MonthText(help_text=_("The month that the judgement speaks of, such as 2023-06."))
    light = Choice(Light.choices)
    words = Text(help_text=about(Rating, "words"))

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        month, year = attributes["month"], attributes["entry"].programme.year
        if month.year != year:
            raise serializers.ValidationError(
                {"month": [_("%(month)s is not in the programme's year.") % {"month": month}]}
            )
        return attributes | {"month": month.number}

    def apply_to(self, record: Any) -> None:
        super().apply_to(record)
        record.author = self.context["request"].user
