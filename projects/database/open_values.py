"""Open values: SQL made once for all questions that differ in some of their values alone, since to make it costs the most.

It is made with stand-ins, values that nobody means, and filled in with what is asked where these have come to stand. All
other values are part of the kind of question, so they are written into the SQL: an index of some values only is then chosen
once, and nobody has to guess their types.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import QuerySet

from projects.database import get_read_alias

from .prepared_statements import Prepared, made, remembered
from .sql import Sql, literal, written_into

_NUMBER = 4_611_686_018_427_000_000  # keys and amounts are far below
_DAY = dt.date(9000, 1, 1)
_OPEN, _CLOSE = "\ue000", "\ue001"  # characters that nobody types

UNSAID = _OPEN  # in words of a question, where a value is open
Built = QuerySet | Sql


@dataclass(frozen=True)
class ValuePlace:
    """Where a value comes to stand; `within`: where a text is looked for within others."""

    number: int
    within: bool = False


@dataclass(frozen=True)
class OpenStatement:
    """SQL in which some values are open."""

    sql: str
    places: tuple[ValuePlace, ...]
    as_bytes: bool = False


def with_open_values(
    kind: Hashable, values: Sequence[Any], build: Callable[[list[Any]], Built], *, as_bytes: bool = False
) -> Prepared:
    """The statement of this kind with these values; `build` makes it of stand-ins for them the first time.

    A value is a whole number, a day or a text. It has to come to stand in the statement as it is, or as a text that is
    looked for within others: a kind of question for which Python looks at the value, or writes it in another way, has the
    value in the kind.
    """

    def make() -> OpenStatement:
        stand_ins = stand_ins_for(values)
        return opened(built(lambda: build(stand_ins)), stand_ins, as_bytes=as_bytes)

    statement = remembered(("open", kind, tuple(map(type, values)), as_bytes), make)
    if not statement.sql and values:  # nothing is found for the stand-ins: perhaps the column holds no number as large
        return built(lambda: build(list(values)), as_bytes=as_bytes)
    return filled(statement, values)


def filled(statement: OpenStatement, values: Sequence[Any]) -> Prepared:
    """The statement with these values."""
    database = connections[get_read_alias()]
    stored = [_as_stored(value, database) for value in values]
    placed = [
        _within(database.ops.prep_for_like_query(values[each.number])) if each.within else stored[each.number]
        for each in statement.places
    ]
    return Prepared(statement.sql, tuple(placed), as_bytes=statement.as_bytes)


def built(build: Callable[[], Built], *, as_bytes: bool = False) -> Prepared:
    """The statement of this question alone."""

    def sql() -> Sql:
        found = build()
        return found if isinstance(found, Sql) else Sql.of(found)

    return made(sql, as_bytes=as_bytes)


def _stand_in(value: Any, number: int) -> Any:
    if isinstance(value, str):
        return f"{_OPEN}{number}{_CLOSE}"
    return _DAY + dt.timedelta(days=number) if isinstance(value, dt.date) else _NUMBER + number


def _as_stored(value: Any, database: Any) -> Any:
    return database.ops.adapt_datefield_value(value) if isinstance(value, dt.date) else value


def _within(text: str) -> str:
    """As `contains` and `icontains` have a text."""
    return f"%{text}%"


def stand_ins_for(values: Sequence[Any]) -> list[Any]:
    return [_stand_in(value, number) for number, value in enumerate(values)]


def opened(new: Prepared, stand_ins: Sequence[Any], *, as_bytes: bool = False) -> OpenStatement:
    """The statement that was made with these stand-ins, which are open in it."""
    database = connections[get_read_alias()]
    places = {_as_stored(each, database): ValuePlace(number) for number, each in enumerate(stand_ins)}
    texts = [each for each in stand_ins if isinstance(each, str)]
    places |= {_within(each): ValuePlace(stand_ins.index(each), within=True) for each in texts}
    parameters = [places.get(each, each) if type(each) in (int, str, dt.date) else each for each in new.parameters]
    if any(isinstance(each, str) and _OPEN in each for each in (new.sql, *parameters)):
        raise ValueError("a value that is open stands in the statement otherwise than it is asked")
    texts = ["\0" if type(each) is ValuePlace else _written(each, database) for each in parameters]
    sql = written_into(new.sql, texts).replace("\0", "%s") if texts else new.sql
    return OpenStatement(sql, tuple(each for each in parameters if type(each) is ValuePlace), as_bytes)


def _written(value: Any, database: Any) -> str:
    """A value as SQL has it."""
    if database.vendor == "postgresql":
        with database.cursor() as cursor:
            return cursor.mogrify("%s", [value]).decode()
    text = literal(value)
    if text is None:
        raise TypeError(f"{type(value).__name__} cannot be written into SQL")
    return text
