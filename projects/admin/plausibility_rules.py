"""The admin of plausibility rules: limits and importance as data, with how often each spoke and was overruled."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from projects.choices import LimitUnit, PlausibilityKind
from projects.models import Overruling, PlausibilityRule
from projects.plausibility.rules import format_limit

from .base import ReadOnlyAdmin, RegisterAdmin
from .display import column, dash, link, moment_column, person_column
from .filters import choice_filter


@admin.register(PlausibilityRule)
class PlausibilityRuleAdmin(RegisterAdmin):
    related = ("tally",)
    list_display = ("kind", "importance", "limit_column", "on_from", "spoke_column", "overruled_column")
    list_filter = ("importance",)
    fields = ("kind", "importance", ("limit", "unit_column", "months"), "message_zh", "message_en", "on_from")
    readonly_fields = ("unit_column", "spoke_column", "overruled_column")
    unit_column = column(
        _("unit of the limit"), lambda rule: str(rule.unit.label) if rule.kind else dash(_("as the kind says"))
    )
    spoke_column = column(
        _("times it spoke"),
        lambda rule: f"{rule.tally.spoke:,}" if hasattr(rule, "tally") else "0",
        order="tally__spoke",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(overruled=Count("overrulings"))

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        counted = [(_("What came of it"), {"fields": (("spoke_column", "overruled_column"),)})] if obj else []
        return [(None, {"fields": self.fields}), *counted]

    @admin.display(description=_("limit"), ordering="limit")
    def limit_column(self, rule: Any) -> str:
        if rule.limit is None:
            return dash(_("no limit"))
        exact = rule.unit in (LimitUnit.CNY, LimitUnit.HUNDREDTHS)
        return str(format_limit(rule)) if exact else f"{rule.limit:,} {rule.unit.label}"

    @admin.display(description=_("times it was overruled"), ordering="overruled")
    def overruled_column(self, rule: Any) -> str:
        address = f"{reverse('admin:projects_overruling_changelist')}?rule={rule.kind}"
        return link(address, f"{rule.overruled:,}") if rule.overruled else "0"


@admin.register(Overruling)
class OverrulingAdmin(ReadOnlyAdmin):
    related = ("rule", "user", "revision")
    list_display = ("time_column", "model_column", "name", "rule", "field", "value", "who", "reason")
    list_display_links = ("time_column", "name")
    list_filter = (choice_filter("rule", _("plausibility rule"), PlausibilityKind.choices, path="rule__kind"),)
    search_fields = ("name", "user__username", "reason")
    search_help_text = _("Record, user, reason")
    fields = ("model_column", "name", "rule", "field", "value", "reason", "time_column", "who", "revision")
    readonly_fields = fields
    time_column = moment_column("at", _("time"))
    who = person_column("user", _("user"))

    @admin.display(description=_("kind of record"), ordering="model")
    def model_column(self, overruling: Any) -> str:
        try:
            return str(apps.get_model("projects", overruling.model)._meta.verbose_name)
        except LookupError:
            return overruling.model
