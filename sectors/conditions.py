"""Check constraints evaluated in memory: a record that surely meets them needs no question to the database.

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


def passes(tests: list[Test], record: models.Model) -> bool:
    """Whether a record surely keeps all of them."""
    try:
        return all(test(record) is not False for test in tests)
    except (Unsure, TypeError):  # a value that is not of its field's type yet cannot be compared
        return False


def test_of(model: type[models.Model], condition: Any) -> Test:
    """What tells of a record whether a condition is true, false or, of NULL, neither. Raises `Unsure` where none can."""
    if not isinstance(condition, Q):
        raise Unsure
    parts = [_part(model, each) for each in condition.children]
    together = _all_of(parts) if condition.connector == Q.AND else _any_of(parts)
    if condition.connector not in (Q.AND, Q.OR):
        raise Unsure
    return _not(together) if condition.negated else together


def _part(model: type[models.Model], each: Any) -> Test:
    return _comparison(model, *each) if isinstance(each, tuple) else test_of(model, each)


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
            isinstance(each, str | int) for each in value
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
    """What gives the value of a column as it is compared in the database."""
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


def _not(test: Test) -> Test:
    def negated(record: Any) -> bool:
        found = test(record)
        if found is None:
            raise Unsure  # Django writes into the SQL that the column is not NULL, which makes it true
        return not found

    return negated
