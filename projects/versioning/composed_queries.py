"""Composed queries: querysets as tables of one statement, each asking the state of knowledge that it was made in.

So what was known at two times is joined in the database, and only what is asked of both comes back.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

from projects.database import get_read_alias
from projects.database.sql import Sql

from .as_of import as_known, in_the_present


def in_this_state(query: Sql, *, few: tuple[str, ...] = ()) -> Sql:
    """The query put to the state that is looked at (`few`: see `as_known`)."""
    return Sql(as_known(query.text, connections[get_read_alias()].vendor, few=few), query.values)


def fetched(sql: str, *parts: Sql) -> list[dict[str, Any]]:
    """The rows of a statement that names the parts `{0}`, `{1}` …, in this order and each of them once."""
    statement = sql.format(*(part.text for part in parts))
    with in_the_present(), connections[get_read_alias()].cursor() as cursor:
        cursor.execute(statement, [value for part in parts for value in part.values])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
