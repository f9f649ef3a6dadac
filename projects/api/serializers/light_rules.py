"""The rules by which lights are computed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from projects.api.fields import Choice, Text, WholeNumber, YesNo, about
from projects.api.references import SourceReference
from projects.api.schema.examples import answer
from projects.choices import LightMethod, PlanKind
from projects.models import LightRule

from .base import Address, BodySerializer, ShownSource, VersionedRecord

_SMALL = 2**15 - 1  # of a PositiveSmallIntegerField


def _shown(name: str) -> serializers.IntegerField:
    return serializers.IntegerField(help_text=about(LightRule, name))


def _limit(name: str, **more: Any) -> WholeNumber:
    return WholeNumber(min_value=0, max_value=100, help_text=about(LightRule, name), **more)


def _months(name: str, default: int) -> WholeNumber:
    return WholeNumber(min_value=0, max_value=_SMALL, default=default, help_text=about(LightRule, name))


@extend_schema_serializer(examples=[answer("light_rule")])
class LightRuleRecord(VersionedRecord):
    """How progress against the plan to date becomes green, yellow or red."""

    url = Address("light-rules", "code")
    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    method = serializers.ChoiceField(LightMethod.choices)
    yellow = _shown("yellow")
    red = _shown("red")
    against = serializers.ChoiceField(PlanKind.choices, help_text=about(LightRule, "against"))
    explain_beyond = _shown("explain_beyond")
    start_yellow = _shown("start_yellow")
    start_red = _shown("start_red")
    missing_yellow = _shown("missing_yellow")
    missing_red = _shown("missing_red")
    borrowed = serializers.BooleanField(help_text=about(LightRule, "borrowed"))
    source = ShownSource(allow_null=True)


class LightRuleChange(BodySerializer):
    """What may be written of a rule. Its limits are the province's to set."""

    code = Text(max_length=50)
    name_zh = Text(max_length=200)
    name_en = Text(max_length=200, allow_blank=True, default="")
    method = Choice(LightMethod.choices, default=LightMethod.POINTS)
    yellow = _limit("yellow")
    red = _limit("red")
    against = Choice(PlanKind.choices, default=PlanKind.ANNOUNCED, help_text=about(LightRule, "against"))
    explain_beyond = _limit("explain_beyond", default=10)
    start_yellow = _months("start_yellow", 1)
    start_red = _months("start_red", 3)
    missing_yellow = _months("missing_yellow", 1)
    missing_red = _months("missing_red", 2)
    borrowed = YesNo(default=False, help_text=about(LightRule, "borrowed"))
    source = SourceReference(
        allow_null=True,
        default=None,
        help_text=_("An id, or address and date of a source, which is registered if it is new."),
    )

    def validate_code(self, code: str) -> str:
        if self.instance is not None and code != self.instance.code:
            raise serializers.ValidationError(_("The code of a rule never changes."))
        return code
