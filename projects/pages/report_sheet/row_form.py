"""Form of a row of the sheet: what can be typed, the values that it stands for, how it is written in the sheet's unit."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from projects import money
from projects.choices import SheetUnit, Stage
from projects.imports.values import normalize_name
from projects.models import MonthlyReport
from projects.models.report import CONTENT
from projects.pages import formatting
from projects.text import LONGEST_LINE, LONGEST_WORDS

from .sheet_unit import get_money_form

QUOTED = "quoted_year_to_date"  # compared with the reports of the year, not stored
NAMES = (*CONTENT, "correction_reason", QUOTED)
AMOUNTS = ("disbursed", "forecast", QUOTED)
IN_THE_GRID = ("disbursed", "stage")  # the others are in the panel
FOLDED = {*NAMES} - {*IN_THE_GRID, "reason", "measure", "problems", "progress"}  # of the panel, the rest is in sight
MOST_ENTERPRISES = 2_147_483_647
_COUNT = re.compile(r"\d{1,10}|[1-9]\d{0,2}(?:,\d{3}){1,3}", re.ASCII)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)  # as workbooks write one


class TextInput(forms.TextInput):
    """Django's, which leaves an empty value out: scripts compare with it."""

    def format_value(self, value: Any) -> str:
        return value or ""


class StageSelect(forms.Select):
    """With a mark at a text that is no stage."""

    def create_option(self, name: str, value: Any, *arguments: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *arguments, **options)
        if value and value not in Stage.values:
            option["attrs"]["data-refused"] = True
        return option


class RowField(forms.Field):
    """A field of a row, which may be left blank; a text stands for itself. `attrs` are those of its input."""

    def __init__(self, label: Any = None, *, widget: forms.Widget | None = None, **attrs: Any) -> None:
        super().__init__(required=False, label=label, widget=widget or TextInput({"autocomplete": "off"} | attrs))


class WordsField(RowField):
    def __init__(self, label: Any) -> None:
        super().__init__(label, widget=forms.Textarea({"rows": 1, "cols": False, "maxlength": LONGEST_WORDS}))


class AmountField(RowField):
    """CNY, typed in the unit of the sheet or with its own; None where nothing is typed."""

    is_amount = True
    money_form = "table"

    def __init__(self, label: Any = None, *, signed: bool = False) -> None:
        super().__init__(label, inputmode="decimal", maxlength=60)
        self.signed = signed

    def clean(self, text: str) -> int | None:
        return money.cny(text, unit=formatting.unit_of(self.money_form), signed=self.signed) if text else None


class StageField(RowField):
    """A stage by its code or by its name in either language, as a workbook has it."""

    def __init__(self) -> None:
        super().__init__(pgettext_lazy("report", "Stage"), widget=StageSelect())

    def clean(self, text: str) -> str:
        if text in ("", *Stage.values):
            return text
        stage = _stages_by_name().get(normalize_name(text))
        if stage is None:
            known = formatting.listing(stage_label(stage) for stage in Stage)
            message = _("There is no “%(value)s” here. Choose one of: %(known)s.")
            raise ValidationError(message % {"value": text, "known": known})
        return stage


class DayField(RowField):
    def clean(self, text: str) -> dt.date | None:
        match = _DAY.fullmatch(unicodedata.normalize("NFKC", text))
        try:
            return dt.date(*map(int, match.groups())) if match else dt.date.fromisoformat(text) if text else None
        except ValueError:
            raise ValidationError(_("“%(value)s” is not a day. Type it as 2023-07-15.") % {"value": text}) from None


class CountField(RowField):
    def clean(self, text: str) -> int | None:
        if not text:
            return None
        number = int(text.replace(",", "")) if _COUNT.fullmatch(text) else None
        if number is None or number > MOST_ENTERPRISES:
            raise ValidationError(_("“%(value)s” is not a whole number.") % {"value": text})
        return number


