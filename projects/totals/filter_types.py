"""Types of filters (django-filter) that lists share: searches, orders, ranges, choices and keys of records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import django_filters as df
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Model, OrderBy, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from projects.access import get_access, visible
from projects.history.revisions import with_updated_at
from projects.models import Prefecture
from projects.models.fields import normalised_code
from projects.models.form_fields import PartialDateField
from projects.money import READABLE
from projects.pagination import both_ways, build_ordering
from projects.periods import PartialDate
from projects.text import MOST_DIGITS, listing
from sectors.choices import DirectionMeasure
from sectors.models import Direction, Sector

from .dimensions import NONE

UPDATED = "updated_at"  # an order of every list


def visible_records(model: type[Model], user: Any) -> QuerySet:
    """Return the records of a model that the user may choose from."""
    if model is Prefecture:  # those whose records are read
        return Prefecture.objects.filter(get_access(user).rows("pk"))
    if model is Direction:  # what comes from other provinces is asked by `transferred`
        return visible(Direction.objects.filter(measured_by=DirectionMeasure.SECTORS), user)
    if model is Sector:
        return visible(Sector.objects.select_related("direction"), user)
    return visible(model._default_manager.all(), user)


def keep_named_filters(filterset: df.FilterSet) -> None:
    """Leave a filter set only the filters that its data name: to make and to check fields of all takes longer than most
    questions.
    """
    filterset.filters = {name: each for name, each in filterset.filters.items() if name in filterset.data}


class SearchFilter(df.Filter):
    """Every word stands in at least one of `columns`."""

    field_class = forms.CharField

    def __init__(self, *columns: str, **kwargs: Any) -> None:
        self.columns = columns
        super().__init__(max_length=200, label=_("search"), **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        for word in (value or "").split():
            qs = qs.filter(stands_in(word, self.columns))
        return qs


def stands_in(word: str, columns: Iterable[str]) -> Q:
    """Rows in which a word stands in at least one of these columns, in any letter case."""
    condition = Q()
    for column in columns:
        # codes are stored in one spelling, so they are looked for in it
        text = normalised_code(word) if column.endswith("code") else word
        condition |= Q(**{f"{column}__icontains": text})
    return condition


class OrderField(forms.CharField):
    """Some of `names`, comma-separated, `-` for descending."""

    def __init__(self, *, names: Sequence[str], **kwargs: Any) -> None:
        self.names = names
        super().__init__(**kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        for part in parts_of(value):
            if part.removeprefix("-") not in self.names:
                raise ValidationError(
                    _("“%(part)s” is not an order. Known: %(known)s."),
                    code="invalid_choice",
                    params={"part": part, "known": listing(self.names)},
                )


class OrderFilter(df.Filter):
    """Orders by names of columns, `-` for descending; unknown values come last.

    The key comes last of all, so that pages never repeat or skip a row. `columns` has those that are called otherwise.
    """

    field_class = OrderField

    def __init__(self, *names: str, key: str = "id", columns: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        self.names, self.key, self.columns = (*names, UPDATED), key, columns or {}
        super().__init__(label=_("order"), names=self.names, **kwargs)

    @property
    def known_values(self) -> list[str]:
        """What can be written in the parameter."""
        return list(both_ways(self.names))

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        parts = parts_of(value or "")
        if UPDATED in [part.removeprefix("-") for part in parts]:
            qs = with_updated_at(qs)
        return qs.order_by(*map(self._expression, parts), self.key) if parts else qs

    def _expression(self, part: str) -> OrderBy:
        name = part.removeprefix("-")
        return build_ordering(F(self.columns.get(name, name)), part)


def parts_of(ordering: str) -> list[str]:
    """`-total_investment,name` by its commas."""
    return [part for part in ordering.split(",") if part]


class NumberFilter(df.Filter):
    """A whole number from `min_value` to `max_value`."""

    field_class = forms.IntegerField
    range_labels = (_("at least"), _("at most"))


class AmountFilter(NumberFilter):
    """Whole CNY; months together come to more than one record can hold."""

    range_labels = (_("at least, CNY"), _("at most, CNY"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=0, max_value=READABLE - 1, **kwargs)


class PartialDateFilter(df.Filter):
    """Dates from (or up to) one that may be given as a day, month, quarter or year."""

    field_class = PartialDateField

    def filter(self, qs: QuerySet, value: PartialDate | None) -> QuerySet:
        if not value:
            return qs
        return qs.filter(**{f"{self.field_name}__{self.lookup_expr}": self.get_bound(value)})

    def get_bound(self, value: PartialDate) -> dt.date:
        """The last or the first day that the date can mean."""
        return value.last if self.lookup_expr == "lte" else value.first


class AnyOf(df.MultipleChoiceFilter):
    """Any of several choices, which are those of a field of the model unless others are given; nothing can come twice."""

    def __init__(self, model: type[Model] | None = None, field: str = "", **kwargs: Any) -> None:
        if model is not None:
            own: Any = model._meta.get_field(field)
            kwargs = {"choices": own.choices, "label": own.verbose_name} | kwargs
        super().__init__(distinct=False, **kwargs)


def range_filters(column: str, kind: Any, *, labels: Sequence[Any] = (), **limits: Any) -> tuple[df.Filter, df.Filter]:
    """What `<column>_min` and `<column>_max` filter, in this order."""
    least, most = labels or kind.range_labels
    return kind(column, "gte", label=least, **limits), kind(column, "lte", label=most, **limits)


class KeyField(df.fields.ModelMultipleChoiceField):
    """Checks keys in the database. A number longer than any key is no choice; SQLite would stumble over it."""

    def _check_values(self, value: Any) -> Any:
        for key in value:
            if len(str(key)) > MOST_DIGITS and str(key).isdecimal():
                raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": key})
        return super()._check_values(value)


class ManyOf(df.ModelMultipleChoiceFilter):
    """Any of several reference records, by code; `none` for records without one if `nullable`."""

    field_class = KeyField

    def __init__(self, model: type[Model], relation: str, key: str, *, nullable: bool = False, **kwargs: Any) -> None:
        # a project has one of each, so nothing can come twice
        own = {"field_name": relation, "to_field_name": key, "distinct": False}
        kwargs = {"label": model._meta.verbose_name} | kwargs | own
        if nullable:
            kwargs = {"null_label": _("not known")} | kwargs | {"null_value": NONE}
        super().__init__(queryset=lambda request: visible_records(model, request.user), **kwargs)

    def get_filter_predicate(self, v: Any) -> dict[str, Any]:
        """By the key of the record that has been found, so that an index of the projects' own serves."""
        return {self.field_name: v}
