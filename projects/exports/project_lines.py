"""Project lists as lines of NDJSON or CSV that the database writes: the server only hands them on.

One statement, so all rows are of one moment. What is shown beside the project's own columns (the annual plan, the money
disbursed, the sources of claims) is grouped once for all projects and joined.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, OrderBy, QuerySet

from projects.database.sql import Sql, joined
from projects.models import Claim, Enterprise, Project
from projects.pagination import COLUMN, order_of, with_places
from projects.totals.span import disbursed_by_entry

from .member_sql import AsCells, AsJson, Pieces
from .project_sql import COLUMNS, RecordContext, member
from .sql_text import Dialect, written

_ROWS = 500  # that are fetched at once
# all rows will be fetched, so the first are not to be had early at the price of the rest; and they are sorted in memory
_FOR_ALL_ROWS = (
    "SELECT set_config('cursor_tuple_fraction', '1', true), set_config('jit', 'off', true),"
    " set_config('work_mem', '64MB', true)"
)
_NO_LIMIT = 2**62
ENTRY = ("project_id", "plan", "status", "id")


class ProjectLine:
    """The SQL of a line for a user, in `joins` what it is read from, in order, and in `tables` what is laid out before."""

    def __init__(self, found: RecordContext, user: Any, dialect: Dialect) -> None:
        self.found, self.user, self.dialect = found, user, dialect
        self.form = AsJson(dialect, in_chinese=found.in_chinese)
        self.short_forms = dict(found.short)
        self.joins: dict[str, Sql] = {}
        self.tables: dict[str, Sql] = {}

    def json(self) -> Sql:
        return written(self.form.record({name: member(name, self) for name in self.found.names}))

    def entry(self, column: str) -> Sql:
        if "e" not in self.joins:
            self.joins["e"] = self._entries()
        return Sql(f"e.{column}")

    def reference(self, name: str, model: type[Model], key: Sql) -> Pieces:
        raise NotImplementedError

    def looked_up(self, name: str, model: type[Model], key: Sql) -> Pieces:
        """A record of which there are few: each is written once, and laid out before."""
        short, table = self.short_forms[model], f"texts_of_{model._meta.model_name}"
        form = self.form.bare if isinstance(self.form, AsCells) else self.form
        text = written(form.short(model, short, "t"))
        self.tables[table] = joined(["SELECT t.id, ", text, f' AS text FROM "{model._meta.db_table}" t'])  # nosec B608 # our own names
        self.joins[f"r_{name}"] = self.dialect.looked_up(f"r_{name}", table, key.text)
        return (Sql(f"COALESCE(r_{name}.text, '{self.form.nothing(len(short))}')"),)

    def disbursed(self) -> Sql:
        raise NotImplementedError

    def source_of(self, figure: str) -> Sql:
        raise NotImplementedError

    def claims(self) -> QuerySet:
        """Those that figures follow."""
        return Claim.objects.visible_to(self.user).filter(adopted=True).order_by()

    def sources(self, claims: QuerySet) -> Sql:
        """Those that claims name: a column for each figure, of one row for each project."""
        columns = ", ".join(
            f"MAX(CASE WHEN figure = '{each}' THEN source_id END) AS {each}" for each in Project.attributed
        )
        found = Sql.of(claims.values_list("project_id", "figure", "source_id")).spelled_out()
        return found.summed(f"project_id, {columns}", by="project_id")

    def _entries(self) -> Sql:
        return _left_join(self.found.span.entries_with_plan().order_by().values_list(*ENTRY), "e", ENTRY, "p.id")


class LineOfMany(ProjectLine):
    """A line of a file: what it needs is laid out for all rows at once."""

    def cells(self) -> Sql:
        """A row of a table."""
        self.form = AsCells(self.dialect, in_chinese=self.found.in_chinese)
        return written(self.form.record({name: member(name, self) for name in self.found.names}))

    def reference(self, name: str, model: type[Model], key: Sql) -> Pieces:
        short = self.short_forms[model]
        nothing = self.form.nothing(len(short))
        if model is Enterprise:  # nearly every project has one of its own
            self.joins["c"] = Sql(f' LEFT JOIN "{model._meta.db_table}" c ON c.id = {key.text}')
            text = written(self.form.short(model, short, "c"))
            return (Sql(f"CASE WHEN c.id IS NULL THEN '{nothing}' ELSE {text.text} END", text.values),)
        return self.looked_up(name, model, key)

    def disbursed(self) -> Sql:
        self.entry("id")
        self.joins["d"] = _left_join(disbursed_by_entry(self.found.span), "d", ("entry_id", "total"), "e.id")
        return Sql("d.total")

    def source_of(self, figure: str) -> Sql:
        self.joins["k"] = joined([" LEFT JOIN (", self.sources(self.claims()), ") k ON k.project_id = p.id"])
        return Sql(f"k.{figure}")


class ProjectLines:
    """The projects of a question, each as one line."""

    def __init__(self, rows: QuerySet, found: RecordContext, user: Any) -> None:
        self.rows, self.found = rows, found
        self.dialect = Dialect(connections[rows.db].vendor)
        self.line = LineOfMany(found, user, self.dialect)

    def as_json(self, *, after: int = 0) -> Iterator[bytes]:
        """NDJSON, without the first `after` rows."""
        return self._written(self.line.json, end="\n", after=after)

    def as_csv(self) -> Iterator[bytes]:
        """The rows of a table, without its head."""
        return self._written(self.line.cells, end="\r\n")

    def _written(self, line: Callable[[], Sql], *, end: str, after: int = 0) -> Iterator[bytes]:
        try:
            statement = self._statement(line, after)
        except EmptyResultSet:
            return
        connection = connections[self.rows.db]
        with connection.cursor() as cursor:
            if not self.dialect.is_sqlite and connection.in_atomic_block:
                cursor.execute(_FOR_ALL_ROWS)
        with connection.chunked_cursor() as cursor:
            self.dialect.give_bytes(cursor)
            cursor.execute(statement.text, statement.values)
            while rows := cursor.fetchmany(_ROWS):
                yield self._as_sent(rows, end)

    def _as_sent(self, rows: Sequence[tuple[Any, Any]], end: str) -> bytes:
        if self.dialect.is_sqlite:
            return (end.join([with_addresses(line, code, self.found) for line, code in rows]) + end).encode()
        lines, codes = zip(*rows, strict=True)
        if not b"".join(codes).isascii():
            lines = tuple(with_addresses(line.decode(), code.decode(), self.found).encode() for line, code in rows)
        return end.encode().join([*lines, b""])

    def _statement(self, write: Callable[[], Sql], after: int) -> Sql:
        order = order_of(self.rows)
        rows = Sql.of(with_places(self.rows.order_by(), order).values_list(*COLUMNS, *places_of(order)))
        # with a limit PostgreSQL sorts the rows before it writes their lines, which are far longer
        tail = f" ORDER BY {in_order('p', order)} LIMIT {_NO_LIMIT} OFFSET {after:d}"
        line = write()
        laid_out = [joined([f"{name} AS MATERIALIZED (", sql, ")"]) for name, sql in self.line.tables.items()]
        head = ["WITH ", joined(laid_out, ", "), " SELECT "] if laid_out else ["SELECT "]
        return joined([*head, line, ", p.code FROM (", rows, ") p", *self.line.joins.values(), tail])


def places_of(order: Collection[OrderBy]) -> list[str]:
    return [COLUMN.format(number) for number in range(len(order))]


def in_order(alias: str, order: Sequence[OrderBy]) -> str:
    """The order of rows that have their places, as SQL."""
    return ", ".join(
        f"{alias}.{COLUMN.format(number)} {'DESC' if each.descending else 'ASC'}{' NULLS LAST' if each.nulls_last else ''}"
        for number, each in enumerate(order)
    )


def with_addresses(line: str, code: str, found: RecordContext) -> str:
    """A line as it is handed on: codes may have Chinese characters, which an address holds in another way."""
    if code.isascii():
        return line
    before, behind = found.address
    line = line.replace(f"{before}{code}{behind}", f"{before}{quote(code)}{behind}")
    for _name, link in found.links:
        line = line.replace(f'{link}{code}"', f'{link}{quote(code)}"')
    return line


def _left_join(rows: QuerySet, alias: str, columns: Sequence[str], key: str) -> Sql:
    """A join with rows of which each `key` has one at most; `columns` are theirs, the first is held against the key."""
    try:
        found = Sql.of(rows).spelled_out()
    except EmptyResultSet:
        nothing = ", ".join(f"NULL AS {column}" for column in columns[1:])
        return Sql(f" LEFT JOIN (SELECT 0 AS {columns[0]}, {nothing}) {alias} ON 1 = 0")
    return Sql(f" LEFT JOIN ({found.text}) {alias} ON {alias}.{columns[0]} = {key}", found.values)
