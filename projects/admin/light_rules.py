"""The admin of light rules: limits as data, and in words what they mean."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from projects.choices import LightMethod, PlanKind
from projects.models import LightRule
from projects.text import format_html, format_html_join

from .base import RegisterAdmin
from .display import column, dash
from .filters import YES_OR_NO, choice_filter
from .rule_descriptions import limits_text, sentences


@admin.register(LightRule)
class LightRuleAdmin(RegisterAdmin):
    related = ("source",)
    list_display = ("code", "name_column", "method", "limits_column", "against", "borrowed_column")
    list_display_links = ("code", "name_column")
    list_filter = (
        choice_filter("method", _("method"), LightMethod.choices),
        choice_filter("against", _("measured against"), PlanKind.choices),
        choice_filter("borrowed", _("borrowed"), YES_OR_NO),
    )
    search_fields = ("code", "name_zh", "name_en")
    search_help_text = _("Code or name")
    readonly_fields = ("meaning",)
    name_column = column(_("name"), attrgetter("name"), order="name_zh")
    limits_column = column(_("limits: yellow / red"), limits_text)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        told = [(_("What the present limits mean"), {"fields": ("meaning",)})] if obj is not None else []
        return [
            (None, {"fields": ("code", ("name_zh", "name_en"))}),
            *told,
            (
                _("Progress against the pro-rata plan"),
                {"fields": ("method", ("yellow", "red"), "against", "explain_beyond")},
            ),
            (_("Late start"), {"fields": (("start_yellow", "start_red"),)}),
            (_("Missing reports"), {"fields": (("missing_yellow", "missing_red"),)}),
            (_("Where the rule comes from"), {"fields": (("borrowed", "source"),)}),
        ]

    @admin.display(description=_("In words"))
    def meaning(self, rule: Any) -> str:
        lines = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in sentences(rule)))
        return format_html('<ul class="meaning">{}</ul>', lines)

    @admin.display(description=_("borrowed"), ordering="borrowed")
    def borrowed_column(self, rule: Any) -> str:
        if not rule.borrowed:
            return dash(_("the province's own rule"))
        return _("borrowed from %(source)s") % {"source": rule.source} if rule.source else _("borrowed")
