"""Bulk insert with history: many new records in a few statements, the one way beside `save` by which records are made.

It is for what is loaded and was looked at already. Nothing is validated here; the constraints and triggers of the database
hold as ever, and the rows belong to the revision under way as those of `save` do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db import connections, models, router

from projects.history.revisions import NEVER, Draft, by_hand, supersede, writing

_MANY = 1000  # rows of one statement
_TAKEN = 100  # keys that are asked for at once


class Keys:
    """Keys for records that are not inserted yet, so that others can refer to them. Inside `writing()` only.

    Between a key and the `insert_with_history` that uses it no record of the model may be saved in another way.
    """

    def __init__(self) -> None:
        self._free: dict[type[models.Model], list[int]] = {}
        self._last: dict[type[models.Model], int] = {}  # that was taken and is not used yet

    def take(self, model: type[models.Model]) -> int:
        free = self._free.get(model)
        if not free:
            free = self._free[model] = _free_keys(model, after=self._last.get(model, 0))
        self._last[model] = free.pop()
        return self._last[model]

    def used(self) -> None:
        """All records that got a key are inserted."""
        self._last = {}
        for model in list(self._free):
            if connections[_using(model)].vendor == "sqlite":  # the others are nobody's
                del self._free[model]


def insert_with_history(records: Sequence[models.Model]) -> None:
    """Store new records of one model, which have their keys, and say of each in its history that it was added.

    Raises `TypeError` for what a person changes, which has rules that are held when a record is saved, and
    `IntegrityError` for what the database refuses.
    """
    if by_hand():
        raise TypeError("what is changed by hand is saved record by record, or looked at by a `Batch`")
    with writing() as draft:
        insert(records, draft)


def insert_alone(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Many rows of a table without a history. SQLite takes few of them in a statement, which Django makes anew each time."""
    connection = connections[_using(model)]
    if connection.vendor != "sqlite":
        model._default_manager.bulk_create(rows, batch_size=_MANY)
        return
    quoted, fields = connection.ops.quote_name, [each for each in model._meta.concrete_fields if not each.primary_key]
    columns, places = ", ".join(quoted(each.column) for each in fields), ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) VALUES ({places})",  # nosec B608 # our own names
            ([field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows),
        )


def _pieces(rows: Sequence[Any]) -> Iterator[Any]:
    """As many at a time as a statement may name."""
    return (rows[start : start + _MANY] for start in range(0, len(rows), _MANY))


def insert(records: Sequence[models.Model], draft: Draft) -> None:
    """The same, for what was asked all that is asked when a record is saved."""
    for some in _pieces(records):
        model = type(some[0])
        models.QuerySet(model, using=_using(model)).bulk_create(some)
        if not draft.history_comes_later:
            insert_history(model, [record.pk for record in some], draft)


def update(changed: Sequence[tuple[models.Model, Sequence[str]]], draft: Draft) -> None:
    """Store the fields that changed, by name, of records of one model, and say so in the history of each."""
    of_fields: dict[tuple[str, ...], list[models.Model]] = {}
    for record, names in changed:
        of_fields.setdefault(tuple(names), []).append(record)
    for names, records in of_fields.items():
        _update(records, names)
    if changed:
        model, keys = type(changed[0][0]), [record.pk for record, _names in changed]
        for some in _pieces(keys):
            supersede(model, some, draft.number)
        insert_history(model, keys, draft, event="~")


def delete(model: type[models.Model], keys: Sequence[int], draft: Draft) -> None:
    """Take away stored records of one model to which nothing refers, and say so in the history of each."""
    for some in _pieces(keys):
        supersede(model, some, draft.number)
        insert_history(model, some, draft, event="-")
        gone = models.QuerySet(model, using=_using(model)).filter(pk__in=some)
        gone._raw_delete(gone.db)


