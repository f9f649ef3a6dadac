"""Filters that several lists share, their OpenAPI parameters, and the scope of a request."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

import django_filters as df
from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet
from django.forms import Form
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request

from projects.models import Entry, Prefecture, Programme, Project
from projects.models.fields import normalised_code
from projects.periods import Month
from projects.totals.filter_types import ManyOf, NumberFilter, OrderFilter, PartialDateFilter, SearchFilter
from projects.totals.filters import ProjectFilterSet
from projects.totals.scope import Scope
from sectors.models import ChainLink, Sector

from .parameters import DAY_PATTERN, MONTH_SCHEMA, PARTIAL_DATE_PATTERN, SPAN, YEAR, Parameter, unknown_value

# columns to order by that have another name than the order
COLUMNS = {"programme": "programme__year", "project": "project__code"}
COLUMNS_OF_ENTRY = {name: f"entry__{column}" for name, column in COLUMNS.items()}


class DayFilter(df.Filter):
    """A day, 2023-06-30."""

    field_class = forms.DateField
    range_labels = (_("from this day"), _("up to this day"))


class YesNoFilter(df.BooleanFilter):
    """`true` or `false`."""


class MonthField(forms.CharField):
    def to_python(self, value: Any) -> Month | None:
        text = super().to_python(value)
        return Month.parse(text) if text else None


class AnyMonthFilter(df.Filter):
    """A month such as 2023-06."""

    field_class = MonthField


class MonthFilter(AnyMonthFilter):
    """The month of a row: the year is that of the `programme` at this path, the number is the row's own `month`."""

    def __init__(self, programme: str, *, lookup_expr: str = "exact", label: Any) -> None:
        self.year = f"{programme}__year"
        super().__init__(lookup_expr=lookup_expr, label=label)

    def filter(self, qs: QuerySet, value: Month | None) -> QuerySet:
        if value is None:
            return qs
        condition = Q(**{self.year: value.year, f"month__{self.lookup_expr}": value.number})
        if self.lookup_expr != "exact":
            beyond = "gt" if self.lookup_expr == "gte" else "lt"
            condition |= Q(**{f"{self.year}__{beyond}": value.year})
        return qs.filter(condition)


def month_filters(programme: str) -> tuple[MonthFilter, ...]:
    """Return filters named `month`, `month_min` and `month_max`, in this order."""
    labels = {"exact": _("month"), "gte": _("from this month"), "lte": _("up to this month")}
    return tuple(MonthFilter(programme, lookup_expr=lookup, label=label) for lookup, label in labels.items())


