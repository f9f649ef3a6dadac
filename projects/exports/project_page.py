"""One page of projects, or one project, as lines that the database writes: what they need is looked up for these rows alone.

The SQL that writes the lines follows from the kind of question (`RecordContext`), so it is made once for each; only which
rows are meant is said anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import orjson
from django.db import connections
from django.db.models import Model, OrderBy, QuerySet
from django.db.models.expressions import RawSQL

from projects.database import get_read_alias
from projects.database.open_values import with_open_values
from projects.database.prepared_statements import Prepared, made, remembered
from projects.database.sql import Sql, joined
from projects.models import Prefecture, Project
from projects.pagination import order_of, with_places
from projects.totals.figures import disbursed_by_entry
from projects.totals.rollup_sums import number_of_projects
from projects.totals.scope import Scope
from projects.totals.scope_statements import statement_of
from projects.versioning.digests import digest_of
from sectors.models import ChainLink, Sector

from .member_sql import Pieces
from .project_lines import ENTRY, ProjectLine, in_order, places_of, with_addresses
from .project_sql import COLUMNS, VERSION, RecordContext
from .sql_text import Dialect, written

STORED, PLACE = "stored", "place"  # what may be asked of each row beside its line: its columns, and where it stands
_TABLE = Project._meta.db_table
_VERSION = VERSION.encode()
_LISTED = (Sector, ChainLink, Prefecture)  # few, of which a page names each again and again
_BY_INDEX = ("sector", "chain_link", "prefecture", "enterprise")  # filters by which a part of the list is found
_NOT_COUNTED = Sql("CAST(NULL AS bigint)")


class LineOfFew(ProjectLine):
    """A line of a page: each thing that it needs is looked up by its key."""

    is_one = False  # of one project alone

    def reference(self, name: str, model: type[Model], key: Sql) -> Pieces:
        if model in _LISTED and not self.is_one:
            return self.looked_up(name, model, key)
        short = self.short_forms[model]
        text = written(self.form.short(model, short, "r"))
        table = model._meta.db_table
        found = ["COALESCE((SELECT ", text, f' FROM "{table}" r WHERE r.id = ', key, "), 'null')"]
        return (joined(["CASE WHEN ", key, " IS NULL THEN 'null' ELSE ", *found, " END"]),)

    def disbursed(self) -> Sql:
        """Laid out before the lines, which name it three times: it would be summed as often."""
        if "of_asked" not in self.tables:
            own = disbursed_by_entry(self.found.span).filter(entry_id=RawSQL("e.id", ()))
            total, columns = _one(own.values("total")).spelled_out(), ", ".join(f"e.{name}" for name in ENTRY[1:])
            self.entry("id")
            head = [f"SELECT p.id AS {ENTRY[0]}, {columns}, ", total, " AS total FROM asked p"]
            self.tables["of_asked"] = joined([*head, self.joins["e"]])
            self.joins["e"] = Sql(f" LEFT JOIN of_asked e ON e.{ENTRY[0]} = p.id")
        return Sql("e.total")

    def source_of(self, figure: str) -> Sql:
        """Laid out before the lines: hardly a project has a claim, and each figure would look for its own."""
        if "of_claims" not in self.tables:
            own = self.claims().filter(project_id__in=RawSQL("SELECT id FROM asked", ()))
            self.tables["of_claims"] = self.sources(own)
            self.joins["k"] = Sql(" LEFT JOIN of_claims k ON k.project_id = p.id")
        return Sql(f"k.{figure}")

    def _entries(self) -> Sql:
        """One for each row at the most. PostgreSQL would read all entries of the list, were it not told so."""
        if self.dialect.is_sqlite:
            return super()._entries()
        own = self.found.span.entries_with_plan().order_by().filter(project_id=RawSQL("p.id", ()))
        entry = Sql.of(own.values_list(*ENTRY)[:1]).spelled_out()
        return Sql(f" LEFT JOIN LATERAL ({entry.text}) e ON true", entry.values)


def _one(rows: QuerySet) -> Sql:
    found = Sql.of(rows)
    return Sql(f"({found.text})", found.values)


def numbered(scope: Scope, found: RecordContext, first: int, size: int, more: frozenset[str]) -> Prepared:
    """The statement for `size` projects of a scope from index `first` on, and for how many there are.

    The size is no open value, nor is the beginning of the first page: PostgreSQL takes what it does not know for a tenth of
    the list, and plans each page anew.
    """

    def build(scope: Scope, first: int = 0) -> Sql:
        rows = scope.projects()
        is_narrow = scope.as_of is not None and any(name in _BY_INDEX for name, _value in scope.filters)
        count = None if is_narrow else _count(rows, scope)
        return _statement(rows, found, scope.user, size=size, first=first, more=more, count=count)

    kind, behind = ("numbered projects", found, more, size), [first] if first else []
    return statement_of(scope, kind, build, *behind, as_bytes=True)


def of_code(code: str, scope: Scope, found: RecordContext, more: frozenset[str]) -> Prepared:
    """The statement for one project, if the user may see it."""

    def build(values: list[Any]) -> Sql:
        rows = Project.objects.visible_to(scope.user).filter(code=values[0])
        return _statement(rows, found, scope.user, size=1, more=more)

    return with_open_values(("project", found, more), [code], build, as_bytes=True)


def first_of(
    rows: QuerySet, size: int, scope: Scope, found: RecordContext, more: frozenset[str], order: Sequence[OrderBy] = ()
) -> Prepared:
    """The statement for the first of some rows; see `_statement`."""
    build = partial(_statement, rows, found, scope.user, size=size, more=more, order=order)
    return made(build, as_bytes=True)


def _statement(
    rows: QuerySet,
    found: RecordContext,
    user: Any,
    *,
    size: int,
    first: int = 0,
    more: frozenset[str],
    count: Sql | None = _NOT_COUNTED,
    order: Sequence[OrderBy] = (),
) -> Sql:
    """For `size` of the rows from index `first` on. Raises `EmptyResultSet` where it is plain that there are none.

    They are ordered already by `order`, and have their places, where it is given. `more` is what is given of each of them
    beside its line. Without a `count` all are laid out, to be counted too: few, where each is dear to find, as in a past.
    """
    if not order:
        order = order_of(rows)
        rows = with_places(rows, order)
    places = places_of(order)
    columns, asked = ", ".join(["id", *places]), Sql.of(rows.values_list("pk", *places))
    laid_out: list[Sql | str] = []
    if count is None:
        laid_out = [f"every ({columns}) AS MATERIALIZED (", Sql.of(rows.order_by().values_list("pk", *places)), "), "]
        asked = Sql(f"SELECT {columns} FROM every ORDER BY {in_order('every', order)}")  # nosec B608 # our own columns
        count = Sql("(SELECT COUNT(*) FROM every)")
    limit = Sql(" LIMIT %s OFFSET %s", (size, first))
    head = [
        "WITH ",
        *laid_out,
        f"asked ({columns}) AS MATERIALIZED (",
        asked,
        limit,
        "), counted (number) AS (SELECT ",
        count,
    ]
    in_place = in_order("asked", order)
    is_one = size == 1
    lines = remembered(
        (found, in_place, more, is_one), lambda: _lines(found, user, places, in_place, more, is_one=is_one)
    )
    return joined([*head, "), ", lines])


def _count(rows: QuerySet, scope: Scope) -> Sql:
    """How many rows there are, which are those of a scope: from the rollup, or counted."""
    from_rollup = number_of_projects(scope)
    if from_rollup is not None:
        return joined(["CAST(COALESCE(", _one(from_rollup), ", 0) AS bigint)"])
    return joined(["(SELECT COUNT(*) FROM ", _one(rows.order_by().values_list("pk")), " n)"])


def _lines(
    found: RecordContext, user: Any, places: Sequence[str], in_place: str, more: frozenset[str], *, is_one: bool
) -> Sql:
    """One row, of NULL and NULL where there are none: the database hands over one text faster than many."""
    dialect = Dialect(connections[get_read_alias()].vendor)
    line = LineOfFew(found, user, dialect)
    line.is_one = is_one
    columns = {"line": line.json(), "code": Sql("p.code")}
    if STORED in more:
        columns[STORED] = Sql(dialect.array(f"p.{column}" for column in COLUMNS))
    if PLACE in more:
        columns[PLACE] = Sql(dialect.array(f"asked.{place}" for place in places))
    shown = joined((joined([text, f" AS {name}"]) for name, text in columns.items()), ", ")
    laid_out = [part for name, sql in line.tables.items() for part in (f"{name} AS MATERIALIZED (", sql, "), ")]
    head = [
        *laid_out,
        "l AS MATERIALIZED (SELECT ",
        shown,
        f' FROM asked CROSS JOIN "{_TABLE}" p',
        *line.joins.values(),
    ]
    given = [dialect.together(name) if name in columns else "NULL" for name in ("line", "code", STORED, PLACE)]
    tail = f"SELECT {', '.join(given)}, (SELECT number FROM counted) FROM l"  # nosec B608 # our own names
    return joined([*head, f" WHERE p.id = asked.id ORDER BY {in_place}) ", tail])


class StoredProject(SimpleNamespace):
    """The columns of a project, as JSON holds them."""

    _meta = Project._meta


@dataclass(frozen=True)
class ProjectPage:
    """What the database wrote: the lines with line feeds between, and what was asked beside them."""

    lines: bytes = b""
    count: int | None = 0
    stored: Sequence[Any] = ()
    places: Sequence[bytes] = ()

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]], found: RecordContext) -> ProjectPage:
        """Of what the statement gave."""
        if not rows:
            return cls()
        [(lines, codes, stored, places, count)] = rows
        page = cls(_as_bytes(lines), count, [_record(each) for each in _lines_of(stored)], _lines_of(places))
        return page._finished(_as_bytes(codes), found)

    def _finished(self, codes: bytes, found: RecordContext) -> ProjectPage:
        """With what is made in Python: versions, and addresses of codes with Chinese characters."""
        lines = self.lines
        if not codes.isascii():
            each = zip(lines.decode().split("\n"), codes.decode().split("\n"), strict=True)
            lines = "\n".join(with_addresses(line, code, found) for line, code in each).encode()
        if "version" in found.names:
            pairs = zip(lines.split(b"\n"), self.stored, strict=bool(self.stored))
            lines = b"\n".join(line.replace(_VERSION, digest_of(record).encode()) for line, record in pairs)
        return self if lines is self.lines else replace(self, lines=lines)

    def first(self, size: int) -> ProjectPage:
        """Without the row after so many, if there is one."""
        if len(self.places) <= size:
            return self
        return replace(self, lines=self.lines.rpartition(b"\n")[0], stored=self.stored[:size])

    def place(self, number: int) -> list[Any]:
        """Where a row stands."""
        found: list[Any] = orjson.loads(self.places[number])
        return found

    @property
    def records(self) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in self.lines.split(b"\n")] if self.lines else []


def _record(stored: bytes) -> StoredProject:
    return StoredProject(**dict(zip(COLUMNS, orjson.loads(stored), strict=True)))


def _lines_of(texts: str | bytes | None) -> list[bytes]:
    return _as_bytes(texts).split(b"\n") if texts else []


def _as_bytes(text: str | bytes | None) -> bytes:
    """What the database has written, as it is sent on: SQLite's driver gives texts, and where there is no row is nothing."""
    return text.encode() if isinstance(text, str) else text or b""
