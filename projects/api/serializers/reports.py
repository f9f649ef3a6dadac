"""Monthly reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from projects.api.fields import about
from projects.api.schema.examples import answer
from projects.choices import Basis, ReportState
from projects.models import MonthlyReport

from .base import Address, CodedName, Record, ShownSource


@extend_schema_serializer(examples=[answer("report")])
class ReportRecord(Record):
    """What a bureau reports for one entry and month. Only approved reports count in totals."""

    id = serializers.IntegerField()
    url = Address("reports", "pk")
    entry = serializers.IntegerField(source="entry_id", help_text=_("The entry's id."))
    project = CodedName(source="entry.project")
    programme = serializers.IntegerField(source="entry.programme.year", help_text=_("Year of the programme."))
    month = serializers.CharField(source="period", help_text=_("Such as 2023-06."))
    disbursed = serializers.IntegerField(allow_null=True, help_text=about(MonthlyReport, "disbursed"))
    enterprises_attracted = serializers.IntegerField(
        allow_null=True, help_text=about(MonthlyReport, "enterprises_attracted")
    )
    state = serializers.ChoiceField(ReportState.choices)
    basis = serializers.ChoiceField(Basis.choices)
    source = ShownSource(allow_null=True)
