"""The admin of plans, and the plans inside an entry's form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Field, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from projects.choices import Basis, PlanKind
from projects.models import Plan

from .base import RegisterAdmin, RegisterInline
from .display import amount_column, amount_text, column
from .filters import SelectFilter, choice_filter
from .forms import RegisterForm
from .plan_months import EVEN_PACE, CurveField, curve_text
from .project_columns import OfEntry, prefecture_filter, programme_filter


class PlanForm(RegisterForm):
    constraint_fields = {"plan_of_a_kind_is_decided_once_a_day": "decided_on"}


class PlanFields:
    """How a plan is typed and read, alone and inside its entry's form."""

    form = PlanForm
    readable = {"amount": "amount_text", "curve": "curve_text"}
    amount_text = amount_text("amount", _("amount"))
    curve_text = column(_("months"), curve_text)

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "curve":
            return CurveField()
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class InForceFilter(SelectFilter):
    """The newest plan of each kind of an entry, or those that it replaced."""

    title = _("in force")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("yes")), ("0", _("replaced"))]

    def narrowed(self, queryset: QuerySet) -> QuerySet:
        newest = Plan.objects.in_force().values("pk")
        return queryset.filter(pk__in=newest) if self.chosen[-1] == "1" else queryset.exclude(pk__in=newest)


@admin.register(Plan)
class PlanAdmin(PlanFields, OfEntry, RegisterAdmin):
    related = ("entry__project__prefecture", "entry__programme", "source")
    list_display = (
        "project_code",
        "project_name",
        "programme_column",
        "kind",
        "amount_column",
        "pace",
        "decided_on",
        "document",
        "basis_column",
    )
    list_filter = (
        programme_filter("entry__programme"),
        choice_filter("kind", _("kind"), PlanKind.choices),
        InForceFilter,
        prefecture_filter("entry__project__prefecture"),
        choice_filter("basis", _("basis"), Basis.choices),
    )
    autocomplete_fields = ("entry",)
    fields = ("entry", ("kind", "decided_on"), "amount", "curve", "document", "reason", ("basis", "source"))
    history_texts = {"curve": curve_text}
    amount_column = amount_column("amount", _("amount"))
    pace = column(_("pace"), lambda plan: _("month by month") if plan.curve else EVEN_PACE)


class PlanInline(PlanFields, RegisterInline, admin.StackedInline):
    model = Plan
    related = ("source", "entry__project", "entry__programme")
    show_change_link = True
    verbose_name_plural = _("plans: the newest of each kind is in force")
    fields = (
        ("kind", "amount", "decided_on"),
        "curve",
        ("document", "reason"),
        ("basis", "source"),
    )
