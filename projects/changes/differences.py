"""Diff of two states of a record, and how a value reads: one vocabulary for pages and administration."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import Field, ForeignKey, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.access import access_of
from projects.database.prepared_records import records_of
from projects.models.attribution import ReporterField, in_words
from projects.models.base import own_fields
from projects.models.fields import AmountField
from projects.periods import PartialDateProperty
from projects.totals.filters import visible

Names = Mapping[type[Model], Mapping[Any, str]]


@dataclass(frozen=True)
class ComparedPart:
    """What a record is told in: a field, or a date together with its precision."""

    field: Field
    columns: tuple[str, ...]
    partial: Any = None  # its `PartialDateProperty`

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def label(self) -> str:
        text = str(self.field.verbose_name)
        return text[:1].upper() + text[1:]

    def values(self, row: Any) -> tuple[Any, ...]:
        """The stored values in a record or in one of its history rows."""
        return tuple(getattr(row, column) for column in self.columns)

    def is_blank(self, row: Any) -> bool:
        return all(value in (None, "", []) for value in self.values(row))


@dataclass(frozen=True)
class Difference:
    """A part that differs between two rows; `before` is None for a record that was not there, `after` for one gone."""

    part: ComparedPart
    before: Any
    after: Any


@cache
def parts_of(model: type[Model]) -> tuple[ComparedPart, ...]:
    """The parts of a model in the order of its fields, without its key."""
    partial = {each.column: each for each in vars(model).values() if isinstance(each, PartialDateProperty)}
    return tuple(
        ComparedPart(each, (each.attname, f"{each.name}_precision"), partial[each.name])
        if each.name in partial
        else ComparedPart(each, (each.attname,))
        for each in own_fields(model)
    )


def differences(model: type[Model], before: Any, after: Any, *, hidden: Iterable[str] = ()) -> list[Difference]:
    """The parts that differ; all that have a value when there is only one of the two states."""
    told = [part for part in parts_of(model) if part.name not in hidden]
    if before is None or after is None:
        row = after if before is None else before
        return [Difference(part, before, after) for part in told if row is not None and not part.is_blank(row)]
    return [Difference(part, before, after) for part in told if part.values(before) != part.values(after)]


@dataclass(frozen=True)
class ValueWords:
    """How one interface writes values: money, what stands for no value, and fields that their type does not tell."""

    money: Callable[[int], Any]
    nothing: Any = ""
    names: Names = field(default_factory=dict)
    texts: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)

    def text(self, part: ComparedPart, row: Any) -> Any:
        """A part of a record or history row as a reader would write it."""
        if part.partial is not None:
            return str(part.partial.__get__(row) or "") or self.nothing
        if part.is_blank(row):
            return self.nothing
        if part.name in self.texts:
            return self.texts[part.name](row)
        return self._value(part.field, getattr(row, part.field.attname))

    def _value(self, of: Field, value: Any) -> Any:
        if isinstance(of, ForeignKey):
            return self.names.get(of.related_model, {}).get(value) or _(
                "a record that you may not see, or that is gone"
            )
        if isinstance(of, AmountField):
            return self.money(value)
        if isinstance(of, ReporterField):
            return in_words(value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, dt.datetime):
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
        return str(dict(of.flatchoices).get(value, value))


def names_in(found: Iterable[Difference], user: Any) -> Names:
    """Names of the records that the differences refer to, as far as the user sees them; a query for each kind."""
    wanted: dict[type[Model], set[Any]] = defaultdict(set)
    for each in found:
        if isinstance(each.part.field, ForeignKey):
            values = {value for row in (each.before, each.after) if row is not None for value in each.part.values(row)}
            wanted[each.part.field.related_model] |= values - {None}
    return {model: _names(model, keys, user) for model, keys in wanted.items() if keys}


def _names(model: Any, keys: set[Any], user: Any) -> dict[Any, str]:
    path = (getattr(model, "prefecture_path", None) or "").split("__")[:-1]
    related = ["__".join(path)] if path else []
    names = {each.name for each in model._meta.get_fields()}
    related += ["programme"] if "programme" in names else []
    related += ["entry__programme"] if "entry" in path else []

    def build(*some: Any) -> QuerySet:
        return visible(model._default_manager.all(), user).filter(pk__in=some).select_related(*related)

    records = records_of(("records that are named", model, access_of(user)), build, list(keys))
    return {record.pk: getattr(record, "display_name", "") or str(record) for record in records}
