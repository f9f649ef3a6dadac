"""Record values: what a field of a record says in a form that can be compared and stored as JSON, and how it is set."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Field, Model

from projects.models import Enterprise
from projects.periods import PartialDate, partial_dates

from .checks import CLEARED

_NOT_KNOWN = "unknown"  # in every list of choices that has a word for it
_CODES = ("code", "adcode", "name_zh")


def said_by(record: Model, name: str) -> Any:
    """What a record says: whole CNY, a number, a code, a date as text; None where it is not known."""
    return as_plain(getattr(record, partial_dates(type(record)).get(name, name), None))  # a new one may lack its sector


def as_plain(value: Any) -> Any:
    if isinstance(value, int):
        return value
    if value is None or value is CLEARED or value in ("", _NOT_KNOWN):
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, Enterprise):
        return value.name_zh
    if isinstance(value, Model):
        return next(getattr(value, each) for each in _CODES if hasattr(value, each))
    if isinstance(value, PartialDate):
        return str(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def put(record: Model, name: str, value: Any) -> None:
    """Set a field to a value that was read from a cell; what is cleared says what a new record says."""
    attribute = partial_dates(type(record)).get(name)
    if attribute:
        setattr(record, attribute, None if value is CLEARED else value)
    elif value is CLEARED:
        setattr(record, name, blank_of(record, name))
    else:
        setattr(record, name, value)


def blank_of(record: Model, name: str) -> Any:
    """What a new record says of a field."""
    field: Field = record._meta.get_field(name)  # type: ignore[assignment]
    return field.get_default()
