"""Programmes and the numbers that were said of them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from projects.api.fields import about
from projects.api.schema.examples import answer
from projects.choices import Measure, Relation, TargetKind, Unit
from projects.models import Programme, Target

from .base import Address, Record, ShownSource


@extend_schema_serializer(examples=[answer("programme")])
class ProgrammeRecord(Record):
    """One year's announced list of key projects."""

    url = Address("programmes", "year")
    year = serializers.IntegerField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    reporting_day = serializers.DateField(allow_null=True, help_text=about(Programme, "reporting_day"))
    light_rule = serializers.CharField(
        source="light_rule.code",
        allow_null=True,
        default=None,
        help_text=_("The code of the rule by which lights are computed; null: none are."),
    )
    has_projects = serializers.BooleanField(help_text=_("Whether you see a project on its list."))


@extend_schema_serializer(examples=[answer("target")])
class TargetRecord(Record):
    """One number that was announced, revised, monitored or reported for a programme."""

    units = {"value": ""}  # each row says its own

    id = serializers.IntegerField()
    url = Address("targets", "pk")
    programme = serializers.IntegerField(source="programme.year", help_text=_("Year of the programme."))
    measure = serializers.ChoiceField(Measure.choices)
    kind = serializers.ChoiceField(TargetKind.choices)
    relation = serializers.ChoiceField(Relation.choices, help_text=_("How the number is meant."))
    value = serializers.IntegerField(help_text=about(Target, "value"))
    unit = serializers.ChoiceField(Unit.choices)
    through = serializers.SerializerMethodField(
        help_text=_("The month, such as 2023-06, that the number goes through from January; null: the whole year.")
    )
    source = ShownSource()
    note_zh = serializers.CharField()
    note_en = serializers.CharField()

    def get_through(self, target: Target) -> str | None:
        return str(target.through) if target.through else None
