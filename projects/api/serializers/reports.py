"""Monthly reports as they go out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.reverse import reverse

from projects.api.fields import ChoiceOrNull, about
from projects.api.present_actions import steps_with
from projects.api.schema.examples import answer
from projects.choices import Basis, ReportAction, ReportState, Stage
from projects.models import MonthlyReport
from projects.versioning.digests import digest_of
from projects.workflows.reporting import may, may_edit

from .base import CNY, Address, CodedName, ReadOnlySerializer, Record, ShownSource

EDIT = "edit"
_BY_WHOM = _("The person's name; null for the public.")


def _who(source: str) -> serializers.CharField:
    return serializers.CharField(source=f"{source}.display_name", allow_null=True, default=None, help_text=_BY_WHOM)


class ReportLinks(ReadOnlySerializer):
    """What was done with the report, and what comes from the same project."""

    events = serializers.URLField()
    entry = serializers.URLField()


@extend_schema_serializer(examples=[answer("report")])
class ReportRecord(Record):
    """What a bureau reports for one entry and month. Only approved reports count in totals."""

    units = {"year_to_date": CNY, "since_start": CNY}

    private = ("contact", "comment", "submitted_by", "returned_by", "approved_by")

    id = serializers.IntegerField()
    url = Address("reports", "pk")
    version = serializers.SerializerMethodField(
        help_text=_("Version of the record, with which its ETag begins. Steps of several reports ask for it.")
    )
    entry = serializers.IntegerField(source="entry_id", help_text=_("The entry's id."))
    project = CodedName(source="entry.project")
    programme = serializers.IntegerField(source="entry.programme.year", help_text=_("Year of the programme."))
    month = serializers.CharField(source="period", help_text=_("Such as 2023-06."))
    disbursed = serializers.IntegerField(allow_null=True, help_text=about(MonthlyReport, "disbursed"))
    year_to_date = serializers.IntegerField(
        source="running.year_to_date",
        allow_null=True,
        help_text=_("Whole CNY from January to this month, by the reports that you see in whatever state."),
    )
    since_start = serializers.IntegerField(
        source="running.since_start",
        allow_null=True,
        help_text=_("Whole CNY since the start of the project; null: what was disbursed before the year is not known."),
    )
    stage = ChoiceOrNull(Stage.choices)
    progress = serializers.CharField(help_text=about(MonthlyReport, "progress"))
    started_on = serializers.DateField(allow_null=True, help_text=about(MonthlyReport, "started_on"))
    enterprises_attracted = serializers.IntegerField(
        allow_null=True, help_text=about(MonthlyReport, "enterprises_attracted")
    )
    forecast = serializers.IntegerField(allow_null=True, help_text=about(MonthlyReport, "forecast"))
    problems = serializers.CharField()
    reason = serializers.CharField(help_text=about(MonthlyReport, "reason"))
    measure = serializers.CharField(help_text=about(MonthlyReport, "measure"))
    contact = serializers.CharField(allow_null=True, help_text=_("Name and telephone number; null for the public."))
    correction_reason = serializers.CharField(help_text=about(MonthlyReport, "correction_reason"))
    state = serializers.ChoiceField(ReportState.choices)
    handed_in_on = serializers.DateField(allow_null=True, help_text=about(MonthlyReport, "handed_in_on"))
    late = serializers.SerializerMethodField(
        help_text=_("Whether handed in after the round's last punctual day; null: not handed in, or of no round.")
    )
    submitted_at = serializers.DateTimeField(allow_null=True)
    submitted_by = _who("submitted_by")
    returned_at = serializers.DateTimeField(allow_null=True)
    returned_by = _who("returned_by")
    comment = serializers.CharField(allow_null=True, help_text=_("Why it was returned; null for the public."))
    approved_at = serializers.DateTimeField(allow_null=True)
    approved_by = _who("approved_by")
    may = serializers.SerializerMethodField(
        help_text=_("What you may do with the report as it stands now; empty where an older version is shown.")
    )
    basis = serializers.ChoiceField(Basis.choices)
    source = ShownSource(allow_null=True)
    links = serializers.SerializerMethodField()

    def get_version(self, report: MonthlyReport) -> str:
        return digest_of(report)

    def get_late(self, report: MonthlyReport) -> bool | None:
        until = report.punctual_until
        return None if until is None or report.handed_in_on is None else report.handed_in_on > until

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField([*ReportAction.values, EDIT])))
    def get_may(self, report: MonthlyReport) -> list[str]:
        request = self.context["request"]
        if request.auth is not None and not request.auth.may_write:
            return []  # the token reads, whatever its user may do
        return steps_with(report, self._steps)

    def _steps(self, report: MonthlyReport) -> list[str]:
        user = self.context["request"].user
        actions = [action.value for action in ReportAction if may(user, action, report)]
        return [*actions, EDIT] if may_edit(user, report) else actions

    def get_links(self, report: MonthlyReport) -> ReportLinks:
        request = self.context["request"]
        return {
            "events": reverse("api:reports-events", args=[report.pk], request=request),
            "entry": reverse("api:entries-detail", args=[report.entry_id], request=request),
        }


class ReportsTaken(ReadOnlySerializer):
    """The reports that took a step together, as they are now."""

    reports = ReportRecord(many=True)


class ReportStep(Record):
    """What somebody did with a report, at what time and with which words."""

    action = serializers.ChoiceField(ReportAction.choices)
    before = serializers.ChoiceField(ReportState.choices)
    after = serializers.ChoiceField(ReportState.choices)
    comment = serializers.CharField()
    who = serializers.CharField(source="user.display_name", help_text=_("The person's name."))
    at = serializers.DateTimeField()
