"""Last-Modified of a file: which tables it is read from, and in which state one of them was changed last.

A client that was given the file in that state or a later one still has it as it is now, whatever else was written since.
Nothing can be told from the content of a file, which is sent while it is made.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from django.core.exceptions import EmptyResultSet
from django.db.models import Model, QuerySet

from projects.database.rollups.state import record_tables
from projects.models import DataState, TableState

_NAME = re.compile(r'"(\w+)"')


def tables_of(rows: QuerySet, models: Iterable[type[Model]]) -> set[str]:
    """The tables of records that the rows are found by, and those of the models that they are shown with."""
    try:
        sql, _values = rows.query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        sql = ""
    named = {model._meta.db_table for model in models} | {rows.model._meta.db_table} | set(_NAME.findall(sql))
    return named & record_tables()


def changed_in(tables: Collection[str]) -> int:
    """The number of the state in which one of the tables was changed last, or the frame that all is read by."""
    states = (
        DataState.objects.order_by()
        .values_list("frame")
        .union(TableState.objects.order_by().filter(name__in=tables).values_list("number"), all=True)
    )
    return max((number for (number,) in states), default=0)
