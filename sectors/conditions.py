"""Check constraints evaluated in memory: those that surely hold for a record need no query.

Only what compares columns with constants and with each other is looked at, as the database does it: what is compared with
NULL is neither true nor false. Where that could come out otherwise than Django writes it in SQL, nothing is said.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Q

Test = Callable[[Any], bool | None]

_COMPARED = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda value, values: value in values,
}

_AS_IT_IS = (models.CharField.get_prep_value, models.TextField.get_prep_value)


class Unsure(Exception):  # noqa: N818  an outcome
    """The database has to be asked."""


def surely_holds(model: type[models.Model], constraint: models.BaseConstraint, record: models.Model) -> bool:
    """Return whether a check constraint of a model can be seen to hold for a record without a query."""
    try:
        return isinstance(constraint, models.CheckConstraint) and evaluate(constraint.condition, record) is not False
    except (Unsure, TypeError):  # a value that is not of its field's type yet cannot be compared
        return False


def evaluate(condition: Any, record: models.Model) -> bool | None:
    """Return whether a condition holds for a record: True, False or, of NULL, None. Raises `Unsure`."""
    if isinstance(condition, tuple):
        return _compare(record, *condition)
    if not isinstance(condition, Q) or condition.connector not in (Q.AND, Q.OR):
        raise Unsure
    decides = condition.connector == Q.OR
    found: bool | None = not decides
    for child in condition.children:
        part = evaluate(child, record)
        if part is decides:
            found = decides
            break
        found = None if part is None else found
    if not condition.negated:
        return found
    if found is None:
        raise Unsure  # Django writes into the SQL that the column is not NULL, which makes it true
    return not found


def _compare(record: models.Model, path: str, value: Any) -> bool | None:
    name, _separator, lookup = path.partition("__")
    own = _read(record, name)
    if lookup == "isnull":
        return (own is None) is value
    compare = _COMPARED.get(lookup or "exact")
    if compare is None:
        raise Unsure
    other = _read(record, value.name) if isinstance(value, F) else value
    is_text = isinstance(own, str) if isinstance(value, F) else isinstance(value, str)
    if is_text and compare is not operator.eq:
        raise Unsure  # an order of texts is the database's own
    if not isinstance(value, F | str | int | dt.date | list | tuple | set | frozenset):
        raise Unsure
    return None if own is None or other is None else compare(own, other)


def _read(record: models.Model, name: str) -> Any:
    """Return the value of a column as the database compares it."""
    try:
        field = record._meta.get_field(name)
        value = getattr(record, field.attname)
    except (FieldDoesNotExist, AttributeError) as error:
        raise Unsure from error
    if isinstance(field, models.CharField | models.TextField) and type(field).get_prep_value not in _AS_IT_IS:
        return field.get_prep_value(value)
    return value
