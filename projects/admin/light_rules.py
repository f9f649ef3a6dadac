"""The admin of light rules: limits as data, and in words what they mean."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import LightMethod
from projects.models import LightRule

from .base import RegisterAdmin
from .display import column, dash


def limits_text(rule: Any) -> str:
    """Return the two limits in a list: '10 / 30 points', '80 / 60 %'."""
    shown = {"yellow": rule.yellow, "red": rule.red}
    if rule.method == LightMethod.POINTS:
        return _("%(yellow)s / %(red)s percentage points") % shown
    return f"{rule.yellow} / {rule.red} %"


@admin.register(LightRule)
class LightRuleAdmin(RegisterAdmin):
    related = ("source",)
    list_display = ("code", "name_column", "method", "limits_column", "against", "borrowed_column")
    list_display_links = ("code", "name_column")
    list_filter = (
        "method",
        "against",
        "borrowed",
    )
    search_fields = ("code", "name_zh", "name_en")
    search_help_text = gettext_lazy("Code or name")
    readonly_fields = ("meaning",)
    name_column = column(gettext_lazy("name"), attrgetter("name"), order="name_zh")
    limits_column = column(gettext_lazy("limits: yellow / red"), limits_text)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        told = [(gettext_lazy("What the present limits mean"), {"fields": ("meaning",)})] if obj is not None else []
        return [
            (None, {"fields": ("code", ("name_zh", "name_en"))}),
            *told,
            (
                gettext_lazy("Progress against the pro-rata plan"),
                {"fields": ("method", ("yellow", "red"), "against", "explain_beyond")},
            ),
            (gettext_lazy("Late start"), {"fields": (("start_yellow", "start_red"),)}),
            (gettext_lazy("Missing reports"), {"fields": (("missing_yellow", "missing_red"),)}),
            (gettext_lazy("Where the rule comes from"), {"fields": (("borrowed", "source"),)}),
        ]

    @admin.display(description=gettext_lazy("In words"))
    def meaning(self, rule: Any) -> str:
        lines = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in rule.describe()))
        return format_html('<ul class="meaning">{}</ul>', lines)

    @admin.display(description=gettext_lazy("borrowed"), ordering="borrowed")
    def borrowed_column(self, rule: Any) -> str:
        if not rule.borrowed:
            return dash(gettext_lazy("the province's own rule"))
        return (
            gettext_lazy("borrowed from %(source)s") % {"source": rule.source}
            if rule.source
            else gettext_lazy("borrowed")
        )
