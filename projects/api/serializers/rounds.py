"""Reporting rounds."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.reverse import reverse

from projects.api.fields import Day, MonthText, WholeNumber, about
from projects.api.parameters import unknown_value
from projects.api.schema.examples import answer
from projects.choices import ARRIVED, Measure, RoundState
from projects.models import Programme, Round
from projects.models.round import MOST_GRACE
from projects.periods import Month

from .base import Address, BodySerializer, ReadOnlySerializer, VersionedRecord

_OF_WHAT_YOU_SEE = _("{}, of the entries that you see")


def _number(measure: Measure) -> Any:
    return format_lazy(_OF_WHAT_YOU_SEE, measure.label)


class RoundLinks(ReadOnlySerializer):
    """What the numbers are counted from: the reports that you see, and the projects."""

    reports = serializers.URLField(help_text=_("Reports that are submitted or approved."))
    reports_in = serializers.URLField()
    reports_approved = serializers.URLField()
    reports_late = serializers.URLField()
    reports_missing = serializers.URLField()


@extend_schema_serializer(examples=[answer("round")])
class RoundRecord(VersionedRecord):
    """The month of a programme in which bureaus report. Numbers of reports are as in the totals."""

    id = serializers.IntegerField()
    url = Address("rounds", "pk")
    programme = serializers.IntegerField(source="programme.year", help_text=_("Year of the programme."))
    month = serializers.CharField(source="period", help_text=_("The month that is reported, such as 2023-07."))
    opens = serializers.DateField(help_text=about(Round, "opens"))
    due = serializers.DateField(help_text=about(Round, "due"))
    grace_days = serializers.IntegerField(help_text=about(Round, "grace_days"))
    last_punctual = serializers.DateField(source="punctual_until", help_text=about(Round, "punctual_until"))
    closes = serializers.DateField(help_text=about(Round, "closes"))
    today = serializers.DateField(
        source="programme.today", help_text=_("The day that counts as today for the rounds of this programme.")
    )
    state = serializers.ChoiceField(RoundState.choices, help_text=_("Where the round stands on that day."))
    reports_asked = serializers.IntegerField(
        source="arrivals.asked", help_text=_("Entries on the list in the month that are asked for a report.")
    )
    reports_in = serializers.IntegerField(source="arrivals.arrived", help_text=_number(Measure.REPORTS_IN))
    reports_approved = serializers.IntegerField(source="arrivals.approved", help_text=_number(Measure.REPORTS_APPROVED))
    reports_late = serializers.IntegerField(source="arrivals.late", help_text=_number(Measure.REPORTS_LATE))
    reports_missing = serializers.IntegerField(source="arrivals.missing", help_text=_number(Measure.REPORTS_MISSING))
    links = serializers.SerializerMethodField()

    def get_links(self, found: Round) -> RoundLinks:
        request = self.context["request"]
        month = [("programme", found.programme.year), ("month", str(found.period))]
        projects = reverse("api:projects-list", request=request)
        states = [("state", state.value) for state in ARRIVED]
        links = {"reports": f"{reverse('api:reports-list', request=request)}?{urlencode(month + states)}"}
        for measure in RoundLinks().fields:
            links.setdefault(measure, f"{projects}?{urlencode([*month, ('counted_in', measure)])}")
        return links


class RoundChange(BodySerializer):
    """What may be written of a round. Its month names its programme, and stays."""

    month = MonthText(help_text=_("The month that is reported, such as 2023-07."))
    opens = Day()
    due = Day(help_text=about(Round, "due"))
    grace_days = WholeNumber(min_value=0, max_value=MOST_GRACE, default=0, help_text=about(Round, "grace_days"))
    closes = Day(help_text=about(Round, "closes"))

    def validate_month(self, month: Month) -> Month:
        if self.instance is not None and month != self.instance.period:
            raise serializers.ValidationError(_("The month of a round never changes."))
        programmes = Programme.objects.visible_to(self.context["request"].user)
        if not programmes.filter(year=month.year).exists():
            known = programmes.order_by("year").values_list("year", flat=True)
            raise serializers.ValidationError(unknown_value(str(month.year), known))
        return month

    def apply_to(self, record: Any) -> None:
        month = self.validated_data.pop("month", None)
        super().apply_to(record)
        if month is not None and record._state.adding:
            record.programme, record.month = Programme.objects.get(year=month.year), month.number
