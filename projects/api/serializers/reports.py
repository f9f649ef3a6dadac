"""Serializers of monthly reports as they go out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from projects.choices import ReportAction
from projects.models import MonthlyReport, ReportEvent
from projects.workflows.reporting import may, may_edit

from .base import CNY, addresses_by_id
from .by_type import TypedSerializer, Url
from .subjects import OfEntryRecord, StepRecord, WithStepsRecord

EDIT = "edit"


class ReportLinks(TypedSerializer):
    """What was done with the report, and what comes from the same project."""

    events: Url
    entry: Url


class ReportRecord(WithStepsRecord, OfEntryRecord):
    """What a prefecture reports for one entry and month. Only approved reports count in totals."""

    units = {"year_to_date": CNY, "since_start": CNY}
    on_request = ()

    private = ("contact", "comment", "submitted_by", "returned_by", "approved_by")

    version = serializers.SerializerMethodField(
        label=_("version"),
        help_text=_("Version of the record, with which its ETag begins. Steps of several reports ask for it."),
    )
    month = serializers.CharField(label=_("month"), source="period", help_text=_("Such as 2023-06."))
    year_to_date = serializers.IntegerField(
        label=_("disbursed since January"),
        source="running.year_to_date",
        allow_null=True,
        help_text=_("Whole CNY from January to this month, by the reports that you see in whatever state."),
    )
    since_start = serializers.IntegerField(
        label=_("disbursed since the start"),
        source="running.since_start",
        allow_null=True,
        help_text=_("Whole CNY since the start of the project; null: what was disbursed before the year is not known."),
    )
    late = serializers.SerializerMethodField(
        label=_("submitted late"),
        help_text=_(
            "Whether submitted after the last day on which it was on time; null: not submitted, or of no round."
        ),
    )
    may = serializers.SerializerMethodField(
        label=_("steps that you may take"),
        help_text=_("What you may do with the report as it stands now; empty where an older version is shown."),
    )
    links = serializers.SerializerMethodField()

    class Meta:
        model = MonthlyReport
        example = "report"
        fields = (
            "id url version entry project programme month disbursed year_to_date since_start stage progress "
            "started_on enterprises_attracted forecast problems reason measure contact correction_reason ... state "
            "handed_in_on late submitted_at submitted_by returned_at returned_by comment approved_at approved_by may "
            "basis source links"
        )
        extra_kwargs = {"comment": {"help_text": _("Why it was returned; null for the public.")}}

    def get_late(self, report: MonthlyReport) -> bool | None:
        until = report.punctual_until
        return None if until is None or report.handed_in_on is None else report.handed_in_on > until

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField([*ReportAction.values, EDIT])))
    def get_may(self, report: MonthlyReport) -> list[str]:
        return super().get_may(report)

    def steps(self, report: MonthlyReport) -> list[str]:
        user = self.context["request"].user
        actions = [action.value for action in ReportAction if may(user, action, report)]
        if ReportAction.RETRACT in actions:
            self.context["request"]._request.etag = ""  # it ends by the clock, which raises no state number
        return [*actions, EDIT] if may_edit(user, report) else actions

    def get_links(self, report: MonthlyReport) -> ReportLinks:
        events, entry = self._addresses
        return {"events": events(report.pk), "entry": entry(report.entry_id)}

    @cached_property
    def _addresses(self) -> Sequence[Callable[[int], str]]:
        return [
            addresses_by_id(f"api:{name}", self.context["request"]) for name in ("reports-events", "entries-detail")
        ]


class ReportsTaken(TypedSerializer):
    """The reports that took a step together, as they are now."""

    reports: list[ReportRecord]


class ReportStep(StepRecord):
    """What somebody did with a report, at what time and with which words."""

    class Meta:
        model = ReportEvent
        fields = "action before after comment who at"
