"""Form fields that people type into: amounts in the reader's unit, dates as exact as known, chain links by sector."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from projects import money
from projects.periods import PartialDate

from .display import AMOUNT_UNIT


class AmountInput(forms.TextInput):
    """An amount with its unit beside it and the whole CNY that it stands for below, kept up to date by a script."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, unit: Any = AMOUNT_UNIT) -> None:
        self.unit = unit
        super().__init__({"class": "amount-input", "inputmode": "decimal", "autocomplete": "off"} | (attrs or {}))

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        text = self.format_value(value)
        context = {
            "input": super().render(name, value, attrs, renderer),
            "unit": self.unit,
            "decimals": money.decimals_of(money.unit_of_readers()),
            "cny": _whole_cny(text, signed="data-signed" in self.attrs),
            "id": (attrs or {}).get("id"),
        }
        return render_to_string("admin/widgets/amount.html", context)


def _whole_cny(text: str | None, *, signed: bool) -> str:
    """What the typed text stands for in whole CNY, empty when it stands for nothing."""
    try:
        return f"{money.cny(text, unit=money.unit_of_readers(), signed=signed):,}".replace("-", "−") if text else ""
    except ValidationError:
        return ""


class AmountFormField(forms.CharField):
    """Typed in the unit of the form's language, to the last CNY, and cleaned to whole CNY; blank is None, 'not known'."""

    widget = AmountInput
    signed = False  # whether an amount may be below zero

    def __init__(self, **kwargs: Any) -> None:
        # what the model's integer field would pass to a number field
        for name in ("min_value", "max_value"):
            kwargs.pop(name, None)
        super().__init__(max_length=40, **kwargs)
        if self.signed:
            self.widget.attrs["data-signed"] = ""

    def prepare_value(self, value: Any) -> Any:
        return money.in_unit(value, money.unit_of_readers()) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        text = super().to_python(value)
        return money.cny(text, unit=money.unit_of_readers(), signed=self.signed) if text else None

    def run_validators(self, value: int | None) -> None:
        """The amount is checked when it is read; the length of the text was limited by the browser and `cny`."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != (self.to_python(initial) if isinstance(initial, str) else initial)
        except ValidationError:
            return True


class SignedAmountFormField(AmountFormField):
    """The same for an amount that may take earlier ones back."""

    signed = True


class PartialDateFormField(forms.CharField):
    """A day, month, quarter or year; cleans to a `PartialDate` or None."""

    widget = AdminTextInputWidget

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("A day 2023-06-30, a month 2023-06, a quarter 2023-Q2 or a year 2023."))
        super().__init__(max_length=40, required=False, **kwargs)

    def to_python(self, value: Any) -> PartialDate | None:
        text = super().to_python(value)
        return PartialDate.parse(text) if text else None

    def run_validators(self, value: PartialDate | None) -> None:
        """Whatever `parse` accepts is valid."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "").strip().upper() != str(data or "").strip().upper()


class ChainLinkSelect(forms.Select):
    """Chain links, each telling its sector, so that a script can offer those of the chosen sector only."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if getattr(value, "instance", None):
            option["attrs"]["data-sector"] = value.instance.sector_id
        return option


class ChainLinkField(forms.ModelChoiceField):
    """Chain links named with their sector, in the order of the chain."""

    widget = ChainLinkSelect

    def label_from_instance(self, link: Any) -> str:
        return f"{link.sector} · {link}"


class SourceField(forms.ModelChoiceField):
    """Sources named with publisher, date and address: one publisher may say several things on one day."""

    def label_from_instance(self, source: Any) -> str:
        address = source.url.partition("://")[2].removeprefix("www.")
        return f"{source} · {address if len(address) <= _ADDRESS else address[:_ADDRESS] + '…'}"


_ADDRESS = 48  # characters of an address that help to tell it from others


class TargetValueField(forms.CharField):
    """The text of a target's value; its form reads it once it knows the measure."""

    widget = AdminTextInputWidget

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("For money in billion CNY; otherwise a number of projects or enterprises."))
        super().__init__(max_length=40, **kwargs)
