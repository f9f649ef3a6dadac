"""The admin of monthly reports. What a report says is typed here; how far it has come is `workflows.reporting`'s."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from projects.choices import Basis
from projects.models import MonthlyReport
from projects.workflows import reporting

from .base import RegisterAdmin
from .display import column, dash, moment
from .filters import EntryColumns, prefecture_filter, programme_filter
from .forms import RegisterForm

NOT_YET = _("not yet")


class ReportForm(RegisterForm):
    def clean(self) -> dict[str, Any] | None:
        """Make what is reported of an illustrative project illustrative itself."""
        cleaned = super().clean() or self.cleaned_data
        entry = cleaned.get("entry")
        if self.instance.pk is None and entry is not None and entry.basis == Basis.ILLUSTRATIVE and "basis" in cleaned:
            cleaned["basis"] = Basis.ILLUSTRATIVE
        return cleaned


def _build_step_column(step: str, label: Any) -> Any:
    """Return a line of who took a step, and when."""

    def text(report: Any) -> str:
        user = getattr(report, f"{step}_by")
        return f"{moment(getattr(report, f'{step}_at'))} · {user.display_name}" if user else dash(NOT_YET)

    return column(label, text)


@admin.register(MonthlyReport)
class MonthlyReportAdmin(EntryColumns, RegisterAdmin):
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
        "disbursed",
        "stage",
        "state",
        "handed_in_on",
        "basis_column",
    )
    list_display_links = ("project_code", "project_name", "period_column")
    list_filter = (
        programme_filter("entry__programme"),
        "month",
        prefecture_filter("entry__project__prefecture"),
        "state",
        "stage",
        "basis",
    )
    search_help_text = _("Code or name of the project")
    autocomplete_fields = ("entry",)
    readonly_fields = ("state", "handed_in_on", "submitted", "returned", "comment", "approved")
    fieldsets = (
        (None, {"fields": (("entry", "month"),)}),
        (_("How far it has come"), {"fields": (("state", "handed_in_on"), *readonly_fields[2:])}),
        (
            _("The month"),
            {"fields": ("disbursed", ("stage", "started_on"), "progress", "enterprises_attracted", "forecast")},
        ),
        (_("Where it is behind"), {"fields": ("problems", "reason", "measure")}),
        (None, {"fields": ("contact", "correction_reason", ("basis", "source"))}),
    )
    period_column = column(_("month"), lambda report: str(report.period), order="month")
    submitted = _build_step_column("submitted", _("submitted"))
    returned = _build_step_column("returned", _("returned"))
    approved = _build_step_column("approved", _("approved"))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return reporting.may_edit(request.user, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Return the parts of a report; a new one has not come anywhere yet."""
        subject, progress, *content = super().get_fieldsets(request, obj)
        return [subject, progress, *content] if obj else [subject, *content]

    def view_on_site(self, report: MonthlyReport) -> str:
        """Return the report's page, on which its steps are taken."""
        return reverse("report", args=[report.entry.project.code, str(report.period)])
