"""Serializers of programmes and of their targets, the numbers that were said of them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.choices import Unit
from projects.models import Programme, Target
from projects.totals.programmes import current_of, programmes_of

from .by_model import RecordSerializer


class ProgrammeRecord(RecordSerializer):
    """One year's announced list of key projects."""

    light_rule = serializers.CharField(
        label=_("light rule"),
        source="light_rule.code",
        allow_null=True,
        default=None,
        help_text=_("The code of the rule by which lights are computed; null: none are."),
    )
    has_projects = serializers.BooleanField(
        label=_("has projects"), help_text=_("Whether you see a project on its list.")
    )

    current = serializers.SerializerMethodField(
        label=_("current"),
        help_text=_(
            "Whether it is what you are shown by default: what the province chose last, else the newest in use."
        ),
    )

    class Meta:
        model = Programme
        example = "programme"
        fields = "url year name_zh name_en reporting_day light_rule ... has_projects current"

    def get_current(self, programme: Programme) -> bool:
        request = self.context["request"]
        if not hasattr(request, "current_programme"):  # found out once for all records of an answer
            request.current_programme = current_of(programmes_of(request.user))
        return programme == request.current_programme


class TargetRecord(RecordSerializer):
    """One number that was announced, revised, monitored or reported for a programme."""

    units = {"value": ""}  # each row says its own

    unit = serializers.ChoiceField(Unit.choices, label=_("unit"))
    through = serializers.SerializerMethodField(
        label=_("through, year and month"),
        help_text=_("The month, such as 2023-06, that the number goes through from January; null: the whole year."),
    )

    class Meta:
        model = Target
        example = "target"
        fields = (
            "id url programme measure kind relation value unit through sector plan_share ... source note_zh note_en"
        )
        extra_kwargs = {"relation": {"help_text": _("How the number is meant.")}}

    def get_through(self, target: Target) -> str | None:
        return str(target.through) if target.through else None
