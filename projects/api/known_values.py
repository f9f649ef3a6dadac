"""Errors of wrong values: they say which ones are known, as far as the user may see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms import Form

from .parameters import unknown_value

_NOT_A_CHOICE = ("invalid_choice", "invalid_pk_value")


def explained(form: Form, errors: Mapping[str, Any]) -> dict[str, list[str]]:
    """The errors of a filter form by parameter; a value that is no choice is answered with the choices."""
    return {name: _sentences(form.fields[name], messages) for name, messages in errors.items()}


def _sentences(field: Any, messages: Any) -> list[str]:
    wrong = [error.params or {} for error in messages.as_data() if error.code in _NOT_A_CHOICE]
    if not wrong:
        return [str(message) for message in messages]
    known = _choices(field)
    return [unknown_value(str(each.get("value", each.get("pk"))), known) for each in wrong]


def _choices(field: Any) -> list[Any]:
    queryset = getattr(field, "queryset", None)
    if queryset is None:
        return [value for value, _label in field.choices]
    known = sorted(set(queryset.order_by().values_list(field.to_field_name or "pk", flat=True)))
    return [*known, field.null_value] if field.null_label is not None else known
