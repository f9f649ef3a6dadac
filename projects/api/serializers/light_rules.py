"""Serializers of light rules, by which lights are computed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.models import LightRule

from .by_model import ChangeSerializer, RecordSerializer

_OWN = (
    "code name_zh name_en method yellow red against explain_beyond start_yellow start_red missing_yellow missing_red "
    "borrowed ... source"
)


class LightRuleRecord(RecordSerializer):
    """How progress against the pro-rata plan becomes green, yellow or red."""

    class Meta:
        model = LightRule
        example = "light_rule"
        fields = f"version url {_OWN}"


class LightRuleChange(ChangeSerializer):
    """What may be written of a rule. Its limits are the province's to set."""

    class Meta:
        model = LightRule
        fields = _OWN

    def validate_code(self, code: str) -> str:
        if self.instance is not None and code != self.instance.code:
            raise serializers.ValidationError(_("The code of a rule never changes."))
        return code
