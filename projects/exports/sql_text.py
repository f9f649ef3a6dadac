"""SQL expressions that write JSON or CSV cells: a whole set is made into text where it lies.

Each function takes SQL and gives SQL, which both databases understand; what is only one's own is asked of `Dialect`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg2.extensions import BYTES, register_type

from projects.database.sql import Sql, joined
from projects.text import ACTIVE, SIGNS, UNSEEN

_MOST_ARGUMENTS = 90  # of one call; PostgreSQL takes a hundred
_ACTIVE = ", ".join(f"'{each}'" for each in ACTIVE)
_BEFORE = UNSEEN.replace("'", "''")
# looked up, where the characters to leave out are gone through one by one: hardly a text begins with one
_SUSPECT = ", ".join([_ACTIVE, "''''", *(f"'{each}'" for each in UNSEEN if each != "'")])


Piece = str | Sql  # of a line: a text that is the same in every row, or what is a row's own


def written(pieces: Sequence[Piece]) -> Sql:
    """The pieces as one text; NULL is nothing. One call of `format`, which is twice as fast as joining them."""
    calls, texts, values = [], [""], []
    for piece in pieces:
        if isinstance(piece, str):
            texts[-1] += piece.replace("%", "%%")
            continue
        if len(values) == _MOST_ARGUMENTS:
            calls.append(_formatted(texts, values))
            texts, values = [""], []
        values.append(piece)
        texts.append("")
    calls.append(_formatted(texts, values))
    return joined(calls, " || ")


def _formatted(texts: Sequence[str], values: Sequence[Sql]) -> Sql:
    arguments = joined([Sql("CAST(%s AS text)", ("%s".join(texts),)), *values], ", ")
    return Sql(f"format({arguments.text})", arguments.values)


def partial_date(column: str, precision: str) -> str:
    """A date as exactly as it is known; see `periods.PartialDate`."""
    text = f"CAST({column} AS text)"
    quarter = f"substr({text}, 1, 4) || '-Q' || ((CAST(substr({text}, 6, 2) AS integer) + 2) / 3)"
    length = f"CASE {precision} WHEN 'day' THEN 10 WHEN 'month' THEN 7 ELSE 4 END"
    return f"CASE {precision} WHEN 'quarter' THEN {quarter} ELSE substr({text}, 1, {length}) END"


def cell(text: str) -> str:
    """A text as a cell of CSV: in quotes, and never active."""
    return f"CASE WHEN {text} <> '' THEN '\"' || {_inert(text)} || replace({text}, '\"', '\"\"') || '\"' END"


def bare_cell(text: str) -> str:
    """The same with quotes only where they are needed."""
    plain = text
    for each in ',"\r\n':
        plain = f"replace({plain}, '{each}', '')"
    quote = f"CASE WHEN {plain} = {text} THEN '' ELSE '\"' END"
    return f"{quote} || {_inert(text)} || replace({text}, '\"', '\"\"') || {quote}"


def _inert(text: str) -> str:
    begins = f"substr(ltrim({text}, '{_BEFORE}'), 1, 1) IN ({_ACTIVE})"
    lines = text  # with one end and one sign for all, and no blanks
    for before, after in ((" ", ""), ("\t", ""), ("\r", "\n"), *((sign, "=") for sign in SIGNS[1:])):
        lines = f"replace({lines}, '{before}', '{after}')"
    has_lines = f"replace(replace({text}, '\r', ''), '\n', '') <> {text}"
    later = f"{has_lines} AND replace({lines}, '\n=', '') <> {lines}"
    return f"CASE WHEN substr({text}, 1, 1) IN ({_SUSPECT}) AND {begins} OR {later} THEN '''' ELSE '' END"


class Dialect:
    """What the databases call differently."""

    def __init__(self, vendor: str) -> None:
        self.is_sqlite = vendor == "sqlite"

    def text_as_json(self, text: str) -> str:
        """A text that is never NULL. Many are empty, which is known sooner than what needs to be escaped."""
        return f"CASE {text} WHEN '' THEN '\"\"' ELSE {self.quoted(text)} END"

    def quoted(self, text: str) -> str:
        return f"json_quote({text})" if self.is_sqlite else f"CAST(to_json({text}) AS text)"

    def array(self, columns: Iterable[str]) -> str:
        """Values of a row as JSON."""
        return f"{'json_array' if self.is_sqlite else 'json_build_array'}({', '.join(columns)})"

    def host(self, address: str) -> str:
        """The host of a web address, without `www.`."""
        if not self.is_sqlite:
            return rf"substring({address} from '//(?:www\.)?([^/?#]*)')"
        rest = f"substr(replace({address}, '//www.', '//'), instr({address}, '//') + 2)"
        return f"substr({rest}, 1, instr(replace(replace({rest}, '?', '/'), '#', '/') || '/', '/') - 1)"

    def together(self, column: str) -> str:
        """The texts of all rows in one, with line feeds between, in the order in which the rows are.

        On SQLite as the bytes that are sent on: its driver would read them as a text, to be written as bytes again.
        """
        if self.is_sqlite:
            return f"CAST(group_concat({column}, char(10)) AS blob)"
        return f"string_agg(CAST({column} AS text), chr(10))"

    def give_bytes(self, cursor: Any) -> None:
        """Have the cursor give texts as the bytes that they came as, where it can: they are sent on, not read."""
        if not self.is_sqlite:
            register_type(BYTES, cursor.cursor)

    def looked_up(self, alias: str, texts: str, key: str) -> Sql:
        """A join that gives each row as `alias.text` one of the few rows of a table of `id` and `text`, or NULL."""
        if self.is_sqlite:  # makes an index of them
            return Sql(f" LEFT JOIN {texts} {alias} ON {alias}.id = {key}")
        # a constant of the statement: it is looked up where the line is written, so no row is sorted with its texts
        found = f"(SELECT jsonb_object_agg(id, text) FROM {texts}) ->> CAST({key} AS text)"  # nosec B608 # our own names
        return Sql(f" CROSS JOIN LATERAL (SELECT {found} AS text) {alias}")
