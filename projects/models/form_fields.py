"""Form fields: amounts in the reader's unit, dates as exact as known, days, sources, reporters, labels, boxes to tick."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from projects import money
from projects.periods import PartialDate, check_day
from projects.text import LONGEST_LINE
from sectors.texts import check_line

_LONGEST_AMOUNT, _LONGEST_DATE = 60, 40  # characters
_LONGEST_ADDRESS = 48  # characters that help to tell a source from others


class AmountFormField(forms.CharField):
    """Typed in the unit of the form's language, to the last CNY, and cleaned to whole CNY; blank is None, 'not known'.

    `signed` where an amount may be below zero, since it may take earlier ones back.
    """

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, *, signed: bool = False, **kwargs: Any) -> None:
        self.signed = signed
        # what the model's integer field would pass to a number field
        for name in ("min_value", "max_value"):
            kwargs.pop(name, None)
        super().__init__(max_length=_LONGEST_AMOUNT, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | ({"data-signed": ""} if self.signed else {})

    def prepare_value(self, value: Any) -> Any:
        return money.in_unit(value, money.unit_of_readers()) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        text = super().to_python(value)
        super().run_validators(text)
        return money.cny(text, unit=money.unit_of_readers(), signed=self.signed) if text else None

    def run_validators(self, value: int | None) -> None:
        """They are of the text, and the amount is checked when it is read."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != (self.to_python(initial) if isinstance(initial, str) else initial)
        except ValidationError:
            return True


class PartialDateField(forms.CharField):
    """A day, month, quarter or year; cleans to a `PartialDate` or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("A day 2023-06-30, a month 2023-06, a quarter 2023-Q2 or a year 2023."))
        super().__init__(**({"max_length": _LONGEST_DATE, "required": False} | kwargs))

    def to_python(self, value: Any) -> PartialDate | None:
        text = super().to_python(value)
        return PartialDate.parse(text) if text else None

    def run_validators(self, value: PartialDate | None) -> None:
        """Whatever `parse` accepts is valid."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "").strip().upper() != str(data or "").strip().upper()


class DayInput(forms.DateInput):
    """Where a day is chosen from a calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day as the whole product writes it: 2023-08-31."""

    widget = DayInput
    default_validators = [check_day]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=["%Y-%m-%d"],
            error_messages={"invalid": _("That is no day. Type it as 2023-08-31.")},
            **kwargs,
        )


class SystemLabelField(forms.CharField):
    """The label of something that another system uses, so that people know which and whom to ask."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Label"), max_length=100, validators=[check_line], **kwargs)


class TicksField(forms.MultipleChoiceField):
    """Any number of choices, each with a box to tick; none means all."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)


class ReporterField(forms.CharField):
    """Who reported a figure, in words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=LONGEST_LINE, **kwargs)


class SourceField(forms.ModelChoiceField):
    """Sources named with publisher, date and address: one publisher may say several things on one day."""

    def label_from_instance(self, source: Any) -> str:
        address = source.url.partition("://")[2].removeprefix("www.")
        shortened = address if len(address) <= _LONGEST_ADDRESS else address[:_LONGEST_ADDRESS] + "…"
        return f"{source} · {shortened}"