class CodesField(df.fields.ModelMultipleChoiceField):
    """Codes in any spelling: ' hn-ei-2023-01 ' is HN-EI-2023-01."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean([normalised_code(code) for code in value or []])
        except ValidationError as error:
            # the list of all codes would be long, and the lists themselves are the place to look
            raise ValidationError(
                _("There is no project “%(code)s”."), "unknown_value", {"code": str(error.params["value"])}
            ) from error


class ProjectsFilter(ManyOf):
    """Any of several projects, by code."""

    field_class = CodesField

    def __init__(self, relation: str = "project", **kwargs: Any) -> None:
        super().__init__(Project, relation, "code", label=_("project"), **kwargs)


def place_filters(path: str) -> tuple[ManyOf, ...]:
    """Return filters named `sector`, `chain_link` and `prefecture`, in this order, of the project at `path`."""
    return (
        ManyOf(Sector, f"{path}__sector", "code"),
        ManyOf(ChainLink, f"{path}__chain_link", "code", nullable=True),
        ManyOf(Prefecture, f"{path}__prefecture", "adcode", nullable=True),
    )


def project_search(path: str, *others: str) -> SearchFilter:
    """Return a search in code and names of the project at `path`, and in the fields `others`."""
    return SearchFilter(f"{path}__code", f"{path}__name_zh", f"{path}__name_en", *others)


class OfProjectFilterSet(df.FilterSet):
    """Filters of rows that belong to a project, whatever lists it is on."""

    programme = ManyOf(Programme, "programme", "year", method="filter_programme", label=_("programme with the project"))
    project = ProjectsFilter()
    sector, chain_link, prefecture = place_filters("project")

    def filter_programme(self, queryset: QuerySet, name: str, value: list[Programme]) -> QuerySet:
        on_lists = Entry.objects.filter(programme__in=value).values("project_id")
        return queryset.filter(project__in=on_lists) if value else queryset


class OfEntryFilterSet(df.FilterSet):
    """Filters of rows that belong to a list entry."""

    programme = ManyOf(Programme, "entry__programme", "year")
    project = ProjectsFilter("entry__project")
    sector, chain_link, prefecture = place_filters("entry__project")


# of projects: with each end a parameter of its own an operation would have more than thirty
RANGES_IN_WORDS = ("total_investment", "expected_revenue", "planned_disbursement", "disbursed", "start", "finish")
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


@cache
def get_filter_parameters(
    filterset: type[df.FilterSet], model: type[Model], *, without: str = ""
) -> tuple[Parameter, ...]:
    """Return a parameter for each filter of the set, in the order of their definition."""
    return tuple(_parameter(name, each, model) for name, each in filterset.base_filters.items() if name != without)


def _parameter(name: str, each: df.Filter, model: type[Model]) -> Parameter:
    many = isinstance(each, df.MultipleChoiceFilter)
    return Parameter(
        name,
        _description(each, model),
        _schema(each) | ({"examples": [_EXAMPLES[name]]} if name in _EXAMPLES else {}),
        many=many,
        separated=isinstance(each, OrderFilter),
        looked_up=isinstance(each, ManyOf) and each.extra["to_field_name"] == "year",
        described=model is not Project or name.rpartition("_")[0] not in RANGES_IN_WORDS,
        values_described=not isinstance(each, OrderFilter),
    )


def _description(each: df.Filter, model: type[Model]) -> Any:
    """Return the label of a filter; for the ends of a range with the name of the column before it."""
    if each.lookup_expr not in ("gte", "lte"):
        return each.label
    try:
        return format_lazy("{} · {}", model._meta.get_field(each.field_name).verbose_name, each.label)
    except FieldDoesNotExist:
        return each.label


_SCHEMAS: Mapping[type[df.Filter], dict[str, Any]] = {
    YesNoFilter: {"type": "boolean"},
    PartialDateFilter: {"type": "string", "pattern": PARTIAL_DATE_PATTERN, "examples": ["2023-06"]},
    DayFilter: {"type": "string", "pattern": DAY_PATTERN, "examples": ["2023-06-30"]},
    AnyMonthFilter: MONTH_SCHEMA,
    df.Filter: {"type": "string", "minLength": 1},
}


def _schema(each: df.Filter) -> dict[str, Any]:
    """Return the JSON schema of one value of a filter."""
    extra = each.extra
    if isinstance(each, ManyOf):
        return _get_key_schema(each)
    if isinstance(each, df.MultipleChoiceFilter):
        return {"type": "string", "enum": [value for value, _label in extra["choices"]]}
    if isinstance(each, OrderFilter):
        return {"type": "string", "enum": each.known_values}
    if isinstance(each, NumberFilter):
        return {"type": "integer", "minimum": extra["min_value"], "maximum": extra["max_value"]}
    schema = next(schema for kind, schema in _SCHEMAS.items() if isinstance(each, kind))
    return schema | ({"maxLength": extra["max_length"]} if "max_length" in extra else {})


def _get_key_schema(each: ManyOf) -> dict[str, Any]:
    """Return the JSON schema of a key: codes are text, numbers are within what a database can compare."""
    nullable = each.extra.get("null_value") is not None
    if isinstance(each, ProjectsFilter):
        return {"type": "string", "minLength": 1, "maxLength": 40}
    if each.extra["to_field_name"] == "year":
        return YEAR
    if each.extra["to_field_name"] == "pk":
        pattern = "^([0-9]{1,18}|none)$" if nullable else "^[0-9]{1,18}$"
        return {"type": "string", "pattern": pattern, "examples": ["1"]}
    return {"type": "string", "minLength": 1, "maxLength": 50}


_NOT_A_CHOICE = ("invalid_choice", "invalid_pk_value")


def get_filter_errors(form: Form, errors: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the errors of a filter form by parameter; for a value that is no choice with the choices."""
    return {name: _sentences(form.fields[name], messages) for name, messages in errors.items()}


def _sentences(field: Any, messages: Any) -> list[str]:
    wrong = [error.params or {} for error in messages.as_data() if error.code in _NOT_A_CHOICE]
    if not wrong:
        return [ErrorDetail(error.messages[0], error.code or "invalid") for error in messages.as_data()]
    known = _choices(field)
    return [unknown_value(str(each.get("value", each.get("pk"))), known) for each in wrong]


def _choices(field: Any) -> list[Any]:
    queryset = getattr(field, "queryset", None)
    if queryset is None:
        return [value for value, _label in field.choices]
    known = sorted(set(queryset.order_by().values_list(field.to_field_name or "pk", flat=True)))
    return [*known, field.null_value] if field.null_label is not None else known


# the parameters of a scope; the order is of lists alone
QUESTION = (*SPAN, *get_filter_parameters(ProjectFilterSet, Project, without="ordering"))


def get_scope(
    request: Request, *, parameters: QueryDict | None = None, on_list: bool = True, year: int | None = None
) -> Scope:
    """Return the scope of the query string, or of other `parameters`.

    Raises `ValidationError` by parameter, with the known values.
    """
    data = request.query_params if parameters is None else parameters
    # as much of a request as a scope is made of, with the programmes that another scope of the same request has read
    programmes = request.__dict__.setdefault("_programmes_read", {})
    question: Any = SimpleNamespace(user=request.user, GET=data, method=request.method, _programmes_read=programmes)
    try:
        return Scope.from_request(question, year=year, on_list=on_list)
    except ValidationError as error:
        filters = ProjectFilterSet(question.GET, Project.objects.none(), request=question)
        raise ValidationError(error.error_dict | get_filter_errors(filters.form, filters.errors)) from error
