"""What can be typed into a row, as text, and the values that it stands for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects import money
from projects.choices import Stage
from projects.models import MonthlyReport
from projects.models.report import CONTENT
from projects.views import formatting
from projects.views.edit_conflicts import Carried

QUOTED = "quoted_year_to_date"  # compared with the reports of the year, not stored
NAMES = (*CONTENT, "correction_reason", QUOTED)
AMOUNTS = ("disbursed", "forecast", QUOTED)
SIGNED = ("disbursed", QUOTED)
IN_THE_GRID = ("disbursed", "stage", "problems")  # the others are under "more"
MOST_ENTERPRISES = 2_147_483_647


@dataclass(frozen=True)
class Typed:
    """A row as it was typed: texts by field, and the version of the report that it was typed over."""

    texts: Mapping[str, str]
    carried: Carried

    @classmethod
    def of(cls, data: QueryDict, prefix: str) -> Typed | None:
        """The fields of a form whose names begin with `prefix`; None when the row is not in it."""
        carried = Carried.of(data, prefix)
        if carried is None:
            return None
        texts = {name: data[f"{prefix}{name}"] for name in NAMES if f"{prefix}{name}" in data}
        return cls({name: text.replace("\r\n", "\n").strip() for name, text in texts.items()}, carried)


def label(name: str, *, month: int) -> str:
    """A field as people call it."""
    labels = {
        "disbursed": _("Disbursed in %(month)s") % {"month": formatting.month_name(month)},
        "stage": pgettext("report", "Stage"),
        "progress": _("Physical progress in words"),
        "started_on": _("Construction began on"),
        "enterprises_attracted": _("Enterprises attracted in the month"),
        "forecast": _("Forecast for the whole year"),
        "problems": pgettext("report", "Problems"),
        "reason": _("Reason for being behind plan"),
        "measure": _("Measure to catch up"),
        "contact": pgettext("report", "Contact"),
        "correction_reason": _("Reason of the correction"),
        QUOTED: _("Year to date as quoted elsewhere"),
    }
    return labels.get(name, "")


def texts_of(report: MonthlyReport) -> dict[str, str]:
    """What the fields of a stored report show."""
    texts = {QUOTED: ""}
    for name in NAMES[:-1]:
        value = getattr(report, name)
        if name in AMOUNTS:
            texts[name] = formatting.typed_money(value)
        else:
            texts[name] = "" if value is None else str(value)
    return texts


def values_of(typed: Typed) -> tuple[dict[str, Any], dict[str, ValidationError]]:
    """The values of the fields that can be read, and what is wrong with the others."""
    values: dict[str, Any] = {}
    errors: dict[str, ValidationError] = {}
    for name, text in typed.texts.items():
        try:
            values[name] = _value(name, text)
        except ValidationError as error:
            errors[name] = error
    return values, errors


def same(name: str, one: str, other: str) -> bool:
    """Whether two texts of a field stand for the same value."""
    try:
        return one == other or _value(name, one) == _value(name, other)
    except ValidationError:
        return False


def shown(name: str, text: str) -> str:
    """A text as readers see it."""
    if name == "stage" and text in Stage.values:
        return formatting.sentence_case(str(Stage(text).label))
    return text or "—"


def _value(name: str, text: str) -> Any:
    if name in AMOUNTS:
        return money.cny(text, unit=formatting.unit_of(), signed=name in SIGNED) if text else None
    if name == "started_on":
        return _day(text)
    if name == "enterprises_attracted":
        return _number(text)
    if name == "stage" and text not in ("", *Stage.values):
        raise ValidationError(_("“%(value)s” is not a stage.") % {"value": text})
    return text


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise ValidationError(_("“%(value)s” is not a day. Type it as 2023-07-15.") % {"value": text}) from None


def _number(text: str) -> int | None:
    if not text:
        return None
    plain = text.replace(",", "")
    # the length comes first: Python makes no number of thousands of digits, be they zeros
    is_number = plain.isascii() and plain.isdecimal() and len(plain) <= len(str(MOST_ENTERPRISES))
    if not is_number or int(plain) > MOST_ENTERPRISES:
        raise ValidationError(_("“%(value)s” is not a whole number.") % {"value": text})
    return int(plain)
