"""The kinds of filters that the API's lists share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_filters as df
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from projects.models.fields import normalised_code
from projects.periods import Month
from projects.totals.filters import Asker, ManyOf
from sectors.models import ChainLink, Sector

WHOLE = "whole number"  # kinds of keys, for their form in the schema


class RegisterFilterSet(df.FilterSet):
    """Filters over rows that are visible already; choices are those that `user` may see."""

    def __init__(self, data: Any, *, queryset: QuerySet, user: Any) -> None:
        super().__init__(data, queryset=queryset, request=Asker(user))


class NumberFilter(df.Filter):
    """A whole number from `min_value` to `max_value`."""

    field_class = forms.IntegerField


class DayFilter(df.Filter):
    """A day, 2023-06-30."""

    field_class = forms.DateField


class YesNoFilter(df.BooleanFilter):
    """`true` or `false`."""


class SearchFilter(df.Filter):
    """Every word stands in at least one of `columns`."""

    field_class = forms.CharField

    def __init__(self, *columns: str, **kwargs: Any) -> None:
        self.columns = columns
        super().__init__(max_length=200, label=_("search"), **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        for word in (value or "").split():
            found = Q()
            for column in self.columns:
                # codes are stored in one spelling, so they are looked for in it
                text = normalised_code(word) if column.endswith("code") else word
                found |= Q(**{f"{column}__icontains": text})
            qs = qs.filter(found)
        return qs


class OrderFilter(df.Filter):
    """Orders by names of `columns`, `-` for descending; unknown values come last, and the key last of all."""

    field_class = forms.CharField

    def __init__(self, columns: Mapping[str, str], *, key: str) -> None:
        self.columns, self.key = columns, key
        super().__init__(label=_("order"))

    @property
    def known(self) -> list[str]:
        """What can be written in the parameter."""
        return [sign + name for name in self.columns for sign in ("", "-")]

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        expressions = []
        for part in value.split(","):
            column = F(self.columns[part.removeprefix("-")])
            expressions.append(column.desc(nulls_last=True) if part.startswith("-") else column.asc(nulls_last=True))
        return qs.order_by(*expressions, self.key)


class MonthField(forms.CharField):
    def to_python(self, value: Any) -> Month | None:
        text = super().to_python(value)
        return Month.parse(text) if text else None


class MonthFilter(df.Filter):
    """A month such as 2023-06 over two columns: the programme's year (`year`) and the number of the month."""

    field_class = MonthField

    def __init__(self, *, year: str, number: str, lookup_expr: str = "exact", **kwargs: Any) -> None:
        self.year, self.number = year, number
        super().__init__(lookup_expr=lookup_expr, **kwargs)

    def filter(self, qs: QuerySet, value: Month | None) -> QuerySet:
        if value is None:
            return qs
        condition = Q(**{self.year: value.year, f"{self.number}__{self.lookup_expr}": value.number})
        if self.lookup_expr != "exact":
            beyond = "gt" if self.lookup_expr == "gte" else "lt"
            condition |= Q(**{f"{self.year}__{beyond}": value.year})
        return qs.filter(condition)


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


def place_filters(path: str) -> dict[str, ManyOf]:
    """Filters by the sector, chain link and prefecture of the project at `path`."""
    from projects.models import Prefecture

    def many(model: type[Model], name: str, key: str, label: Any, *, nullable: bool) -> ManyOf:
        return ManyOf(model, f"{path}__{name}", key, label=label, nullable=nullable)

    return {
        "sector": many(Sector, "sector", "code", _("sector"), nullable=False),
        "chain_link": many(ChainLink, "chain_link", "code", _("chain link"), nullable=True),
        "prefecture": many(Prefecture, "prefecture", "adcode", _("prefecture"), nullable=True),
    }


NAMES = {"name_zh": "name_zh", "name_en": "name_en"}
