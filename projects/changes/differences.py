"""Diff of two states of a record, and how values and the record itself are called in words, also when it is gone."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import Field, ForeignKey, Max, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.access import visible
from projects.models import Entry, Programme, Project
from projects.models.attribution import ReporterField, in_words
from projects.models.base import own_fields
from projects.models.fields import AmountField
from projects.periods import Month, PartialDateProperty
from sectors.models import in_language

from .kinds import Kind, all_rows, kind_of

_MOST = 60  # characters of a text that stands for a name
_CHOICES = ("figure", "measure", "kind", "light", "role")
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
        """Return the stored values in a record or in one of its history rows."""
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
    """Return the parts of a model in the order of its fields, without its key."""
    partial = {each.column: each for each in vars(model).values() if isinstance(each, PartialDateProperty)}
    return tuple(
        ComparedPart(each, (each.attname, f"{each.name}_precision"), partial[each.name])
        if each.name in partial
        else ComparedPart(each, (each.attname,))
        for each in own_fields(model)
    )


def differences(model: type[Model], before: Any, after: Any, *, hidden: Iterable[str] = ()) -> list[Difference]:
    """Return the parts that differ; all that have a value when there is only one of the two states."""
    told = [part for part in parts_of(model) if part.name not in hidden]
    if before is None or after is None:
        row = after if before is None else before
        return [Difference(part, before, after) for part in told if row is not None and not part.is_blank(row)]
    return [Difference(part, before, after) for part in told if part.values(before) != part.values(after)]


@dataclass(frozen=True)
class ValueWords:
    """How one interface writes values: money, and fields that their type does not tell."""

    money: Callable[[int], Any]
    names: Names = field(default_factory=dict)
    texts: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)

    def text(self, part: ComparedPart, row: Any) -> Any:
        """Return a part of a record or history row as a reader would write it."""
        if part.partial is not None:
            return str(part.partial.__get__(row) or "")
        if part.is_blank(row):
            return ""
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


def get_referenced_names(found: Iterable[Difference], user: Any) -> Names:
    """Return names of the records that the differences refer to, as far as the user sees them; a query for each kind."""
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
    records = visible(model._default_manager.all(), user).filter(pk__in=keys).select_related(*related)
    return {record.pk: getattr(record, "display_name", "") or str(record) for record in records}


@dataclass(frozen=True)
class RecordName:
    """A record by the project that it belongs to (code and name, empty for none) and by its own words."""

    code: str
    project: str
    words: str

    def __str__(self) -> str:
        return " · ".join(filter(None, [f"{self.code} {self.project}".strip(), self.words]))


class RecordNames:
    """Names of history rows of any kinds; three queries, however many there are.

    A name is such as 'HN-EI-2023-13 …, 2023-06'.
    """

    def __init__(self, rows: Iterable[tuple[Kind, Any]]) -> None:
        rows = list(rows)
        entries = {row.entry_id for _kind, row in rows if hasattr(row, "entry_id")}
        self._entries = _newest_values(Entry, entries, "project_id", "programme_id")
        projects = {self._project_key(kind, row) for kind, row in rows} - {None}
        self._projects = _newest_values(Project, projects, "code", "name_zh", "name_en")
        programmes = {row.programme_id for _kind, row in rows if hasattr(row, "programme_id")}
        programmes |= {entry["programme_id"] for entry in self._entries.values()}
        self._years = {key: each["year"] for key, each in _newest_values(Programme, programmes, "year").items()}

    def get_name(self, kind: Kind, row: Any) -> RecordName:
        project = self._projects.get(self._project_key(kind, row))
        code, name = (project["code"], in_language(project["name_zh"], project["name_en"])) if project else ("", "")
        return RecordName(code, name, "" if kind.model is Project else self._words(kind, row))

    def _project_key(self, kind: Kind, row: Any) -> Any:
        if kind.model is Project:
            return row.id
        if hasattr(row, "project_id"):
            return row.project_id
        return self._entries.get(getattr(row, "entry_id", None), {}).get("project_id")

    def year_of(self, row: Any) -> int | None:
        """Return the year of the programme that a row belongs to."""
        entry = self._entries.get(getattr(row, "entry_id", None), {})
        return self._years.get(getattr(row, "programme_id", entry.get("programme_id")))

    def _words(self, kind: Kind, row: Any) -> str:
        year, month = self.year_of(row), getattr(row, "month", None)
        found = [str(Month(year, month)) if year and month else str(year or "")]
        if hasattr(row, "name_zh"):
            found.append(in_language(row.name_zh, row.name_en))
        for name in _CHOICES:
            if hasattr(row, name):
                choices = dict(kind.model._meta.get_field(name).flatchoices)
                found.append(str(choices.get(getattr(row, name), "")))
        for name in ("url", "decided_on", "description"):
            if hasattr(row, name):
                found.append(_shorten(str(getattr(row, name))))
        return " · ".join(filter(None, found)) or f"#{getattr(row, kind.key)}"


def _newest_values(model: Any, keys: set[Any], *columns: str) -> dict[Any, dict[str, Any]]:
    """Return the newest values of records by key, from their history: there they also are when the records are gone."""
    history = all_rows(kind_of(model).history)
    newest = history.filter(id__in=keys - {None}).order_by().values("id").annotate(last=Max("history_id"))
    rows = history.filter(history_id__in=newest.values("last")).order_by()
    return {row["id"]: row for row in rows.values("id", *columns)}


def _shorten(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"
