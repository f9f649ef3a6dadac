"""The admin of programmes, each with its targets in one form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from projects import money
from projects.choices import Measure, Unit
from projects.models import Programme, Target
from projects.workflows.current_programme import choose

from .base import FOLDED, RegisterAdmin, RegisterInline
from .display import AMOUNT_UNIT, NumberLabel, column, exact_amount, list_amount
from .filters import reference_filter
from .forms import RegisterForm


class TargetForm(RegisterForm):
    """The value is typed as its measure wants it: `AMOUNT_UNIT` for money, else a whole number."""

    value = forms.CharField(
        max_length=40,
        widget=AdminTextInputWidget,
        help_text=_("For money in billion CNY; otherwise a number of projects or enterprises."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "value" in self.fields and self.instance.value is not None:
            money_typed = self.instance.unit == Unit.CNY
            value = self.instance.value
            self.initial["value"] = money.in_unit(value, money.unit_of_readers()) if money_typed else str(value)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        text, measure = cleaned.pop("value", None), cleaned.get("measure")
        if text is not None and measure in Measure.values:
            try:
                cleaned["value"] = _parse_value(text, Measure(measure))
            except ValidationError as error:
                self.add_error("value", error)
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """Exclude a value that could not be read, which has been said to be wrong, or waits for its measure."""
        return super()._get_validation_exclusions() | ({"value"} - self.cleaned_data.keys())


def _parse_value(text: str, measure: Measure) -> int:
    """Return the value that a text stands for. Raises `ValidationError`."""
    if measure.unit == Unit.CNY:
        return money.cny(text, unit=money.unit_of_readers())
    plain = money.half_width(text).replace(",", "").strip()
    if not (plain.isascii() and plain.isdecimal()):
        raise ValidationError(_("Type a whole number for this measure."), code="invalid")
    return money.cny(plain)


def value_text(target: Any) -> str:
    """Return a target's value, exactly, in the unit of its measure."""
    unit = Measure(target.measure).unit
    return exact_amount(target.value) if unit == Unit.CNY else f"{target.value:,} {unit.label}"


class TargetFields:
    """How a target is typed and read, alone and inside its programme's form."""

    form = TargetForm
    readable = {"value": "value_text"}
    value_text = column(_("value"), value_text)


@admin.register(Target)
class TargetAdmin(TargetFields, RegisterAdmin):
    related = ("programme", "sector", "source")
    list_display = ("programme", "measure", "kind", "relation", "value_column", "through_column", "source")
    list_display_links = ("programme", "measure")
    list_filter = (
        reference_filter("programme", _("programme"), Programme, key="year", path="programme"),
        "measure",
        "kind",
        "relation",
    )
    search_fields = ("note_zh", "note_en", "source__publisher_zh", "source__publisher_en", "source__url")
    search_help_text = _("Note, publisher or address of the source")
    fields = (
        "programme",
        "measure",
        ("kind", "relation"),
        "value",
        "through_month",
        ("plan_share", "plan_share_relation"),
        "sector",
        "source",
        "note_zh",
        "note_en",
    )
    through_column = column(
        _("through month"), lambda target: str(target.end_month or _("the whole year")), order="through_month"
    )

    @admin.display(description=NumberLabel(_("value")), ordering="value")
    def value_column(self, target: Model) -> str:
        in_money = target.unit == Unit.CNY
        value = list_amount(target.value) if in_money else f"{target.value:,}"
        return format_html(
            '<span class="number">{} <small>{}</small></span>', value, AMOUNT_UNIT if in_money else target.unit.label
        )


class TargetInline(TargetFields, RegisterInline, admin.StackedInline):
    model = Target
    related = ("sector", "source")
    show_change_link = True
    verbose_name_plural = _("targets: what was announced for the year")
    fields = (
        ("measure", "kind", "relation", "value"),
        ("through_month", "plan_share", "plan_share_relation", "sector"),
        ("source", "note_zh", "note_en"),
    )

    def get_formset(self, request: HttpRequest, obj: Programme | None = None, **kwargs: Any) -> type:
        self.classes = FOLDED if obj else ()  # those of a year that is under way fill pages, and change seldom
        return super().get_formset(request, obj, **kwargs)

    def get_extra(self, request: HttpRequest, obj: Programme | None = None, **kwargs: Any) -> int:
        """Return 1 for a new programme: without any target nothing can be held against it."""
        return 1 if obj is None else 0


@admin.register(Programme)
class ProgrammeAdmin(RegisterAdmin):
    related = ("light_rule",)
    list_display = ("year", "name_zh", "name_en", "reporting_day", "light_rule", "chosen_at")
    search_fields = ("name_zh", "name_en", "year__exact")
    search_help_text = _("Year or name")
    fields = ("year", "name_zh", "name_en", "reporting_day", "light_rule", "chosen_at")
    readonly_fields = ("chosen_at",)
    inlines = (TargetInline,)
    actions = ("make_current",)

    @admin.action(description=_("Make it the current programme"), permissions=["change"])
    def make_current(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Make the province's choice of what is shown by default. Exactly one can be it."""
        programmes = list(queryset)
        if len(programmes) != 1:
            messages.error(request, _("Choose exactly one programme: only one can be the current one."))
            return
        choose(programmes[0])
        told = _("The programme of %(year)s is the current one: pages, search, API and files show it by default.")
        messages.success(request, told % {"year": programmes[0].year})