class ReportForm(forms.Form):
    """The fields of a row in a unit and month. With a `row` it writes the controls of that row.

    Texts are compared, kept and given back as they were typed, so it is never bound to data; an amount that is kept beyond
    the request is written in yuan, so that it means the same in whatever unit it is read later.
    """

    disbursed = AmountField(signed=True)
    stage = StageField()
    progress = WordsField(gettext_lazy("Physical progress in words"))
    started_on = DayField(gettext_lazy("Construction began on"), type="date")
    enterprises_attracted = CountField(
        gettext_lazy("Enterprises attracted in the month"), inputmode="numeric", maxlength=20
    )
    forecast = AmountField(gettext_lazy("Forecast for the whole year"))
    problems = WordsField(pgettext_lazy("report", "Problems"))
    reason = WordsField(gettext_lazy("Reason for being behind plan"))
    measure = WordsField(gettext_lazy("Measure to catch up"))
    contact = RowField(pgettext_lazy("report", "Contact"), maxlength=LONGEST_LINE)
    correction_reason = WordsField(gettext_lazy("Reason of the correction"))
    quoted_year_to_date = AmountField(gettext_lazy("Year to date as quoted elsewhere"), signed=True)

    def __init__(self, *, unit: SheetUnit, month: int, row: Any = None) -> None:
        key, texts = (str(row.key), row.texts) if row else (None, None)
        super().__init__(prefix=key, auto_id="f%s", initial=texts, use_required_attribute=False)
        self.unit, self.money_form = unit, get_money_form(unit)
        self.fields["disbursed"].label = _("Disbursed in %(month)s") % {"month": formatting.month_name(month)}
        for field in self.fields.values():
            if isinstance(field, AmountField):
                field.money_form = self.money_form
        if row:
            self._describe(row)

    def _describe(self, row: Any) -> None:
        """Add what scripts and screen readers need of a row: names, the messages of a field, a stage that was refused."""
        for name, field in self.fields.items():
            field.widget.attrs["data-field"] = name
            if name in row.errors or name in row.doubts:
                field.widget.attrs["aria-describedby"] = f"e{row.key}-{name}"
            if row.errors.get(name):
                field.widget.attrs["aria-invalid"] = "true"
        choices = {"": _("not filled in")} | {stage.value: stage_label(stage) for stage in Stage}
        choices.setdefault(row.texts["stage"], row.texts["stage"])
        self.fields["stage"].widget.choices = list(choices.items())

    @property
    def labels(self) -> dict[str, str]:
        return {name: str(self.fields[name].label) for name in self.fields}

    def get_label(self, name: str) -> str:
        return self.labels.get(name, "")

    def get_values(self, texts: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, ValidationError]]:
        """Return the values of the fields that can be read, and what is wrong with the others."""
        values: dict[str, Any] = {}
        errors: dict[str, ValidationError] = {}
        for name, text in texts.items():
            try:
                values[name] = self.fields[name].clean(text)
            except ValidationError as error:
                errors[name] = error
        return values, errors

    def can_read(self, name: str, text: str) -> bool:
        return not self.get_values({name: text})[1]

    def is_same(self, name: str, one: str, other: str) -> bool:
        """Return whether two texts of a field stand for the same value."""
        try:
            return one == other or self.fields[name].clean(one) == self.fields[name].clean(other)
        except ValidationError:
            return False

    def get_texts(self, report: MonthlyReport | None) -> dict[str, str]:
        """Return what the fields of a stored report show; nothing without one."""
        if report is None:
            return {}
        return {QUOTED: ""} | {name: self._format_value(name, getattr(report, name)) for name in NAMES[:-1]}

    def _format_value(self, name: str, value: Any) -> str:
        if value is None:
            return ""
        return formatting.shortest_money(value, self.money_form) if name in AMOUNTS else str(value)

    def to_kept_text(self, name: str, text: str) -> str:
        """Return a text that means the same in whatever unit it is read later. Raises `ValidationError`."""
        value = self.fields[name].clean(text)
        return "" if value is None else f"{value}元" if name in AMOUNTS else str(value)

    def from_kept_text(self, name: str, text: str) -> str:
        """Return a kept text as it is typed in the unit; one that cannot be read as it stands."""
        value = self.get_values({name: text})[0].get(name) if name in AMOUNTS else None
        return text if value is None else self._format_value(name, value)

    def format_kept_text(self, name: str, text: str) -> str:
        """Return a kept text as readers see it, in the unit."""
        return format_text(name, self.from_kept_text(name, text))


def format_text(name: str, text: str) -> str:
    """Return a text of a field as readers see it."""
    if name == "stage" and text in Stage.values:
        return stage_label(Stage(text))
    return text or "—"


def stage_label(stage: Stage) -> str:
    return formatting.sentence_case(str(stage.label))


def get_labels(month: int) -> dict[str, str]:
    """Return the fields as people call them, of the report of a month."""
    return ReportForm(unit=SheetUnit.LARGE, month=month).labels


@cache
def get_heads(month: int) -> dict[str, str]:
    """Return the fields by their names in every language, as a block that is pasted has them in its heads; code and name
    too.
    """
    heads: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            heads |= {label: name for name, label in get_labels(month).items() if name != QUOTED}
            heads |= {_("Project code"): "code", _("Project"): "project"}
    return heads


@cache
def _stages_by_name() -> dict[str, str]:
    stages: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            stages |= {normalize_name(str(stage.label)): stage.value for stage in Stage}
    return stages
