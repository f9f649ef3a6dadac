"""Light filter of projects, and orders by columns that a list has only where it asks for them: light, gap, share of plan.

What light an entry has is said by `monitoring`, which stands above: it gives a select for a question, and
`projects.apps` puts it into `LIT_BY`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import BigIntegerField, F, FloatField, Func, IntegerField, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, NullIf
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.choices import LIGHTS, Light, Measure, Transferred
from projects.database.sql import Sql

from .dimensions import NONE
from .filter_types import AnyOf, OrderFilter, parts_of

LIT_BY: list[Callable[[Any], Sql | None]] = []


def lit_rows(scope: Any) -> Sql | None:
    """The rows of a question's projects, whichever lights it asks for; None where there are none."""
    return LIT_BY[0](unlit(scope)) if LIT_BY else None


def unlit(scope: Any) -> Any:
    """The same question without what looks at lights: its filter, and its order."""
    others = tuple(pair for pair in scope.filters if pair[0] not in ("light", "ordering"))
    # the question itself has looked up already what it is asked
    return scope if others == scope.filters else replace(scope, filters=others)


def follows_lights(scope: Any) -> bool:
    """Whether statements of a question have limits of a rule in them, which a write may change."""
    filters = scope.filterset.filters
    return any(hasattr(filters[name], "closes") and filters[name].closes(value) for name, value in scope.filters)


def no_rows() -> Sql | None:
    """Those of a set of filters that is of no question."""
    return None


class LightFilter(AnyOf):
    """By the light of progress at the last month, that of the attention list; `none` for those that are not rated."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=[*Light.choices, (NONE, pgettext_lazy("light", "not rated"))], label=_("light"), **kwargs
        )

    def closes(self, value: Any) -> bool:
        """A statement about lights has limits of the rule in it, so it is of one question alone."""
        return bool(value)

    def filter(self, qs: QuerySet, value: Sequence[str]) -> QuerySet:
        if not value:
            return qs
        if NONE in value:  # all but those of the lights that are not asked for
            return qs.exclude(pk__in=self._of([each for each in LIGHTS if each.value not in value]))
        return qs.filter(pk__in=self._of([each for each in LIGHTS if each.value in value]))

    def _of(self, lights: Sequence[Light]) -> Any:
        rows: Sql | None = self.parent.lit_rows()
        if rows is None or not lights:
            return []
        places = ", ".join(str(LIGHTS.index(each)) for each in lights)
        text = f"SELECT lit.project FROM ({rows.text}) lit WHERE lit.light IN ({places})"  # nosec B608 # our own SQL and numbers
        return RawSQL(text, rows.values)  # noqa: S611  # nosec B611 # the same


class LitColumn(Func):
    """A column of the lit row of a project, by its key. The rows are made once, however many projects ask for theirs."""

    def __init__(self, key: Any, rows: Sql, column: str, **extra: Any) -> None:
        self.rows, self.column = rows, column
        super().__init__(key, **extra)

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_extra: Any) -> tuple[str, tuple[Any, ...]]:
        key, values = compiler.compile(self.source_expressions[0])
        text, column = self.rows.text, self.column
        if connection.vendor == "sqlite":  # makes an index of them
            found = f"(SELECT lit.{column} FROM ({text}) lit WHERE lit.project = {key})"  # nosec B608 # our own SQL
            return found, (*self.rows.values, *values)
        # as a constant of the statement, since PostgreSQL would go through all rows for each project
        together = f"(SELECT jsonb_object_agg(lit.project, lit.{column}) FROM ({text}) lit)"  # nosec B608 # our own SQL
        kind = self.output_field.db_type(connection)
        return f"CAST({together} ->> CAST({key} AS text) AS {kind})", (*self.rows.values, *values)


_LIT = {"light": "light_place", "gap": "gap_place"}
_SHARE = "disbursed_of_plan"
_TRANSFERRED = "transferred"
# orders that make a column of their own
COLUMNS = {_SHARE: "share_place", _TRANSFERRED: "transferred_place", **_LIT}
_FINE = 10**9  # shares are ordered by whole billionths: what walks by them says a place again exactly as it was


class ProjectOrderFilter(OrderFilter):
    """The orders of a list of projects, some of which need a column of their own."""

    def closes(self, value: str) -> bool:
        return any(name in _LIT for name in _names(value))

    def is_of_entries(self, value: str) -> bool:
        """Whether such an order begins with what a place on the list says."""
        return next(iter(_names(value)), "") in (Measure.PLANNED_DISBURSEMENT, Measure.DISBURSED, _SHARE)

    def keys_by_light(self, scope: Any, value: str | None, *, backwards: bool) -> Sql | None:
        """The keys of a question's projects in an order by light or by gap alone, of its lit rows: to look each of them up
        takes eight times as long. None for any other order, and where other projects are lit: those of a light, of a month
        that is open.
        """
        if not value or value.removeprefix("-") not in _LIT or scope.filter_value("light") or not scope.compares:
            return None
        if (rows := self.parent.lit_rows()) is None:
            return None
        column = "lit.light" if value.endswith("light") else f"ROUND(lit.gap * {_FINE})"
        first, then = ("DESC" if turned else "ASC" for turned in (value.startswith("-") != backwards, backwards))
        order = f"{column} {first} NULLS {'FIRST' if backwards else 'LAST'}, lit.place {then}"
        return Sql(f"SELECT lit.project FROM ({rows.text}) lit ORDER BY {order}", rows.values)  # nosec B608 # our own SQL

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return super().filter(self.with_columns(qs, value), value)

    def with_columns(self, projects: QuerySet, value: str) -> QuerySet:
        """The projects with the columns that such an order needs."""
        return projects.annotate(**{COLUMNS[name]: self._column(name) for name in _names(value) if name in COLUMNS})

    def _column(self, name: str) -> Any:
        if name == _SHARE:
            return _whole(Cast(F("disbursed"), FloatField()) / Cast(NullIf(F("planned_disbursement"), 0), FloatField()))
        if name == _TRANSFERRED:  # of which nothing is known where it says so
            return NullIf(F("transferred"), Value(Transferred.UNKNOWN.value))
        rows: Sql | None = self.parent.lit_rows()
        if rows is None:
            return Cast(Value(None), BigIntegerField())
        if name == "gap":
            return _whole(LitColumn(F("pk"), rows, name, output_field=FloatField()))
        return LitColumn(F("pk"), rows, name, output_field=IntegerField())


def _whole(share: Any) -> Any:
    return Cast(Func(share * _FINE, function="ROUND", output_field=FloatField()), BigIntegerField())


def _names(ordering: str) -> list[str]:
    return [part.removeprefix("-") for part in parts_of(ordering or "")]
