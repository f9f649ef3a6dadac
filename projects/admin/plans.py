"""The admin of plans, and the plans inside an entry's form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Field, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from projects import money
from projects.models import Plan
from projects.models.form_fields import AmountFormField
from projects.periods import MONTHS_OF_YEAR
from projects.text import listing

from .base import RegisterAdmin, RegisterInline
from .display import AMOUNT_UNIT, column, dash
from .filters import EntryColumns, SelectFilter, prefecture_filter, programme_filter
from .forms import AmountInput

SHORT_UNIT = pgettext_lazy("unit of an amount", "billion")  # twelve times beside the amounts; more of it stands below
MONTHS = range(1, MONTHS_OF_YEAR + 1)
EVEN_PACE = gettext_lazy("pro rata")
ALL_OR_NONE = gettext_lazy("Give all twelve months, 0 where nothing is planned, or leave all of them empty.")
HELP = gettext_lazy(
    "January to December, in billion CNY each; they add up to the plan. All empty: pro rata. A row of twelve cells "
    "of a worksheet can be pasted into the first month."
)


class CurveInput(forms.MultiWidget):
    """Twelve amounts with the number of their month before each."""

    use_fieldset = True
    template_name = "admin/widgets/months.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__([AmountInput(unit=SHORT_UNIT) for _month in MONTHS], attrs)

    def decompress(self, value: Any) -> list[Any]:
        return [None for _month in MONTHS]


def month_label(month: int) -> str:
    """Return a month of the year by its number, 1 to 12: '3月', 'month 3'."""
    return _("month %(number)s") % {"number": month}


class CurveField(forms.MultiValueField):
    """Cleans to a list of twelve whole amounts of CNY, or to an empty list."""

    widget = CurveInput

    def __init__(self, **kwargs: Any) -> None:
        fields = [AmountFormField(required=False) for _month in MONTHS]
        kwargs = {"help_text": HELP} | kwargs
        super().__init__(fields, required=False, require_all_fields=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return [field.prepare_value(amount) for field, amount in zip(self.fields, value, strict=False)]

    def compress(self, data_list: list[Any]) -> list[int]:
        if all(amount is None for amount in data_list):
            return []
        if any(amount is None for amount in data_list):
            raise ValidationError(ALL_OR_NONE, code="incomplete")
        return list(data_list)

    def clean(self, value: Any) -> list[int]:
        """Return the amounts as Django does, but what is wrong names its month."""
        amounts, wrong = [], []
        for number, (field, text) in enumerate(zip(self.fields, value or [], strict=False), start=1):
            try:
                amounts.append(field.clean(text))
            except ValidationError as error:
                wrong += [f"{month_label(number)}: {message}" for message in error.messages]
        if wrong:
            raise ValidationError(wrong, code="invalid")
        return self.compress(amounts)

    def describe(self, value: Any) -> str:
        """Return months that were typed, as a reader would write them."""
        texts = [str(amount or "") for amount in value or []]
        return listing(text or "—" for text in texts) if any(texts) else str(EVEN_PACE)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.clean(data) != (initial or [])
        except ValidationError:
            return True


def curve_text(plan: Any) -> str:
    """Return a plan's months as a form or the history shows them to readers."""
    if not plan.curve:
        return str(EVEN_PACE)
    months = [
        (month_label(number), money.in_unit(amount, money.unit_of_readers()))
        for number, amount in enumerate(plan.curve, 1)
    ]
    listed = format_html_join("", "<li><span>{}</span> {}</li>", months) if months else dash()
    return format_html('<ol class="month-list">{}</ol> {}', listed, AMOUNT_UNIT)


class PlanFields:
    """How a plan is typed and read, alone and inside its entry's form."""

    readable = {"curve": "curve_text"}
    curve_text = column(gettext_lazy("months"), curve_text)

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "curve":
            return CurveField()
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class InForceFilter(SelectFilter):
    """The newest plan of each kind of an entry, or those that it replaced."""

    title = gettext_lazy("in force")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", gettext_lazy("yes")), ("0", gettext_lazy("replaced"))]

    def filter_rows(self, queryset: QuerySet) -> QuerySet:
        newest = Plan.objects.in_force().values("pk")
        return queryset.filter(pk__in=newest) if self.chosen[-1] == "1" else queryset.exclude(pk__in=newest)


@admin.register(Plan)
class PlanAdmin(PlanFields, EntryColumns, RegisterAdmin):
    related = ("entry__project__prefecture", "entry__programme", "source")
    list_display = (
        "project_code",
        "project_name",
        "programme_column",
        "kind",
        "amount",
        "pace",
        "decided_on",
        "document",
        "basis_column",
    )
    list_filter = (
        programme_filter("entry__programme"),
        "kind",
        InForceFilter,
        prefecture_filter("entry__project__prefecture"),
        "basis",
    )
    autocomplete_fields = ("entry",)
    fields = ("entry", ("kind", "decided_on"), "amount", "curve", "document", "reason", ("basis", "source"))
    pace = column(gettext_lazy("pace"), lambda plan: gettext_lazy("month by month") if plan.curve else EVEN_PACE)


class PlanInline(PlanFields, RegisterInline, admin.StackedInline):
    model = Plan
    related = ("source", "entry__project", "entry__programme")
    show_change_link = True
    verbose_name_plural = gettext_lazy("plans: the newest of each kind is in force")
    fields = (
        ("kind", "amount", "decided_on"),
        "curve",
        ("document", "reason"),
        ("basis", "source"),
    )