def _update(records: Sequence[models.Model], names: Sequence[str]) -> None:
    model = type(records[0])
    connection = connections[_using(model)]
    quoted, fields = connection.ops.quote_name, [model._meta.get_field(name) for name in names]
    rows = [
        [*(each.get_db_prep_save(each.pre_save(record, False), connection) for each in fields), record.pk]
        for record in records
    ]
    table, key = quoted(model._meta.db_table), quoted(model._meta.pk.column)
    columns = [quoted(field.column) for field in fields]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            sets = ", ".join(f"{column} = %s" for column in columns)
            cursor.executemany(f"UPDATE {table} SET {sets} WHERE {key} = %s", rows)  # nosec B608 # our own names
            return
        # many rows in a statement, since triggers add up once for each statement
        sets = ", ".join(
            f"{column} = said.{column}::{field.db_type(connection)}"
            for column, field in zip(columns, fields, strict=True)
        )
        row, named = f"({', '.join(['%s'] * len(rows[0]))})", ", ".join([*columns, key])
        for some in _pieces(rows):
            cursor.execute(
                f"UPDATE {table} SET {sets} FROM (VALUES {', '.join([row] * len(some))}) AS said ({named})"  # nosec B608 # our own names
                f" WHERE {table}.{key} = said.{key}",
                [value for each in some for value in each],
            )


def insert_history(
    model: type[models.Model],
    keys: Sequence[int],
    draft: Draft,
    *,
    event: str = "+",
    until: int = NEVER,
    instead: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Rows of history of stored records: what the database holds of them, with the values of `instead` by attribute.

    They hold from the revision under way until that of the number `until`.
    """
    for some in _pieces(keys):
        _insert_history(model, some, draft, event=event, until=until, instead=instead)


def _insert_history(
    model: type[models.Model],
    keys: Sequence[int],
    draft: Draft,
    *,
    event: str,
    until: int,
    instead: Mapping[str, Any],
) -> None:
    history = model.history.model  # type: ignore[attr-defined]
    own: dict[str, Any] = {
        "history_date": draft.created_at,
        "history_type": event,
        "history_user_id": draft.actor.user.pk if draft.actor.user else None,
        "history_change_reason": None,
        "revision_id": draft.number,
        "superseded_by": until,
        **instead,
    }
    connection = connections[_using(model)]
    quoted = connection.ops.quote_name
    of_record = {field.attname: field.column for field in model._meta.concrete_fields}
    columns, values, parameters = [], [], []
    for field in history._meta.concrete_fields:
        if field.primary_key:
            continue
        columns.append(quoted(field.column))
        if field.attname in own:
            values.append("%s")
            parameters.append(field.get_db_prep_save(own[field.attname], connection))
        else:
            values.append(quoted(of_record[field.attname]))
    key = quoted(model._meta.pk.column)
    listed = ", ".join(f"{each:d}" for each in keys)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quoted(history._meta.db_table)} ({', '.join(columns)})"  # nosec B608 # our own names and keys
            f" SELECT {', '.join(values)} FROM {quoted(model._meta.db_table)} WHERE {key} IN ({listed}) ORDER BY {key}",
            parameters,
        )
    draft.touched.add(history)


def _free_keys(model: type[models.Model], *, after: int) -> list[int]:
    """Some keys above `after` that no record has or had, the lowest last."""
    connection = connections[_using(model)]
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, key, _TAKEN]
            )
            return sorted((number for (number,) in cursor.fetchall()), reverse=True)
        # whoever writes has the lock, so nobody else takes them before they are used
        name = connection.ops.quote_name
        cursor.execute(
            f"SELECT MAX(n) FROM (SELECT MAX({name(key)}) AS n FROM {name(table)}"  # nosec B608 # our own names
            " UNION ALL SELECT seq FROM sqlite_sequence WHERE name = %s)",
            [table],
        )
        last = max(cursor.fetchone()[0] or 0, after)
        return list(range(last + _TAKEN, last, -1))


def _using(model: type[models.Model]) -> str:
    return router.db_for_write(model)
