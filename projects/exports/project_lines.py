"""Project lists as NDJSON or CSV lines that the database writes: the server only hands them on.

One statement, so all rows are of one moment. What a list asks for each of its fifty rows (the plan of the year, the money
disbursed, the sources of claims) is grouped once for all projects and joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

from projects.models import Claim, Enterprise, Project
from projects.pagination import COLUMN, order_of, with_places
from projects.totals.figures import disbursed_by_entry
from projects.totals.scope import Scope

from .project_sql import DISBURSED, REFERENCES, Member, Surroundings, members_of
from .sql_text import Dialect, Piece, Sql, written

_ROWS = 500  # that are fetched at once
# all rows will be fetched, so the first are not to be had early at the price of the rest; and they are sorted in memory
_FOR_ALL_ROWS = (
    "SELECT set_config('cursor_tuple_fraction', '1', true), set_config('jit', 'off', true),"
    " set_config('work_mem', '64MB', true)"
)
_NO_LIMIT = 2**62
ENTRY = ("project_id", "plan", "status", "id")
_COLUMNS = [each.attname for each in Project._meta.concrete_fields]


class ProjectLines:
    """The projects of a scope, each as one line. `names` are the members that are shown, in their order."""

    disbursed_of_entry = DISBURSED

    def __init__(self, rows: QuerySet, scope: Scope, found: Surroundings, names: Sequence[str]) -> None:
        self.rows, self.scope, self.found, self.names = rows, scope, found, names
        self.dialect = Dialect(connections[rows.db].vendor)
        self.members: dict[str, Member] = members_of(found, self.disbursed_of_entry)

    def as_json(self, *, after: int = 0) -> Iterator[bytes]:
        """NDJSON, without the first `after` rows."""
        return self._written(self.json_line(), end="\n", after=after)

    def json_line(self) -> Sql:
        """A row as JSON."""
        pieces: list[Piece] = []
        for name in self.names:
            pieces += [f'{"," if pieces else "{"}"{name}":', *self.members[name].json(self.dialect)]
        return written([*pieces, "}"])

    def as_csv(self) -> Iterator[bytes]:
        """The rows of a table, without its head."""
        pieces = [piece for name in self.names for piece in (*self.members[name].cells, ",")]
        return self._written(written(pieces[:-1]), end="\r\n")

    def _written(self, line: Sql, *, end: str, after: int = 0) -> Iterator[bytes]:
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
        address, links = self.found.address, self.found.links
        if self.dialect.is_sqlite:
            return (end.join([with_addresses(line, code, address, links) for line, code in rows]) + end).encode()
        lines, codes = zip(*rows, strict=True)
        if not b"".join(codes).isascii():
            lines = tuple(with_addresses(line.decode(), code.decode(), address, links).encode() for line, code in rows)
        return end.encode().join([*lines, b""])

    def _statement(self, line: Sql, after: int) -> Sql:
        rows = compiled(self.inner(self.rows.order_by()))
        joins = self.joined()
        # with a limit PostgreSQL sorts the rows before it writes their lines, which are far longer
        return Sql(
            f"SELECT {line.text}, p.code FROM ({rows.text}) p{joins.text}"  # nosec B608 # querysets, whose values go beside them
            f" ORDER BY {self.places()} LIMIT {_NO_LIMIT} OFFSET {after:d}",
            (*line.values, *rows.values, *joins.values),
        )

    def inner(self, rows: QuerySet, *more: str) -> QuerySet:
        """The project's own columns, `more` that the rows have, and those that they are ordered by."""
        order = order_of(self.rows)
        places = [COLUMN.format(number) for number in range(len(order))]
        return with_places(rows, order).values_list(*_COLUMNS, *more, *places)

    def places(self) -> str:
        """The order of the rows, by the columns of `inner`."""
        return ", ".join(
            f"p.{COLUMN.format(number)} {'DESC' if each.descending else 'ASC'}{' NULLS LAST' if each.nulls_last else ''}"
            for number, each in enumerate(order_of(self.rows))
        )

    def joined(self) -> Sql:
        """What the members of a line need beside the project's own columns."""
        needed = {need for name in self.names for need in self.members[name].needs}
        joins = [join() for need, join in self._joins().items() if need in needed]
        return Sql("".join(join.text for join in joins), tuple(value for join in joins for value in join.values))

    def _joins(self) -> dict[str, Callable[[], Sql]]:
        """What a member may need, the claims before the sources that they name."""
        joins: dict[str, Callable[[], Sql]] = {
            "enterprise": lambda: Sql(f' LEFT JOIN "{Enterprise._meta.db_table}" c ON c.id = p.enterprise_id'),
            "entry": self.entries,
            "disbursed": self.disbursed,
            "claims": self.claims,
        }
        for name in REFERENCES:
            joins[name] = lambda name=name: self._reference(name, name, f"p.{name}_id")
        for figure in Project.attributed:
            name = f"{figure}_source"
            joins[name] = lambda name=name: self._reference(name, "source", f"k.{name}")
        return joins

    def _reference(self, name: str, kind: str, column: str) -> Sql:
        return self.dialect.looked_up(f"r_{name}", self.found.references[kind], column)

    def entries(self) -> Sql:
        return _joined(self.scope.span.entries_with_plan().order_by().values_list(*ENTRY), "e", ENTRY, "p.id")

    def disbursed(self) -> Sql:
        return _joined(disbursed_by_entry(self.scope.span), "d", ("entry_id", "total"), "e.id")

    def claims(self, among: str = "") -> Sql:
        """The sources of the claims that each figure follows, a column for each; `among` narrows the projects."""
        adopted = Claim.objects.visible_to(self.scope.user).filter(adopted=True).order_by()
        found = compiled(adopted.values_list("project_id", "figure", "source_id"))
        columns = "".join(
            f", MAX(CASE WHEN figure = '{figure}' THEN source_id END) AS {figure}_source"
            for figure in Project.attributed
        )
        text = f"SELECT project_id{columns} FROM ({found.text}) a{among} GROUP BY project_id"  # nosec B608 # querysets, whose values go beside them
        return Sql(f" LEFT JOIN ({text}) k ON k.project_id = p.id", found.values)


def with_addresses(line: str, code: str, address: tuple[str, str], links: Mapping[str, str]) -> str:
    """A line as it is handed on: codes may have Chinese characters, which an address holds in another way."""
    if code.isascii():
        return line
    before, behind = address
    line = line.replace(f"{before}{code}{behind}", f"{before}{quote(code)}{behind}")
    for link in links.values():
        line = line.replace(f'{link}{code}"', f'{link}{quote(code)}"')
    return line


def _joined(rows: QuerySet, alias: str, columns: Sequence[str], key: str) -> Sql:
    """A join with rows of which each `key` has one at most; `columns` are theirs, the first is held against the key."""
    try:
        found = compiled(rows)
    except EmptyResultSet:
        nothing = ", ".join(f"NULL AS {column}" for column in columns[1:])
        return Sql(f" LEFT JOIN (SELECT 0 AS {columns[0]}, {nothing}) {alias} ON 1 = 0")
    return Sql(f" LEFT JOIN ({found.text}) {alias} ON {alias}.{columns[0]} = {key}", found.values)


def compiled(rows: QuerySet) -> Sql:
    """The SQL of a query. Raises `EmptyResultSet` where it is plain that it finds nothing."""
    text, values = rows.query.get_compiler(rows.db).as_sql()
    return Sql(text, tuple(values))
