"""Bodies of monthly reports. Their state is not among what may be written: each step has an address of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.api.fields import MonthText, SignedAmount, Words
from projects.api.references import ProjectReference, Reference
from projects.history.revisions import MOST_AT_ONCE
from projects.models import Entry, MonthlyReport
from projects.models.report import RETURN_NEEDS_COMMENT
from projects.money import READABLE

from .base import BodySerializer
from .bulk import ChangeById
from .by_model import ChangeSerializer

STATE_IS_A_STEP = _(
    "The state is not written. POST to the report's address followed by submit/, withdraw/, return/, approve/ or reopen/."
)
NOT_ON_LIST = _("%(project)s is not on the list of %(year)s.")


class ReportChange(ChangeSerializer):
    """What a prefecture fills in. Amounts are whole CNY; null means not known."""

    quoted_year_to_date = SignedAmount(
        limit=READABLE,
        required=False,
        allow_null=True,
        help_text=_("What a document says of January to this month, whole CNY. Checked against the reports, not kept."),
    )

    class Meta:
        model = MonthlyReport
        fields = (
            "disbursed quoted_year_to_date stage progress started_on enterprises_attracted forecast problems reason "
            "measure contact correction_reason"
        )

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and "state" in data:
            raise serializers.ValidationError({"state": [STATE_IS_A_STEP]})
        return super().to_internal_value(data)


class NewReportChange(ReportChange):
    """A new draft: the entry by its id, or by its project, and the month. The rest can be filled in later."""

    entry = Reference(Entry, required=False)
    project = ProjectReference(required=False, help_text=_("The project's code, instead of the entry."))
    month = MonthText(help_text=_("The month that is reported, such as 2023-07."))

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        entry, project, month = (attributes.pop(name, None) for name in ("entry", "project", "month"))
        if (entry is None) == (project is None):
            raise serializers.ValidationError({"entry": [_("Name either the entry or the project.")]})
        if entry is None:
            entry = project.entries.filter(programme__year=month.year).first()
        if entry is None or entry.programme.year != month.year:
            shown = {"project": (project or entry.project).code, "year": month.year}
            raise serializers.ValidationError({"month": [NOT_ON_LIST % shown]})
        return attributes | {"entry": entry, "month": month.number, "basis": entry.project.basis_of_news}


class NoWords(BodySerializer):
    """A step that needs no words."""


class CommentChange(BodySerializer):
    """A step that says why."""

    comment = Words(RETURN_NEEDS_COMMENT, help_text=_("Why; the prefecture reads it."))


class ReportVersionChange(ChangeById):
    """One report of several, and the version of it that the step is meant for."""


class ManyReportsChange(BodySerializer):
    """A step of several reports: all of them take it, or none."""

    reports = serializers.ListField(
        child=ReportVersionChange(),
        min_length=1,
        max_length=MOST_AT_ONCE,
        help_text=_("Reports with their versions, at most 50, each once."),
    )


class ManyReportsCommentChange(CommentChange, ManyReportsChange):
    """A step of several reports that says why."""
