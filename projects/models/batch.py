"""Batch: many records that are written together, each of them asked all that `save` asks, their rows in a few statements.

For whoever has looked up what the records refer to, and that no other has their keys. Inside `writing()` only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from projects.history.revisions import Draft

from .inserting import Keys, insert, update


class Batch:
    """`kinds` are the models of the records, in the order in which they refer to each other.

    Between the first record that is added and `write` no record of these models may be saved in another way.
    """

    def __init__(self, draft: Draft, kinds: Iterable[type[Model]]) -> None:
        self._draft, self._keys = draft, Keys()
        self._new: dict[type[Model], list[Any]] = {model: [] for model in kinds}
        self._changed: dict[type[Model], list[tuple[Any, list[str]]]] = {model: [] for model in self._new}

    def add(self, record: Any) -> None:
        """Ask of it what `save` asks; a new one has its key from now on. Raises `ValidationError` as `save` does."""
        is_new, changed = record._state.adding, record.before_writing()
        if is_new:
            record.pk, record._state.adding = self._keys.take(type(record)), False
            self._new[type(record)].append(record)
        elif changed:
            self._changed[type(record)].append((record, changed))

    def write(self) -> None:
        """Their rows, history and all; what each stores besides is left to its `when_written`.

        Raises `IntegrityError` for what the database refuses.
        """
        for model in self._new:
            insert(self._new[model], self._draft)
            update(self._changed[model], self._draft)
            for record in (*self._new[model], *(record for record, _names in self._changed[model])):
                record.note_as_stored()
        self._keys.used()
