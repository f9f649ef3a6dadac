"""The columns of a table of records, and what stands above them.

In English a head is the name of the member, as in JSON, so that a program finds it; in Chinese it is what people call it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from projects.exports.columns import ExportColumn
from projects.models.fields import AmountField
from projects.text import listing
from projects.totals.figures import FIGURES

from .codes import codes_of
from .parameters import FIELDS

_NOT_IN_TABLES = ("links",)  # addresses that can be made from the key
_CNY = _("CNY")


def columns_of(serializer: serializers.Serializer, model: type[Model]) -> list[ExportColumn]:
    """The columns of a table of records: a member of each field, and of its parts where it has any.

    Raises `ValidationError` where `fields` names none that has a column.
    """
    units: Mapping[str, Any] = getattr(serializer, "units", {})
    columns = []
    for name, field in serializer.fields.items():
        if name in _NOT_IN_TABLES:
            continue
        parts = getattr(field, "fields", None)
        if parts is None:
            unit = units[name] if name in units else _unit(model, name)
            columns.append(ExportColumn((name,), _label(model, name, field), unit, codes_of(field, model)))
        else:
            columns += [
                ExportColumn((name, part), _label(model, name, field, part), codes=codes_of(each, None))
                for part, each in parts.items()
            ]
    if not columns:
        told = gettext("%(names)s: tables have no such column. Name another field too, or use format=ndjson or json.")
        raise ValidationError({FIELDS: [told % {"names": listing(serializer.fields)}]})
    return columns


def _label(model: type[Model], name: str, field: serializers.Field, part: str = "") -> str:
    """The name that the API gives it; in Chinese the one that people give it."""
    if not (get_language() or "zh").startswith("zh"):
        return f"{name}.{part}" if part else name
    label = _in_words(model, name) or _in_words(model, str(field.source)) or name
    return f"{label}·{gettext(_PARTS.get(part, part))}" if part else label


_PARTS = {
    "id": "ID",
    "code": _("code"),
    "adcode": _("code"),
    "name_zh": _("Chinese name"),
    "name_en": _("English name"),
    "url": _("address"),
    "published": pgettext_lazy("source", "published"),
    "publisher": _("publisher"),
}


def _in_words(model: type[Model], name: str) -> str:
    if name in _WORDS:
        return str(_WORDS[name])
    try:
        return str(getattr(model._meta.get_field(name), "verbose_name", ""))
    except FieldDoesNotExist:
        return str(FIGURES[name].label) if name in FIGURES else ""


_WORDS = {
    "url": _("address"),
    "planned_disbursement": _("planned disbursement"),
    "disbursed": _("disbursed"),
    "disbursed_from": _("disbursed from"),
    "disbursed_through": _("disbursed through"),
    "status": _("new or continuing"),
    "programme": _("programme"),
    "project": _("project"),
    "year_to_date": _("disbursed since January"),
    "since_start": _("disbursed since the start"),
    "unit": _("unit"),
    "through": _("through month"),
    "has_projects": _("has projects"),
    "state": _("state"),
    "today": _("today"),
    "late": _("handed in late"),
    "overdue": _("overdue"),
    "days_moved": _("days moved"),
    "age": _("age"),
    "in_force": _("in force"),
    "reports_asked": _("reports asked for"),
    "may": _("steps that you may take"),
    "changes": _("changes"),
    "discussion": _("discussion"),
    "version": _("version"),
    **{
        f"{figure}_source": words
        for figure, words in {
            "total_investment": _("source of the total investment"),
            "expected_revenue": _("source of the expected revenue"),
            "start": _("source of the start"),
            "finish": _("source of the finish"),
        }.items()
    },
}


def _unit(model: type[Model], name: str) -> Any:
    try:
        return _CNY if isinstance(model._meta.get_field(name), AmountField) else ""
    except FieldDoesNotExist:
        return ""
