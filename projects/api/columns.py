"""Columns of the API's tables of records, and what stands above them.

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
            columns.append(ExportColumn((name,), _label(name, field), unit, codes_of(field, model)))
        else:
            columns += [
                ExportColumn((name, part), _label(name, field, part), codes=codes_of(each, None))
                for part, each in parts.items()
            ]
    if not columns:
        told = gettext("%(names)s: tables have no such column. Name another field too, or use format=ndjson or json.")
        raise ValidationError({FIELDS: [told % {"names": listing(serializer.fields)}]})
    return columns


def _label(name: str, field: serializers.Field, part: str = "") -> str:
    """The name that the API gives it; in Chinese the one that people give it."""
    if not (get_language() or "zh").startswith("zh"):
        return f"{name}.{part}" if part else name
    return f"{field.label}·{gettext(_PARTS.get(part, part))}" if part else str(field.label)


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


def _unit(model: type[Model], name: str) -> Any:
    try:
        amount = isinstance(model._meta.get_field(name), AmountField)
    except FieldDoesNotExist:
        return ""
    return _CNY if amount else getattr(model, "units", {}).get(name, "")
