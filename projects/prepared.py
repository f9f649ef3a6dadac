"""Queries that are built once for each kind of question: to make the SQL of one costs more than to run it.

A kind is named by everything that the SQL and its values follow from. What comes back are plain values: whole numbers and
texts, which need no conversion on either database.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet

_MOST = 2_000  # kinds that are remembered; the ones asked for the longest ago go first

_kinds: OrderedDict[Hashable, Prepared] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Prepared:
    """The SQL of a query and its values; no SQL where it is plain that it finds nothing."""

    sql: str
    parameters: tuple[Any, ...]

    def rows(self) -> list[tuple[Any, ...]]:
        if not self.sql:
            return []
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.parameters)
            return cursor.fetchall()

    def records(self, model: type[Model]) -> list[Any]:
        """The rows as records of a model, with the other columns as attributes."""
        return list(model._default_manager.raw(self.sql, self.parameters)) if self.sql else []

    def dictionaries(self) -> list[dict[str, Any]]:
        """The rows by the names of their columns."""
        if not self.sql:
            return []
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.parameters)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def prepared(kind: Hashable, build: Callable[[], QuerySet]) -> Prepared:
    """The query of this kind; `build` makes it the first time."""
    kind = (connection.alias, kind)
    with _lock:
        found = _kinds.get(kind)
        if found is not None:
            _kinds.move_to_end(kind)
            return found
    try:
        sql, parameters = build().query.get_compiler(connection.alias).as_sql()
    except EmptyResultSet:
        sql, parameters = "", ()
    made = Prepared(sql, tuple(parameters))
    with _lock:
        _kinds[kind] = made
        if len(_kinds) > _MOST:
            _kinds.popitem(last=False)
    return made
