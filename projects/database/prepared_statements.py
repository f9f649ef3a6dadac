"""Prepared statements: SQL made once for each kind of question, since to make it costs more than to run it.

A kind is named by everything that the SQL and its values follow from. What comes back are plain values: whole numbers and
texts, which need no conversion on either database. PostgreSQL also plans such a query once for each connection, where
connections are its own: behind a pooler that hands them from one to another it plans each time.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DatabaseError, connections
from django.db.models import QuerySet
from psycopg2.extensions import BYTES, register_type

from projects.database import get_read_alias

from .sql import Sql, literal, written_into

_MOST = 1_000  # kinds that are remembered; the ones asked for the longest ago go first
_MOST_CHARACTERS = (
    4_000_000  # of all of them with their names: most have some thousand, a page of projects fifty thousand
)
REWRITTEN = "rewritten"  # of a wrapper of a connection that changes the text of each statement alone: what does so
_MOST_PLANNED = 200  # plans that a connection of PostgreSQL keeps
# for what is sent with it, or to the end of a transaction under way
_FOR_ALL_VALUES = "SET LOCAL plan_cache_mode = force_generic_plan; "

_kinds: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()  # what was made, and how many characters it has
_lock = threading.Lock()
Made = TypeVar("Made")
# what PostgreSQL says of a statement that another connection of a pooler has planned: it is unknown here, or known already
PLANNED_ELSEWHERE = {"26000", "42P05"}
_pooled: set[str] = set()  # databases whose connections do not remember what they have planned


@dataclass(frozen=True)
class Prepared:
    """The SQL of a query and its values; no SQL where it is plain that it finds nothing.

    With `as_one` it is planned together with these values, and just once: for a query that is asked again and again as it
    is. Otherwise queries that differ in their values share a plan, which is made anew each time if it would be a worse one
    (on SQLite wherever an index is of some values only). With `as_bytes` PostgreSQL's driver gives texts as the bytes that
    they came as: they are sent on, not read. What writes such texts takes longer to plan than any values could be worth, so
    PostgreSQL plans it once for all.
    """

    sql: str
    parameters: tuple[Any, ...]
    as_one: bool = False
    as_bytes: bool = False

    def spelled_out(self) -> Prepared:
        """The same with the values in the SQL, where all of them can be written there."""
        texts = [literal(value) for value in self.parameters]
        if None in texts:
            return self
        return replace(self, sql=written_into(self.sql, texts), parameters=())

    def rows(self) -> list[tuple[Any, ...]]:
        return fetched(self.sql, self.parameters, as_one=self.as_one, as_bytes=self.as_bytes)[1] if self.sql else []

    def dictionaries(self) -> list[dict[str, Any]]:
        """The rows by the names of their columns."""
        if not self.sql:
            return []
        names, rows = fetched(self.sql, self.parameters, as_one=self.as_one)
        return [dict(zip(names, row, strict=True)) for row in rows]


def prepared(kind: Hashable, build: Callable[[], QuerySet], *, as_one: bool = False) -> Prepared:
    """The query of this kind; `build` makes it the first time."""

    def make() -> Prepared:
        new = made(lambda: Sql.of(build()), as_one=as_one)
        return new.spelled_out() if as_one and connections[get_read_alias()].vendor == "sqlite" else new

    return remembered((kind, as_one), make)


def remembered(kind: Hashable, make: Callable[[], Made]) -> Made:
    """What was made for this kind of question on the database that is read; `make` makes it the first time."""
    kind = (get_read_alias(), kind)
    with _lock:
        if kind in _kinds:
            _kinds.move_to_end(kind)
            return _kinds[kind][0]
    new = make()
    size = len(repr(new)) + len(repr(kind))
    with _lock:
        _kinds[kind] = new, size
        _forget()
    return new


def _forget() -> None:
    held = 0
    for _made, size in _kinds.values():
        held += size
    while len(_kinds) > _MOST or (held > _MOST_CHARACTERS and len(_kinds) > 1):
        _kind, (_made, size) = _kinds.popitem(last=False)
        held -= size


def made(build: Callable[[], Sql], *, as_one: bool = False, as_bytes: bool = False) -> Prepared:
    """SQL with its values, for somebody who keeps it. The type of a value follows from its place or from a CAST."""
    try:
        sql = build()
    except EmptyResultSet:
        return Prepared("", ())
    return Prepared(sql.text, sql.values, as_one, as_bytes)


def fetched(
    sql: str, parameters: Sequence[Any], *, using: str = "", as_one: bool = False, as_bytes: bool = False
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The names of the columns and the rows of a query."""
    database = connections[using or get_read_alias()]
    sent = _as_sent(sql, database)
    if sent and _plans_once(database):
        try:
            return _fetched_as_planned(database, sent, parameters, as_one=as_one, as_bytes=as_bytes)
        except DatabaseError as error:
            if getattr(error.__cause__, "pgcode", None) not in PLANNED_ELSEWHERE:
                raise
            _pooled.add(database.alias)
    if sent and database.vendor == "sqlite":
        return _fetched_as_it_is(database, sent, parameters)
    with database.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [column[0] for column in cursor.description], cursor.fetchall()


