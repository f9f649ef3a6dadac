"""Reporting rounds, with the numbers of their reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import django_filters as df
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.reverse import reverse

from projects.choices import ARRIVED, Measure, RoundState
from projects.models import Programme, Round
from projects.models.round import MOST_GRACE
from projects.monitoring.report_counts import arrivals
from projects.periods import Month
from projects.totals.filter_types import ManyOf, OrderFilter

from .fields import MonthText, get_field_description
from .filters import COLUMNS, month_filters
from .parameters import unknown_value
from .serializers import ChangeSerializer, ReadOnlySerializer, RecordSerializer
from .viewsets import WritableViewSet


def _number(measure: Measure, source: str) -> serializers.IntegerField:
    help_text = format_lazy(_("{}, of the entries that you see"), measure.label)
    return serializers.IntegerField(source=source, label=measure.label, help_text=help_text)


class RoundLinks(ReadOnlySerializer):
    """What the numbers are counted from: the reports that you see, and the projects."""

    reports = serializers.URLField(help_text=_("Reports that are submitted or approved."))
    reports_in = serializers.URLField()
    reports_approved = serializers.URLField()
    reports_late = serializers.URLField()
    reports_missing = serializers.URLField()


class RoundRecord(RecordSerializer):
    """The month of a programme in which prefectures report. Numbers of reports are as in the totals."""

    month = serializers.CharField(
        label=_("month"), source="period", help_text=_("The month that is reported, such as 2023-07.")
    )
    last_punctual = serializers.DateField(
        label=_("counted as on time until"),
        source="punctual_until",
        help_text=get_field_description(Round, "punctual_until"),
    )
    today = serializers.DateField(
        label=_("today"),
        source="programme.today",
        help_text=_("The working date of the rounds of this programme."),
    )
    state = serializers.ChoiceField(
        RoundState.choices, label=_("state"), help_text=_("Where the round stands on that day.")
    )
    reports_asked = serializers.IntegerField(
        label=_("reports asked for"),
        source="arrivals.asked",
        help_text=_("Entries on the list in the month that are asked for a report."),
    )
    reports_in = _number(Measure.REPORTS_IN, "arrivals.arrived")
    reports_approved = _number(Measure.REPORTS_APPROVED, "arrivals.approved")
    reports_late = _number(Measure.REPORTS_LATE, "arrivals.late")
    reports_missing = _number(Measure.REPORTS_MISSING, "arrivals.missing")
    links = serializers.SerializerMethodField()

    class Meta:
        model = Round
        fields = [
            "version",
            "id",
            "url",
            "programme",
            "month",
            "opens",
            "due",
            "grace_days",
            "last_punctual",
            "closes",
            "today",
            "state",
            "reports_asked",
            "reports_in",
            "reports_approved",
            "reports_late",
            "reports_missing",
            "links",
        ]

    def get_links(self, found: Round) -> RoundLinks:
        request = self.context["request"]
        month = [("programme", found.programme.year), ("month", str(found.period))]
        projects = reverse("api:projects-list", request=request)
        states = [("state", state.value) for state in ARRIVED]
        links = {"reports": f"{reverse('api:reports-list', request=request)}?{urlencode(month + states)}"}
        for measure in RoundLinks().fields:
            links.setdefault(measure, f"{projects}?{urlencode([*month, ('counted_in', measure)])}")
        return links


class RoundChange(ChangeSerializer):
    """What may be written of a round. Its month names its programme, and stays."""

    month = MonthText(help_text=_("The month that is reported, such as 2023-07."))

    class Meta:
        model = Round
        fields = ["month", "opens", "due", "grace_days", "closes"]
        extra_kwargs = {"grace_days": {"max_value": MOST_GRACE}}

    def validate_month(self, month: Month) -> Month:
        if self.instance is not None and month != self.instance.period:
            raise serializers.ValidationError(_("The month of a round never changes."), code="read_only")
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


class RoundFilterSet(df.FilterSet):
    programme = ManyOf(Programme, "programme", "year")
    month, month_min, month_max = month_filters("programme")
    ordering = OrderFilter("programme", "month", "due", "id", columns=COLUMNS)


class RoundViewSet(WritableViewSet):
    descriptions = {
        "list": _(
            "In which days which month is reported, and how many reports are received, approved, late and outstanding."
        ),
    }
    model = Round
    serializer_class = RoundRecord
    change_class = RoundChange
    filterset_class = RoundFilterSet
    related = ("programme",)

    def prepare_records(self, records: Sequence[Any]) -> Sequence[Any]:
        numbers = arrivals(records, user=self.request.user)
        for record in records:
            record.arrivals = numbers[record.pk]
        return records
