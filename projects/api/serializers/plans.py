"""Serializers of entries' plans for the year, and of reviewers' ratings of entries."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.api.fields import Amount, MonthText, about
from projects.models import Plan, Rating
from projects.periods import MONTHS_OF_YEAR, Month

from .base import CNY, DAYS
from .subjects import AuthoredChange, OfEntryRecord, WithBasisChange


class PlanRecord(OfEntryRecord):
    """What one entry is to disburse in the year, by whom, when and why. A new plan never erases the one before."""

    units = {"curve": CNY}

    curve = serializers.ListField(label=_("months"), child=serializers.IntegerField(), help_text=about(Plan, "curve"))
    in_force = serializers.BooleanField(label=_("in force"), help_text=_("Whether it is the newest of its kind."))

    class Meta:
        model = Plan
        fields = (
            "version id url entry project programme kind amount curve decided_on document reason ... in_force basis "
            "source"
        )


class PlanChange(WithBasisChange):
    """What may be written of a plan. Record another amount as another plan; change one only to correct it."""

    curve = serializers.ListField(
        child=Amount(), max_length=MONTHS_OF_YEAR, default=list, help_text=about(Plan, "curve")
    )

    class Meta:
        model = Plan
        fields = "entry kind amount curve decided_on document reason ... basis source"
        extra_kwargs = {"reason": {"help_text": _("Needed for a revised plan.")}}


class RatingRecord(OfEntryRecord):
    """A reviewer's own judgement of an entry, beside the light that a rule computes."""

    units = {"age": DAYS}

    private = ("words", "author")

    month = serializers.SerializerMethodField(
        label=_("month"), help_text=_("The month that the judgement speaks of, such as 2023-06.")
    )
    age = serializers.IntegerField(
        label=_("age"), help_text=_("Days since it was written, by the programme's own calendar.")
    )

    class Meta:
        model = Rating
        fields = "id url entry project programme month light words author rated_at rated_on ... age"
        extra_kwargs = {"words": {"help_text": _("Why; null for the public.")}}

    def get_month(self, rating: Rating) -> str:
        return str(Month(rating.entry.programme.year, rating.month))


class RatingChange(AuthoredChange):
    """A new judgement. Its author is who sends it, and it is never changed: another one follows it."""

    month = MonthText(help_text=_("The month that the judgement speaks of, such as 2023-06."))

    class Meta:
        model = Rating
        fields = "entry month light words"

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        month, year = attributes["month"], attributes["entry"].programme.year
        if month.year != year:
            raise serializers.ValidationError(
                {"month": [_("%(month)s is not in the programme's year.") % {"month": month}]}
            )
        return attributes | {"month": month.number}
