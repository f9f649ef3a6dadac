"""Serializers of projects."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.api.fields import about
from projects.choices import ListStatus
from projects.models import Entry, Project
from projects.models.attribution import reporter_of
from projects.models.fields import normalised_code

from .base import CNY
from .by_model import RecordSerializer
from .by_type import TypedSerializer, Url
from .origins import OriginsChange, origins_of

_OWN = (
    "code name_zh name_en kind sector chain_link prefecture county_zh county_en enterprise total_investment "
    f"expected_revenue transferred source_province start finish ... basis source note_zh note_en {origins_of(Project)}"
)


class Links(TypedSerializer):
    """Where the figures of a project come from, month by month and statement by statement."""

    entries: Url
    reports: Url
    claims: Url


class ProjectRecord(RecordSerializer):
    """A project. `programme` is the one that `planned_disbursement`, `status` and `disbursed` are taken from."""

    # what each member is read from is said in `exports.project_sql`: the database writes projects

    units = {"planned_disbursement": CNY, "disbursed": CNY, "disbursed_of_plan": "%"}

    private = tuple(reporter_of(figure) for figure in Project.attributed)  # they may be persons

    source_province = serializers.CharField(
        read_only=True,
        allow_null=True,
        label=_("source province"),
        help_text=_("Two digits of the province it came from, GB/T 2260, such as 44; null: none or not known."),
    )
    programme = serializers.IntegerField(
        read_only=True,
        allow_null=True,
        label=_("programme"),
        help_text=_("Year of the programme of the next figures."),
    )
    planned_disbursement = serializers.IntegerField(
        label=_("planned disbursement"), allow_null=True, help_text=about(Entry, "planned_disbursement")
    )
    status = serializers.ChoiceField(
        ListStatus.choices,
        label=_("new or continuing"),
        allow_null=True,
        help_text=_("Null: not on the programme's list."),
    )
    disbursed = serializers.IntegerField(
        label=_("disbursed"),
        allow_null=True,
        help_text=_("Sum of the approved monthly reports of the months below, whole CNY; null: none."),
    )
    disbursed_of_plan = serializers.FloatField(
        read_only=True,
        allow_null=True,
        label=_("share of the year's plan"),
        help_text=_(
            "`disbursed` in percent of `planned_disbursement`, one decimal; null: one of them is not known, or nothing is "
            "planned."
        ),
    )
    disbursed_from = serializers.CharField(
        read_only=True, allow_null=True, label=_("disbursed from"), help_text=_("First month, such as 2023-01.")
    )
    disbursed_through = serializers.CharField(
        read_only=True, allow_null=True, label=_("disbursed through"), help_text=_("Last month, such as 2023-06.")
    )
    open_month = serializers.CharField(
        read_only=True,
        allow_null=True,
        label=_("open month, approved of asked"),
        help_text=_("If the last month is open, how many of its reports are approved, such as 6/30; null: it counts."),
    )
    links = Links()

    class Meta:
        model = Project
        example = "project"
        fields = (
            f"version url {_OWN} programme planned_disbursement status disbursed disbursed_of_plan"
            " disbursed_from disbursed_through open_month links"
        )
        extra_kwargs = {
            "basis": {"help_text": _("Where the record comes from.")},
            "start_source": {"label": _("source of the start")},
            "finish_source": {"label": _("source of the finish")},
        }


class ProjectChange(OriginsChange):
    """What may be written of a project. Amounts are whole CNY; null means not known."""

    class Meta:
        model = Project
        fields = f"reason {_OWN}"
        extra_kwargs = {"source_province": {"help_text": _("Only for a project that was transferred.")}}

    def validate_code(self, code: str) -> str:
        if self.instance is not None and normalised_code(code) != self.instance.code:
            raise serializers.ValidationError(_("The code of a project never changes."))
        return code
