"""Serializers of plausibility rules, by which what is written is doubted."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.choices import LimitUnit
from projects.models import PlausibilityRule

from .by_model import ChangeSerializer, RecordSerializer

COUNTS = ("spoke", "overruled")
_OWN = "kind importance limit months message_zh message_en on_from"


class PlausibilityRuleRecord(RecordSerializer):
    """What is doubted of a record, and what follows."""

    limit_unit = serializers.ChoiceField(
        choices=LimitUnit.choices,
        source="unit",
        label=_("unit of the limit"),
        help_text=_("What the limit is a number of."),
    )

    spoke = serializers.IntegerField(
        allow_null=True,
        label=_("times it spoke"),
        help_text=_("At whatever door and whatever came of it, up to now; null for the public and in the past."),
    )
    overruled = serializers.IntegerField(
        allow_null=True,
        label=_("times it was overruled"),
        help_text=_("How often somebody confirmed with a reason what it doubts, up to now; null as above."),
    )
    private = COUNTS

    class Meta:
        model = PlausibilityRule
        example = "plausibility_rule"
        fields = f"version url {_OWN} ... limit_unit {' '.join(COUNTS)}"


class PlausibilityRuleChange(ChangeSerializer):
    """What may be written of a rule. Its kind is written in code."""

    class Meta:
        model = PlausibilityRule
        fields = f"{_OWN} ..."

    def validate_kind(self, kind: Any) -> Any:
        if self.instance is not None and kind != self.instance.kind:
            raise serializers.ValidationError(_("The kind of a rule never changes."))
        return kind
