"""Fields and widgets of the administration's forms alone: the input of amounts, chain links by sector, targets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget, AutocompleteSelect
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from projects import money
from projects.text import is_key

from .display import AMOUNT_UNIT


class RecordSelect(AutocompleteSelect):
    """Django's select that searches while one types. Django looks up whatever was sent, and fails on what is no key."""

    def optgroups(self, name: str, value: list[str], attr: dict[str, Any] | None = None) -> Any:
        return super().optgroups(name, [key for key in value if not key or is_key(str(key))], attr)


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


class TargetValueField(forms.CharField):
    """The text of a target's value; its form reads it once it knows the measure."""

    widget = AdminTextInputWidget

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("For money in billion CNY; otherwise a number of projects or enterprises."))
        super().__init__(max_length=40, **kwargs)
