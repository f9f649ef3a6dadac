"""The query parameters that a FilterSet stands for, so that a filter is described where it is defined."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import django_filters as df
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.text import format_lazy

from projects.totals.filter_types import ManyOf, NumberFilter, OrderFilter, PartialDateFilter

from .filters.base import AnyMonthFilter, DayFilter, ProjectsFilter, YesNoFilter
from .parameters import MONTH_PATTERN, YEAR, Parameter

DAY = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
PARTIAL_DATE = "^[0-9]{4}(-(Q[1-4]|(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?))?$"
_EXAMPLES: dict[str, Any] = {
    "project": "HN-EI-2023-13",
    "code": "HN-EI-2023-13",
    "direction": "strengthen",
    "sector": "energy-electronics",
    "chain_link": "cathode-materials",
    "prefecture": "430100",
    "programme": 2023,
    "search": "长沙",
}


def parameters_of(
    filterset: type[df.FilterSet], model: type[Model], *, without: Collection[str] = ()
) -> tuple[Parameter, ...]:
    """A parameter for each filter of rows of a model, in the order of their definition."""
    return tuple(_parameter(name, each, model) for name, each in filterset.base_filters.items() if name not in without)


def _parameter(name: str, each: df.Filter, model: type[Model]) -> Parameter:
    many = isinstance(each, df.MultipleChoiceFilter)
    return Parameter(
        name,
        _description(each, model),
        _schema(each) | ({"examples": [_EXAMPLES[name]]} if name in _EXAMPLES else {}),
        many=many,
        separated=isinstance(each, OrderFilter),
        looked_up=isinstance(each, ManyOf) and each.extra["to_field_name"] == "year",
    )


def _description(each: df.Filter, model: type[Model]) -> Any:
    """The label; for the ends of a range with the name of the column before it."""
    if each.lookup_expr not in ("gte", "lte"):
        return each.label
    try:
        return format_lazy("{} · {}", model._meta.get_field(each.field_name).verbose_name, each.label)
    except FieldDoesNotExist:
        return each.label


def _schema(each: df.Filter) -> dict[str, Any]:
    """The JSON schema of one value."""
    extra = each.extra
    if isinstance(each, ManyOf):
        return _schema_of_key(each)
    if isinstance(each, df.MultipleChoiceFilter):
        return {"type": "string", "enum": [value for value, _label in extra["choices"]]}
    if isinstance(each, OrderFilter):
        return {"type": "string", "enum": each.known}
    if isinstance(each, YesNoFilter):
        return {"type": "string", "enum": ["true", "false"]}
    if isinstance(each, NumberFilter):
        return {"type": "integer", "minimum": extra["min_value"], "maximum": extra["max_value"]}
    if isinstance(each, DayFilter | AnyMonthFilter | PartialDateFilter):
        return _dated(each)
    return {"type": "string", "minLength": 1, "maxLength": extra.get("max_length", 200)}


def _dated(each: df.Filter) -> dict[str, Any]:
    if isinstance(each, PartialDateFilter):
        return {"type": "string", "pattern": PARTIAL_DATE, "examples": ["2023-06"]}
    pattern, example = (DAY, "2023-06-30") if isinstance(each, DayFilter) else (MONTH_PATTERN, "2023-06")
    return {"type": "string", "pattern": pattern, "examples": [example]}


def _schema_of_key(each: ManyOf) -> dict[str, Any]:
    """Codes are text; numbers are kept within what a database can compare."""
    nullable = each.extra.get("null_value") is not None
    if isinstance(each, ProjectsFilter):
        return {"type": "string", "minLength": 1, "maxLength": 40}
    if each.extra["to_field_name"] == "year":
        return YEAR
    if each.extra["to_field_name"] == "pk":
        pattern = "^([0-9]{1,18}|none)$" if nullable else "^[0-9]{1,18}$"
        return {"type": "string", "pattern": pattern, "examples": ["1"]}
    return {"type": "string", "minLength": 1, "maxLength": 50}
