"""Fields of a row of a sheet: what can be typed, as text, and the values that it stands for."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from projects import money
from projects.choices import Stage
from projects.imports.values import normalize_name
from projects.models import MonthlyReport
from projects.models.report import CONTENT
from projects.pages import formatting
from projects.pages.edit_conflicts import Carried

QUOTED = "quoted_year_to_date"  # compared with the reports of the year, not stored
DRAFTED = "drafted"  # what a form had been told of a row's draft, as JSON: texts by field
NAMES = (*CONTENT, "correction_reason", QUOTED)
AMOUNTS = ("disbursed", "forecast", QUOTED)
SIGNED = ("disbursed", QUOTED)
IN_THE_GRID = ("disbursed", "stage")  # the others are in the panel
IN_SIGHT = ("reason", "measure", "problems", "progress")  # the others of the panel are folded
FOLDED = {*NAMES} - {*IN_THE_GRID, *IN_SIGHT}
MOST_ENTERPRISES = 2_147_483_647
_COUNT = re.compile(r"\d{1,10}|[1-9]\d{0,2}(?:,\d{3}){1,3}", re.ASCII)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)  # as workbooks write one


@dataclass(frozen=True)
class Typed:
    """A row as it was typed: texts by field, the version of the report that it was typed over, the form of its amounts.

    `known` is what the form had been told of the row's draft; None where it does not say.
    """

    texts: Mapping[str, str]
    carried: Carried
    form: str
    known: Mapping[str, str] | None = None

    @classmethod
    def of(cls, data: QueryDict, prefix: str, *, form: str) -> Typed | None:
        """The fields of a form whose names begin with `prefix`; None when the row is not in it."""
        carried = Carried.of(data, prefix)
        if carried is None:
            return None
        texts = {name: data[f"{prefix}{name}"] for name in NAMES if f"{prefix}{name}" in data}
        texts = {name: text.replace("\r\n", "\n").strip() for name, text in texts.items()}
        return cls(texts, carried, form, known_of(data, prefix))

    def saying(self, texts: Mapping[str, str]) -> Typed:
        """The same row with other texts."""
        return replace(self, texts=texts)


def known_of(data: QueryDict, prefix: str) -> Mapping[str, str] | None:
    """What the form had been told of the row's draft; None where it does not say."""
    try:
        found = orjson.loads(data[f"{prefix}{DRAFTED}"] or "{}")
    except (KeyError, ValueError):  # the latter also of what is nested beyond measure, or no text that can be stored
        return None
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        return None
    return found


def label(name: str, *, month: int) -> str:
    """A field as people call it."""
    return labels(month).get(name, "")


def labels(month: int) -> dict[str, str]:
    """All of them."""
    return {
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


@cache
def heads(month: int) -> dict[str, str]:
    """The fields by their names in every language, as a block that is pasted has them in its heads; code and name too."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            words = labels(month)
            found |= {words[name]: name for name in NAMES if name != QUOTED}
            found |= {_("Project code"): "code", _("Project"): "project"}
    return found


def texts_of(report: MonthlyReport, form: str) -> dict[str, str]:
    """What the fields of a stored report show."""
    texts = {QUOTED: ""}
    for name in NAMES[:-1]:
        value = getattr(report, name)
        if name in AMOUNTS:
            texts[name] = "" if value is None else formatting.shortest_money(value, form)
        else:
            texts[name] = "" if value is None else str(value)
    return texts


def values_of(typed: Typed) -> tuple[dict[str, Any], dict[str, ValidationError]]:
    """The values of the fields that can be read, and what is wrong with the others."""
    values: dict[str, Any] = {}
    errors: dict[str, ValidationError] = {}
    for name, text in typed.texts.items():
        try:
            values[name] = get_cell_value(name, text, typed.form)
        except ValidationError as error:
            errors[name] = error
    return values, errors


def same(name: str, one: str, other: str, *, form: str) -> bool:
    """Whether two texts of a field stand for the same value."""
    try:
        return one == other or get_cell_value(name, one, form) == get_cell_value(name, other, form)
    except ValidationError:
        return False


def lasting(name: str, text: str, form: str) -> str:
    """A text that can be read, so that it means the same in whatever unit it is read later."""
    value = get_cell_value(name, text, form)
    if name in AMOUNTS and value is not None:
        return f"{value}元"
    return "" if value is None else str(value)


def in_form(name: str, text: str, form: str) -> str:
    """A lasting text as it is typed in a unit; a text that cannot be read as it stands."""
    try:
        value = get_cell_value(name, text, form) if name in AMOUNTS else None
    except ValidationError:
        return text
    return text if value is None else formatting.shortest_money(value, form)


def shown(name: str, text: str) -> str:
    """A text as readers see it."""
    if name == "stage" and text in Stage.values:
        return formatting.sentence_case(str(Stage(text).label))
    return text or "—"


def get_cell_value(name: str, text: str, form: str) -> Any:
    """What a text of a field stands for. Raises `ValidationError`."""
    if name in AMOUNTS:
        return money.cny(text, unit=formatting.unit_of(form), signed=name in SIGNED) if text else None
    if name == "started_on":
        return _day(text)
    if name == "enterprises_attracted":
        return _number(text)
    return _stage(text) if name == "stage" else text


def _stage(text: str) -> str:
    """A stage by its code or by its name in either language, as a workbook has it."""
    if text in ("", *Stage.values):
        return text
    stage = _stages().get(normalize_name(text))
    if stage is None:
        known = [formatting.sentence_case(str(each.label)) for each in Stage]
        said = _("There is no “%(value)s” here. Choose one of: %(known)s.")
        raise ValidationError(said % {"value": text, "known": formatting.listing(known)})
    return stage


@cache
def _stages() -> dict[str, str]:
    found = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {normalize_name(str(stage.label)): stage.value for stage in Stage}
    return found


def _day(text: str) -> dt.date | None:
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text))
    try:
        return dt.date(*map(int, found.groups())) if found else dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise ValidationError(_("“%(value)s” is not a day. Type it as 2023-07-15.") % {"value": text}) from None


def _number(text: str) -> int | None:
    if not text:
        return None
    number = int(text.replace(",", "")) if _COUNT.fullmatch(text) else None
    if number is None or number > MOST_ENTERPRISES:
        raise ValidationError(_("“%(value)s” is not a whole number.") % {"value": text})
    return number
