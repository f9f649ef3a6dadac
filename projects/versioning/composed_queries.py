"""Composed queries: querysets as tables of one statement, each asking the state of knowledge that it was made in.

So what was known at two times is joined in the database, and only what is asked of both comes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import QuerySet

from projects.database.read_replica import read_alias

from .as_of import as_known, in_the_present


@dataclass(frozen=True)
class Part:
    """The SQL of a query, and the values of its placeholders in their order."""

    sql: str
    values: tuple[Any, ...]

    def as_known(self) -> Part:
        """The same query, put to the state that is looked at."""
        return Part(as_known(self.sql, connections[read_alias()].vendor), self.values)


def part_of(rows: QuerySet) -> Part:
    """The query of some rows, put to no state yet."""
    # what is plain to find nothing has to have its columns all the same
    sql, values = rows.query.get_compiler(read_alias(), elide_empty=False).as_sql()
    return Part(sql, tuple(values))


def fetched(sql: str, *parts: Part) -> list[dict[str, Any]]:
    """The rows of a statement that names the parts `{0}`, `{1}` …, in this order and each of them once."""
    statement = sql.format(*(part.sql for part in parts))
    with in_the_present(), connections[read_alias()].cursor() as cursor:
        cursor.execute(statement, [value for part in parts for value in part.values])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