def _as_sent(sql: str, database: Any) -> str:
    """A statement as wrappers of the connection send it; none where one does more than change its text, or it is logged."""
    if database.queries_logged:
        return ""
    for wrapper in database.execute_wrappers:
        if not (rewritten := getattr(wrapper, REWRITTEN, None)):
            return ""
        sql = rewritten(sql, database.vendor)
    return sql


def _fetched_as_it_is(database: Any, sql: str, parameters: Sequence[Any]) -> tuple[list[str], list[tuple[Any, ...]]]:
    """By the driver's own cursor: Django's would look through the whole text for the places of values each time."""
    database.ensure_connection()
    with database.wrap_database_errors, closing(database.connection.execute(_of_sqlite(sql), parameters)) as cursor:
        return [column[0] for column in cursor.description], cursor.fetchall()


@lru_cache(_MOST_PLANNED)
def _of_sqlite(sql: str) -> str:
    return sql % (("?",) * sql.replace("%%", "").count("%s"))


def _fetched_as_planned(
    database: Any, sql: str, parameters: Sequence[Any], *, as_one: bool, as_bytes: bool
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """By the driver's own cursor: Django's would cost more than the query, and has nothing to add to plain values."""
    database.ensure_connection()
    with database.wrap_database_errors, database.connection.cursor() as cursor:
        if as_bytes:
            register_type(BYTES, cursor)
        call, values = _planned(database, cursor, sql, parameters, as_one=as_one)
        cursor.execute(f"{_FOR_ALL_VALUES}{call}" if as_bytes else call, values)
        return [column[0] for column in cursor.description], cursor.fetchall()


def _plans_once(database: Any) -> bool:
    """Whether the statement may be sent as one that is planned already.

    Not inside a transaction, which a refusal would end.
    """
    return database.vendor == "postgresql" and not database.in_atomic_block and database.alias not in _pooled


def _planned(
    database: Any, cursor: Any, sql: str, parameters: Sequence[Any], *, as_one: bool
) -> tuple[str, Sequence[Any]]:
    """The call of a statement that this connection has planned, now if it had not."""
    name = _name_of(sql, tuple(parameters) if as_one else ())
    known = _known_to(database.connection)
    if name not in known:
        if len(known) >= _MOST_PLANNED:
            cursor.execute("DEALLOCATE ALL")
            known.clear()
        if as_one:
            cursor.execute(f"PREPARE {name} AS {sql}", parameters)
        else:
            body = sql % tuple(f"${number}" for number in range(1, len(parameters) + 1))
            cursor.execute(f"PREPARE {name} AS {body}")
        known.add(name)
    if as_one or not parameters:
        return f"EXECUTE {name}", ()
    return f"EXECUTE {name}({', '.join(['%s'] * len(parameters))})", parameters


@lru_cache(_MOST)
def _name_of(sql: str, values: tuple[Any, ...]) -> str:
    return "q" + hashlib.blake2b(repr((sql, values)).encode(), digest_size=8).hexdigest()


_connections: dict[int, tuple[Any, set[str]]] = {}


def _known_to(raw: Any) -> set[str]:
    """Names of the statements that a connection of the driver has planned."""
    found = _connections.get(id(raw))
    if found is None or found[0] is not raw:
        for key in [key for key, (other, _names) in list(_connections.items()) if other.closed]:
            _connections.pop(key, None)
        found = _connections[id(raw)] = (raw, set())
    return found[1]
