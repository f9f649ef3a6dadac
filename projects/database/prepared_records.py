"""Prepared records: the rows of a prepared statement as records of a model, with those that they name in the same query.

What Django works out anew for each queryset, its SQL, its columns and what makes attributes of them, is worked out once for
each kind of question.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet
from django.db.models.query import get_related_populators

from projects.database import get_read_alias

from .open_values import OpenStatement, built, filled, opened, stand_ins_for, with_open_values
from .prepared_statements import Prepared, fetched, remembered

_MOST_KEYS = 512  # that SQL is made once for


@dataclass(frozen=True)
class _Shape:
    """A statement, and how a record is made of a row of it."""

    statement: OpenStatement
    model: Any
    names: Sequence[str]  # of the record's own columns, which are `own` of the row
    own: slice
    others: Sequence[tuple[str, int]]  # what is beside the columns of the model, and where in the row
    related: Sequence[Any]
    converted: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]  # columns that the driver gives otherwise

    def record(self, row: Sequence[Any], database: Any) -> Any:
        values = list(row)
        for place, steps, expression in self.converted:
            for step in steps:
                values[place] = step(values[place], expression, database)
        record = self.model.from_db(database.alias, self.names, values[self.own])
        for populator in self.related:
            populator.populate(values, record)
        for name, place in self.others:
            setattr(record, name, values[place])
        return record


class RecordsOnDemand(Sequence[Any]):
    """The records of rows, each made when somebody looks at it: of choices one is meant."""

    def __init__(self, rows: Sequence[Sequence[Any]], shape: _Shape, database: Any) -> None:
        self._rows, self._shape, self._database = rows, shape, database
        self._made: dict[int, Any] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: Any) -> Any:
        if place not in self._made:
            row = self._rows[place]
            self._made[place] = self._shape.record(row, self._database)
        return self._made[place]

    def column(self, name: str) -> list[Any]:
        """What the driver gave of a column of their own or of one that is beside them, without making the records."""
        beside = dict(self._shape.others)
        column = beside[name] if name in beside else self._shape.own.start + self._shape.names.index(name)
        return [row[column] for row in self._rows]


def records(kind: Hashable, build: Callable[..., QuerySet], *values: Any) -> list[Any]:
    """The records that `build` finds for these values, which stay open (`open_values`); all else is in the kind.

    Like those of the queryset itself, but that none of them are prefetched.
    """
    found = records_on_demand(kind, build, *values)
    if found is None:
        return list(build(*values)) if values else []
    return list(found)


def records_on_demand(kind: Hashable, build: Callable[..., QuerySet], *values: Any) -> RecordsOnDemand | None:
    """The same, each of which is made when somebody looks at it; None where it is plain that there are none."""
    alias = get_read_alias()
    shape = remembered(("records", kind, tuple(map(type, values))), lambda: _shape(build, values, alias))
    return _fetched(shape, values)


def records_on_demand_of(kind: Hashable, build: Callable[..., QuerySet], keys: Sequence[Any]) -> RecordsOnDemand | None:
    """The same for any number of keys, as `records_of`."""
    if len(keys) <= _MOST_KEYS:
        return records_on_demand(kind, build, *_evened(keys))
    return _fetched(_shape(lambda: build(*keys), (), get_read_alias()), ())


def _fetched(shape: _Shape | None, values: Sequence[Any]) -> RecordsOnDemand | None:
    if shape is None:
        return None
    statement = filled(shape.statement, values)
    return RecordsOnDemand(fetched(statement.sql, statement.parameters)[1], shape, connections[get_read_alias()])


def records_of(kind: Hashable, build: Callable[..., QuerySet], keys: Sequence[Any]) -> list[Any]:
    """The same for any number of keys that are looked for: the SQL is made once for a few numbers of them."""
    return records(kind, build, *_evened(keys)) if len(keys) <= _MOST_KEYS else list(build(*keys))


def plain_of(kind: Hashable, build: Callable[..., QuerySet], keys: Sequence[int], *others: Any) -> Prepared:
    """The same of plain rows: the statement that `build` makes of the keys and other values, for what the driver gives."""
    if len(keys) > _MOST_KEYS:
        return built(lambda: build(keys, *others))
    asked = _evened(keys)

    def found(values: Sequence[Any]) -> QuerySet:
        return build(values[: len(asked)], *values[len(asked) :])

    return with_open_values((kind, len(asked)), [*asked, *others], found)


def _evened(keys: Sequence[Any]) -> list[Any]:
    """The keys, of which the last comes again until they are a power of two."""
    return [*keys, *[*keys[-1:]] * ((1 << (len(keys) - 1).bit_length()) - len(keys))]


def records_with_rows(
    kind: Hashable,
    build: Callable[[], QuerySet],
    rows: Callable[[], QuerySet],
    columns: Sequence[str],
    *,
    key: str,
    ordered_by: str,
) -> tuple[RecordsOnDemand | None, list[str | None]]:
    """Records, each made when somebody looks at it, and of each as JSON the `columns` of those rows whose column `key` has
    its key, if there are any; both in one statement, of SQL made once. `ordered_by` is the order of the records in SQL.
    """
    alias = get_read_alias()

    def make() -> tuple[_Shape, str] | None:
        shape = _shape(build, [], alias)
        if shape is None:
            return None
        is_sqlite, named = connections[alias].vendor == "sqlite", ", ".join(f'"{name}"' for name in columns)
        texts = f"json_group_array(json_array({named}))" if is_sqlite else f"json_agg(json_build_array({named}))"
        own = f"WITH r AS MATERIALIZED ({shape.statement.sql}), b AS MATERIALIZED ({opened(built(rows), []).sql})"
        beside = f't AS MATERIALIZED (SELECT "{key}" AS k, CAST({texts} AS text) AS texts FROM b GROUP BY "{key}")'  # nosec B608 # our own names
        joined = f'SELECT r.*, t.texts FROM r LEFT JOIN t ON t.k = r."{shape.model._meta.pk.column}"'  # nosec B608 # the same
        return shape, f"{own}, {beside} {joined} ORDER BY r.{ordered_by}"

    known = remembered(("records with rows", kind), make)
    if known is None:
        return None, []
    shape, sql = known
    found = fetched(sql, ())[1]
    return RecordsOnDemand(found, shape, connections[alias]), [row[-1] for row in found]


def _shape(build: Callable[..., QuerySet], values: Sequence[Any], alias: str) -> _Shape | None:
    stand_ins = stand_ins_for(values)
    compiler = build(*stand_ins).query.get_compiler(alias)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    select, info = compiler.select, compiler.klass_info
    first, last = info["select_fields"][0], info["select_fields"][-1] + 1
    return _Shape(
        statement=opened(Prepared(sql, tuple(parameters)), stand_ins),
        model=info["model"],
        names=[each[0].target.attname for each in select[first:last]],
        own=slice(first, last),
        others=list(compiler.annotation_col_map.items()),
        related=get_related_populators(info, select, alias),  # type: ignore[call-arg]  # of a later Django
        converted=[
            (place, steps, expression)
            for place, (steps, expression) in compiler.get_converters([each[0] for each in select]).items()
        ],
    )
