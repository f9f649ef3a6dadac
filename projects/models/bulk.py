"""Bulk writes with history: many records in few statements, the one way beside `save` by which records are written.

A `Batch` checks of each record what `save` checks. Inside `create_revision()` only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db import connections, models, router

from projects.history.revisions import NEVER, Draft, supersede

_MANY = 1000  # rows of one statement
_RESERVED = 100  # keys at once


class Keys:
    """Keys for records that are not inserted yet, so that others can refer to them.

    Between a key and the insert that uses it no record of the model may be saved in another way.
    """

    def __init__(self) -> None:
        self._free: dict[type[models.Model], list[int]] = {}
        self._last: dict[type[models.Model], int] = {}  # that was taken and is not used yet

    def take(self, model: type[models.Model]) -> int:
        """Return a key that no record of the model has or had."""
        if not self._free.get(model):
            self._free[model] = _reserve_keys(model, after=self._last.get(model, 0))
        self._last[model] = self._free[model].pop()
        return self._last[model]

    def release(self) -> None:
        """Note that all records that got a key are inserted: on SQLite the other keys are not reserved any more."""
        self._last = {}
        self._free = {model: keys for model, keys in self._free.items() if _get_vendor(model) != "sqlite"}


def _reserve_keys(model: type[models.Model], *, after: int) -> list[int]:
    """Return some keys above `after` that no record has or had, the lowest last."""
    table, key = model._meta.db_table, model._meta.pk.column
    with connections[router.db_for_write(model)].cursor() as cursor:
        if _get_vendor(model) == "postgresql":
            sequence = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(sequence, [table, key, _RESERVED])
            return sorted((number for (number,) in cursor.fetchall()), reverse=True)
        # whoever writes has the lock, so nobody else takes them before they are used
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        stored = cursor.fetchone()
    newest = _get_rows(model).aggregate(newest=models.Max("pk"))["newest"] or 0
    last = max(stored[0] if stored else 0, newest, after)
    return list(range(last + _RESERVED, last, -1))


def _get_rows(model: type[models.Model]) -> models.QuerySet:
    """Return the rows of a model past its manager, on the database that is written."""
    return models.QuerySet(model, using=router.db_for_write(model))


def _get_vendor(model: type[models.Model]) -> str:
    return connections[router.db_for_write(model)].vendor


class Batch:
    """Records that are written together. The caller has loaded what they refer to, and knows that no other has their keys.

    `kinds` are the models of the records, in the order in which they refer to each other. Between the first record that is
    added and `write` no record of these models may be saved in another way.
    """

    def __init__(self, draft: Draft, kinds: Iterable[type[models.Model]]) -> None:
        self._draft, self._keys = draft, Keys()
        self._new: dict[type[models.Model], list[Any]] = {model: [] for model in kinds}
        self._changed: dict[type[models.Model], list[tuple[Any, list[str]]]] = {model: [] for model in self._new}

    def add(self, record: Any) -> None:
        """Check a record as `save` does; a new one has its key from now on. Raises `ValidationError` as `save` does."""
        is_new, changed = record._state.adding, record.before_writing()
        if is_new:
            record.pk, record._state.adding = self._keys.take(type(record)), False
            self._new[type(record)].append(record)
        elif changed:
            self._changed[type(record)].append((record, changed))

    def write(self) -> None:
        """Store the rows and their history; what each stores besides is left to its `when_written`.

        Raises `IntegrityError` for what the database refuses.
        """
        for model in self._new:
            insert(self._new[model], self._draft)
            update(self._changed[model], self._draft)
            for record in (*self._new[model], *(record for record, _names in self._changed[model])):
                record.note_as_stored()
        self._keys.release()


def insert(records: Sequence[models.Model], draft: Draft) -> None:
    """Insert checked records of one model, with their rows of history unless those come later."""
    if not records:
        return
    model = type(records[0])
    _get_rows(model).bulk_create(records, batch_size=_MANY)
    if not draft.history_comes_later:
        insert_history(model, [record.pk for record in records], draft)


def update(changed: Sequence[tuple[models.Model, Sequence[str]]], draft: Draft) -> None:
    """Store the fields that changed, by name, of checked records of one model, with their rows of history."""
    if not changed:
        return
    model, keys = type(changed[0][0]), [record.pk for record, _names in changed]
    by_names: dict[tuple[str, ...], list[models.Model]] = {}
    for record, names in changed:
        by_names.setdefault(tuple(names), []).append(record)
    for names, records in by_names.items():
        _get_rows(model).bulk_update(records, names, batch_size=_MANY)
    for piece in _get_pieces(keys):
        supersede(model, piece, draft.number)
    insert_history(model, keys, draft, event="~")


def insert_history(
    model: type[models.Model],
    keys: Sequence[int],
    draft: Draft,
    *,
    event: str = "+",
    until: int = NEVER,
    instead: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Insert rows of history of stored records: what the database holds of them, with the values of `instead` by attribute.

    They hold from the revision under way until that of the number `until`.
    """
    history = model.history.model  # type: ignore[attr-defined]
    values: dict[str, Any] = {
        "history_date": draft.created_at,
        "history_type": event,
        "history_user_id": draft.actor.user.pk if draft.actor.user else None,
        "revision_id": draft.number,
        "superseded_by": until,
        **instead,
    }
    columns = [field.attname for field in model._meta.concrete_fields]
    for piece in _get_pieces(keys):
        records = _get_rows(model).filter(pk__in=piece).order_by("pk")
        history._base_manager.bulk_create([history(**{**record, **values}) for record in records.values(*columns)])
    draft.touched.add(history)


def _get_pieces(rows: Sequence[Any]) -> Iterator[Any]:
    """Yield as many at a time as a statement may name."""
    return (rows[start : start + _MANY] for start in range(0, len(rows), _MANY))
