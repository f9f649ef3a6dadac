"""Reporting rounds, with the numbers of their reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view

from projects.api.filters import RoundFilterSet
from projects.api.schema.examples import ROUND_CHANGE
from projects.api.serializers.rounds import RoundChange, RoundRecord
from projects.models import Round
from projects.monitoring.report_counts import arrivals

from .writing import WritableViewSet


@extend_schema_view(
    list=extend_schema(
        summary=_("List rounds"),
        description=_(
            "In which days which month is reported, and how many reports are received, approved, late and outstanding."
        ),
    ),
    retrieve=extend_schema(summary=_("Show a round")),
    create=extend_schema(summary=_("Add a round"), examples=[ROUND_CHANGE]),
    partial_update=extend_schema(summary=_("Change a round")),
)
class RoundViewSet(WritableViewSet):
    model = Round
    serializer_class = RoundRecord
    change_class = RoundChange
    filterset_class = RoundFilterSet
    related = ("programme",)

    def prepared(self, records: Sequence[Any]) -> Sequence[Any]:
        numbers = arrivals(records, user=self.request.user)
        for record in records:
            record.arrivals = numbers[record.pk]
        return records
