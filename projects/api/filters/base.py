"""Filters and sets of filters that the lists of the API share."""

from __future__ import annotations

from typing import Any

import django_filters as df
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from projects.models import Entry, Prefecture, Programme, Project
from projects.models.fields import normalised_code
from projects.periods import Month
from projects.totals.filter_types import ManyOf, SearchFilter
from projects.totals.filters import RegisterFilterSet
from sectors.models import ChainLink, Sector

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
    """Filters called `month`, `month_min` and `month_max`, in this order."""
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
                _("There is no project “%(code)s”."), params={"code": str(error.params["value"])}
            ) from error


class ProjectsFilter(ManyOf):
    """Any of several projects, by code."""

    field_class = CodesField

    def __init__(self, relation: str = "project", **kwargs: Any) -> None:
        super().__init__(Project, relation, "code", label=_("project"), **kwargs)


def place_filters(path: str) -> tuple[ManyOf, ...]:
    """Filters called `sector`, `chain_link` and `prefecture`, in this order: those of the project at `path`."""
    return (
        ManyOf(Sector, f"{path}__sector", "code", label=_("sector")),
        ManyOf(ChainLink, f"{path}__chain_link", "code", label=_("chain link"), nullable=True),
        ManyOf(Prefecture, f"{path}__prefecture", "adcode", label=_("prefecture"), nullable=True),
    )


def project_search(path: str, *others: str) -> SearchFilter:
    """By code and names of the project at `path`, and by what else a row has."""
    return SearchFilter(f"{path}__code", f"{path}__name_zh", f"{path}__name_en", *others)


class OfProjectFilterSet(RegisterFilterSet):
    """Filters of rows that belong to a project, whatever lists it is on."""

    programme = ManyOf(Programme, "programme", "year", method="filter_programme", label=_("programme with the project"))
    project = ProjectsFilter()
    sector, chain_link, prefecture = place_filters("project")

    def filter_programme(self, queryset: QuerySet, name: str, value: list[Programme]) -> QuerySet:
        on_lists = Entry.objects.filter(programme__in=value).values("project_id")
        return queryset.filter(project__in=on_lists) if value else queryset


class OfEntryFilterSet(RegisterFilterSet):
    """Filters of rows that belong to a list entry."""

    programme = ManyOf(Programme, "entry__programme", "year", label=_("programme"))
    project = ProjectsFilter("entry__project")
    sector, chain_link, prefecture = place_filters("entry__project")
