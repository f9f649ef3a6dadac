"""SQL fragments: text of a statement with the values of its placeholders, made of a queryset or written by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from projects.database import get_read_alias


@dataclass(frozen=True)
class Sql:
    """SQL, and the values of its placeholders in their order."""

    text: str
    values: tuple[Any, ...] = ()

    @classmethod
    def of(cls, rows: QuerySet, *, elide_empty: bool = True) -> Sql:
        """The query of a queryset, on the database that is read.

        Raises `EmptyResultSet` where it is plain that it finds nothing, unless its columns are needed all the same.
        """
        text, values = rows.query.get_compiler(get_read_alias(), elide_empty=elide_empty).as_sql()
        return cls(text, tuple(values))

    def summed(self, columns: str, *, by: str = "") -> Sql:
        """What the rows of the query come to, in SQL of our own, for each combination of the columns `by`."""
        groups = f" GROUP BY {by}" if by else ""
        return Sql(f"SELECT {columns} FROM ({self.text}) AS summed{groups}", self.values)  # nosec B608 # our own columns

    def spelled_out(self) -> Sql:
        """The same with the values in the text. Raises `TypeError` for one that is written in another way."""
        texts = [literal(value) for value in self.values]
        if None in texts:
            raise TypeError(f"not all of {self.values} can be written into SQL")
        return Sql(written_into(self.text, texts))


def joined(parts: Iterable[Sql | str], by: str = "") -> Sql:
    """SQL in a row, with the values of all of it."""
    known = [Sql(part) if isinstance(part, str) else part for part in parts]
    return Sql(by.join(part.text for part in known), tuple(value for part in known for value in part.values))


def written_into(text: str, values: Sequence[str | None]) -> str:
    """The SQL with these texts in the places of its values: what has none any more."""
    return (text % tuple(values)).replace("%", "%%")


def literal(value: Any) -> str | None:
    """A value as SQL has it; None for one of a type that is written otherwise."""
    if value is None:
        return "NULL"
    if type(value) in (bool, int):
        return str(int(value))
    if type(value) is dt.date:
        return f"'{value}'"
    return "'" + str(value).replace("'", "''") + "'" if isinstance(value, str) and "\x00" not in value else None
