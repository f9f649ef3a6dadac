"""The admin of monthly reports. Who keeps one prefecture reports; only the province approves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Field, Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from projects.access import access_of
from projects.choices import Basis, ReportState
from projects.models import MonthlyReport, Prefecture, Programme

from .base import RegisterAdmin
from .display import amount_column, amount_text, basis_mark
from .filters import choice_filter, reference_filter
from .forms import RegisterForm

BEFORE_REVIEW = (ReportState.DRAFT, ReportState.SUBMITTED)


class ReportForm(RegisterForm):
    owner_field = "entry"
    constraint_fields = {"report_is_one_for_each_entry_and_month": "month"}


@admin.register(MonthlyReport)
class MonthlyReportAdmin(RegisterAdmin):
    form = ReportForm
    related = ("entry__project__prefecture", "entry__programme", "source")
    list_display = (
        "project_code",
        "project_name",
        "period_column",
        "disbursed_column",
        "enterprises_attracted",
        "state",
        "basis_column",
    )
    list_display_links = ("project_code", "project_name", "period_column")
    list_filter = (
        reference_filter("programme", _("programme"), Programme, key="year", path="entry__programme"),
        choice_filter("month", _("month"), [(str(number), str(number)) for number in range(1, 13)]),
        reference_filter(
            "prefecture",
            _("prefecture"),
            Prefecture,
            key="adcode",
            path="entry__project__prefecture",
            none=_("not known"),
        ),
        choice_filter("state", _("state"), ReportState.choices),
        choice_filter("basis", _("basis"), Basis.choices),
    )
    search_fields = ("entry__project__code", "entry__project__name_zh", "entry__project__name_en")
    search_help_text = _("Code or name of the project")
    autocomplete_fields = ("entry",)
    fields = (("entry", "month"), "disbursed", "enterprises_attracted", "state", ("basis", "source"))
    readable = {"disbursed": "disbursed_text"}
    disbursed_text = amount_text("disbursed", _("disbursed"))
    disbursed_column = amount_column("disbursed", _("disbursed"))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A report that the province has approved is the province's to change: it feeds totals."""
        if obj is not None and obj.state == ReportState.APPROVED and not access_of(request.user).writes_all:
            return False
        return super().has_change_permission(request, obj)

    def formfield_for_choice_field(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "state" and not access_of(request.user).writes_all:
            kwargs["choices"] = [(state.value, state.label) for state in BEFORE_REVIEW]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    @admin.display(description=_("code"), ordering="entry__project__code")
    def project_code(self, report: Model) -> str:
        return report.entry.project.code

    @admin.display(description=_("project"), ordering="entry__project__name_zh")
    def project_name(self, report: Model) -> str:
        return report.entry.project.name

    @admin.display(description=_("month"), ordering="month")
    def period_column(self, report: Model) -> str:
        return str(report.period)

    @admin.display(description=_("basis"), ordering="basis")
    def basis_column(self, report: Model) -> str:
        return basis_mark(report.basis)
