"""Check constraints evaluated in memory: those that surely hold for a record need no query.

Only what compares columns with constants and with each other is looked at, as the database does it: what is compared with
NULL is neither true nor false. Where that could come out otherwise than Django writes it in SQL, nothing is said.
"""

from __future__ import annotations

import operator
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import BaseConstraint, CharField, CheckConstraint, F, Model, Q

_COMPARED = {
    "": operator.eq,
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda value, values: value in values,
}
# the outcome of a part by which that of the whole is decided
_DECIDES = {Q.AND: False, Q.OR: True}


class Unsure(Exception):  # noqa: N818  an outcome
    """The database has to be asked."""


def surely_holds(constraint: BaseConstraint, record: Model) -> bool:
    """Return whether a check constraint can be seen to hold for a record without a query."""
    try:
        return isinstance(constraint, CheckConstraint) and evaluate(constraint.condition, record) is not False
    except (Unsure, LookupError, AttributeError, TypeError, FieldDoesNotExist):  # a value or condition of another kind
        return False


def evaluate(condition: Any, record: Model) -> bool | None:
    """Return whether a condition holds for a record: True, False or, of NULL, None. Raises `Unsure`."""
    if isinstance(condition, tuple):
        return _compare(record, *condition)
    decides = _DECIDES[condition.connector]
    found: bool | None = not decides
    for child in condition.children:
        part = evaluate(child, record)
        if part is decides:
            found = decides
            break
        found = None if part is None else found
    if found is None and condition.negated:
        raise Unsure  # Django writes into the SQL that the column is not NULL, which makes it true
    return found if found is None else found != condition.negated


def _compare(record: Model, path: str, value: Any) -> bool | None:
    name, _separator, lookup = path.partition("__")
    own = _read(record, name)
    if lookup == "isnull":
        return (own is None) is value
    other = _read(record, value.name) if isinstance(value, F) else value
    if value is None or hasattr(other, "resolve_expression"):
        raise Unsure
    if isinstance(other, str) and _COMPARED[lookup] is not operator.eq:
        raise Unsure  # an order of texts is the database's own
    return None if own is None or other is None else _COMPARED[lookup](own, other)


def _read(record: Model, name: str) -> Any:
    """Return the value of a column as the database compares it: a code in its normal form."""
    field = record._meta.get_field(name)
    value = getattr(record, field.attname)
    return field.get_prep_value(value) if isinstance(field, CharField) else value
