"""The admin of light rules: limits as data, and in words what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from projects.choices import LightMethod, PlanKind
from projects.models import LightRule
from projects.text import format_html, format_html_join

from .base import RegisterAdmin
from .display import column, dash
from .filters import YES_OR_NO, choice_filter


def sentences(rule: Any) -> Iterator[str]:
    """Each a whole sentence in the reader's language."""
    yield from _by_points(rule) if rule.method == LightMethod.POINTS else _by_share(rule)
    shown = {"plan": rule.get_against_display()}
    yield _("Measured against the %(plan)s; an entry without such a plan is not rated.") % shown
    yield _(
        "A report more than %(points)s percentage points behind its plan must give a reason and a measure "
        "before it is submitted."
    ) % {"points": rule.explain_beyond}
    yield _start(rule)
    yield _missing(rule)
    if rule.borrowed:
        from_where = _("Borrowed from %(source)s: this province has published no rule of its own.")
        yield from_where % {"source": rule.source} if rule.source else _("Borrowed: its source is not named.")


def _by_points(rule: Any) -> Iterator[str]:
    limits = {"yellow": rule.yellow, "red": rule.red}
    if rule.yellow:
        yield _("Green: less than %(yellow)s percentage points behind the pro-rata plan.") % limits
        yield _("Yellow: %(yellow)s to %(red)s percentage points behind the pro-rata plan, both included.") % limits
    else:
        yield _("Green: not behind the pro-rata plan.")
        yield _("Yellow: behind the pro-rata plan by up to %(red)s percentage points.") % limits
    yield _("Red: more than %(red)s percentage points behind the pro-rata plan.") % limits


def _by_share(rule: Any) -> Iterator[str]:
    limits = {"yellow": rule.yellow, "red": rule.red}
    yield _("Green: at least %(yellow)s%% of the pro-rata plan is disbursed.") % limits
    if rule.yellow > rule.red:
        yield _("Yellow: less than %(yellow)s%%, but at least %(red)s%%.") % limits
    yield _("Red: less than %(red)s%%.") % limits


def _start(rule: Any) -> str:
    yellow, red = max(rule.start_yellow, 1), max(rule.start_red, 1)  # none is ever late by no month
    if yellow == red:
        text = ngettext(
            "Late start: red after %(red)s month without a start, the month it was due in included.",
            "Late start: red after %(red)s months without a start, the month it was due in included.",
            red,
        )
    else:
        text = ngettext(
            "Late start: yellow from %(yellow)s month without a start, the month it was due in included; red from"
            " %(red)s.",
            "Late start: yellow from %(yellow)s months without a start, the month it was due in included; red from"
            " %(red)s.",
            yellow,
        )
    return text % {"yellow": yellow, "red": red}


def _missing(rule: Any) -> str:
    yellow, red = max(rule.missing_yellow, 1), max(rule.missing_red, 1)
    if yellow == red:
        text = ngettext(
            "Missing reports: red from %(red)s in a row, the latest round included.",
            "Missing reports: red from %(red)s in a row, the latest round included.",
            red,
        )
    else:
        text = ngettext(
            "Missing reports: yellow from %(yellow)s in a row, the latest round included; red from %(red)s.",
            "Missing reports: yellow from %(yellow)s in a row, the latest round included; red from %(red)s.",
            yellow,
        )
    return text % {"yellow": yellow, "red": red}


def limits_text(rule: Any) -> str:
    """The two limits in a list: '10 / 30 points', '80 / 60 %'."""
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
        choice_filter("method", gettext_lazy("method"), LightMethod.choices),
        choice_filter("against", gettext_lazy("measured against"), PlanKind.choices),
        choice_filter("borrowed", gettext_lazy("borrowed"), YES_OR_NO),
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
        lines = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in sentences(rule)))
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
