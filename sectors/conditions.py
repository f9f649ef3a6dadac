"""Check constraints evaluated in memory: those that surely hold for a record need no query.

Only what compares columns with constants and with each other is looked at, as the database does it: what is compared with
NULL is neither true nor false. Where that could come out otherwise than Django writes it in SQL, nothing is said.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable
from functools import cache
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
    test = _get_test(model, constraint.name) if isinstance(constraint, models.CheckConstraint) else None
    try:
        return test is not None and test(record) is not False
    except (Unsure, TypeError):  # a value that is not of its field's type yet cannot be compared
        return False


@cache
def _get_test(model: type[models.Model], name: str) -> Test | None:
    constraint = next(constraint for constraint in model._meta.constraints if constraint.name == name)
    try:
        return build_test(model, constraint.condition)
    except Unsure:
        return None


def build_test(model: type[models.Model], condition: Any) -> Test:
    """Return a function of a record: True, False or, of NULL, None. Raises `Unsure` where none can be built."""
    if not isinstance(condition, Q):
        raise Unsure
    parts = [_part(model, child) for child in condition.children]
    together = _all_of(parts) if condition.connector == Q.AND else _any_of(parts)
    if condition.connector not in (Q.AND, Q.OR):
        raise Unsure
    return _negate(together) if condition.negated else together


def _part(model: type[models.Model], child: Any) -> Test:
    return _comparison(model, *child) if isinstance(child, tuple) else build_test(model, child)


def _comparison(model: type[models.Model], path: str, value: Any) -> Test:
    name, _separator, lookup = path.partition("__")
    read = _reader(model, name)
    if lookup == "isnull":
        return lambda record: (read(record) is None) is value
    compare = _COMPARED.get(lookup or "exact")
    if compare is None:
        raise Unsure
    if isinstance(value, F):
        other = _reader(model, value.name)
        return lambda record: _of_two(compare, read(record), other(record))
    if lookup == "in":
        if not isinstance(value, list | tuple | set | frozenset) or not all(
            isinstance(item, str | int) for item in value
        ):
            raise Unsure
    elif not isinstance(value, int | dt.date) and not (isinstance(value, str) and compare is operator.eq):
        raise Unsure  # an order of texts is the database's own
    return lambda record: None if (own := read(record)) is None else compare(own, value)


def _of_two(compare: Callable[[Any, Any], bool], one: Any, other: Any) -> bool | None:
    if isinstance(one, str) and compare is not operator.eq:
        raise Unsure
    return None if one is None or other is None else compare(one, other)


def _reader(model: type[models.Model], name: str) -> Callable[[Any], Any]:
    """Return a function that reads the value of a column as the database compares it."""
    try:
        field = model._meta.get_field(name)
        read = operator.attrgetter(field.attname)
    except (FieldDoesNotExist, AttributeError) as error:
        raise Unsure from error
    prepares = type(field).get_prep_value
    if isinstance(field, models.CharField | models.TextField) and prepares not in _AS_IT_IS:
        return lambda record: field.get_prep_value(read(record))
    return read


def _all_of(parts: list[Test]) -> Test:
    def test(record: Any) -> bool | None:
        said: bool | None = True
        for part in parts:
            found = part(record)
            if found is False:
                return False
            said = None if found is None else said
        return said

    return test


def _any_of(parts: list[Test]) -> Test:
    def test(record: Any) -> bool | None:
        said: bool | None = False
        for part in parts:
            found = part(record)
            if found:
                return True
            said = None if found is None else said
        return said

    return test


def _negate(test: Test) -> Test:
    def test_negation(record: Any) -> bool:
        found = test(record)
        if found is None:
            raise Unsure  # Django writes into the SQL that the column is not NULL, which makes it true
        return not found

    return test_negation
