"""The admin of monthly reports. What a report says is typed here; how far it has come is `workflows.reporting`'s."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from projects.choices import Basis, ReportState, Stage
from projects.models import MonthlyReport
from projects.workflows import reporting

from .base import RegisterAdmin
from .display import amount_column, amount_text, column, dash, moment, month_choices
from .filters import choice_filter
from .forms import RegisterForm
from .project_columns import OfEntry, prefecture_filter, programme_filter
from .report_events import ReportEventInline

NOT_YET = _("not yet")


class ReportForm(RegisterForm):
    constraint_fields = {"report_is_one_for_each_entry_and_month": "month"}

    def clean(self) -> dict[str, Any] | None:
        """What is reported of an illustrative project is illustrative itself."""
        cleaned = super().clean() or self.cleaned_data
        entry = cleaned.get("entry")
        if self.instance.pk is None and entry is not None and entry.basis == Basis.ILLUSTRATIVE and "basis" in cleaned:
            cleaned["basis"] = Basis.ILLUSTRATIVE
        return cleaned


def _who_and_when(step: str, label: Any) -> Any:
    """A line of who took a step, and when."""

    def text(report: Any) -> str:
        user = getattr(report, f"{step}_by")
        return f"{moment(getattr(report, f'{step}_at'))} · {user.display_name}" if user else dash(NOT_YET)

    return column(label, text)


@admin.register(MonthlyReport)
class MonthlyReportAdmin(OfEntry, RegisterAdmin):
    form = ReportForm
    related = (
        "entry__project__prefecture",
        "entry__programme__light_rule",
        "source",
        "submitted_by",
        "returned_by",
        "approved_by",
    )
    list_display = (
        "project_code",
        "project_name",
        "period_column",
        "disbursed_column",
        "stage",
        "state",
        "handed_in_on",
        "basis_column",
    )
    list_display_links = ("project_code", "project_name", "period_column")
    list_filter = (
        programme_filter("entry__programme"),
        choice_filter("month", _("month"), month_choices()),
        prefecture_filter("entry__project__prefecture"),
        choice_filter("state", _("state"), ReportState.choices),
        choice_filter("stage", _("stage"), Stage.choices),
        choice_filter("basis", _("basis"), Basis.choices),
    )
    search_help_text = _("Code or name of the project")
    autocomplete_fields = ("entry",)
    inlines = (ReportEventInline,)
    readable = {"disbursed": "disbursed_text", "forecast": "forecast_text"}
    readonly_fields = ("state", "handed_in_on", "submitted", "returned", "comment", "approved")
    disbursed_text = amount_text("disbursed", _("disbursed"))
    forecast_text = amount_text("forecast", _("forecast for the year"))
    disbursed_column = amount_column("disbursed", _("disbursed"))
    period_column = column(_("month"), lambda report: str(report.period), order="month")
    submitted = _who_and_when("submitted", _("submitted"))
    returned = _who_and_when("returned", _("returned"))
    approved = _who_and_when("approved", _("approved"))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return reporting.may_edit(request.user, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """The parts of a report; a new one has not come anywhere yet."""
        content = [
            (None, {"fields": (("entry", "month"),)}),
            (
                _("The month"),
                {"fields": ("disbursed", ("stage", "started_on"), "progress", "enterprises_attracted", "forecast")},
            ),
            (_("Where it is behind"), {"fields": ("problems", "reason", "measure")}),
            (None, {"fields": ("contact", "correction_reason", ("basis", "source"))}),
        ]
        come = (_("How far it has come"), {"fields": (("state", "handed_in_on"), *self.readonly_fields[2:])})
        found = content if obj is None else [*content[:1], come, *content[1:]]
        if obj is None or self.has_change_permission(request, obj):
            return found
        return [(title, options | {"fields": self._readable(options["fields"])}) for title, options in found]

    def view_on_site(self, report: MonthlyReport) -> str:
        """Return the report's page, on which its steps are taken."""
        return reverse("report", args=[report.entry.project.code, str(report.period)])
