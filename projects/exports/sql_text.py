"""SQL expressions that write JSON or CSV cells: a whole set is made into text where it lies.

Each function takes SQL and gives SQL, which both databases understand; what is only one's own is asked of `Dialect`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from psycopg2.extensions import BYTES, register_type

from .csv_text import ACTIVE, UNSEEN

_MOST_ARGUMENTS = 90  # of one call; PostgreSQL takes a hundred
_MOST_IN_ARRAY = 64  # up to which PostgreSQL steps to a text sooner than it finds a key
_ACTIVE = ", ".join(f"'{each}'" for each in ACTIVE)
_BEFORE = UNSEEN.replace("'", "''")
# looked up, where the characters to leave out are gone through one by one: hardly a text begins with one
_SUSPECT = ", ".join([_ACTIVE, "''''", *(f"'{each}'" for each in UNSEEN if each != "'")])


@dataclass(frozen=True)
class Sql:
    """SQL, and the values of its placeholders in their order."""

    text: str
    values: tuple[Any, ...] = ()

    @property
    def pair(self) -> tuple[str, tuple[Any, ...]]:
        return self.text, self.values


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
    return Sql(" || ".join(call.text for call in calls), tuple(value for call in calls for value in call.values))


def _formatted(texts: Sequence[str], values: Sequence[Sql]) -> Sql:
    arguments = ["CAST(%s AS text)", *(value.text for value in values)]
    given = ["%s".join(texts), *(each for value in values for each in value.values)]
    return Sql(f"format({', '.join(arguments)})", tuple(given))


def partial_date(column: str, precision: str) -> str:
    """A date as exactly as it is known; see `periods.PartialDate`."""
    text = f"CAST({column} AS text)"
    quarter = f"substr({text}, 1, 4) || '-Q' || ((CAST(substr({text}, 6, 2) AS integer) + 2) / 3)"
    return (
        f"CASE {precision} WHEN 'day' THEN substr({text}, 1, 10) WHEN 'month' THEN substr({text}, 1, 7)"
        f" WHEN 'quarter' THEN {quarter} WHEN 'year' THEN substr({text}, 1, 4) END"
    )


def cell(text: str) -> str:
    """A text as a cell of CSV: in quotes, and never active."""
    begins = f"substr(ltrim({text}, '{_BEFORE}'), 1, 1) IN ({_ACTIVE})"
    inert = f"CASE WHEN substr({text}, 1, 1) IN ({_SUSPECT}) AND {begins} THEN '''' ELSE '' END"
    return f"CASE WHEN {text} <> '' THEN '\"' || {inert} || replace({text}, '\"', '\"\"') || '\"' END"


def number_as_json(number: str) -> str:
    return f"COALESCE(CAST({number} AS text), 'null')"


def word_as_json(word: str) -> str:
    """A text without characters that JSON would escape, or NULL."""
    return f"COALESCE('\"' || {word} || '\"', 'null')"


class Dialect:
    """What the databases call differently."""

    def __init__(self, vendor: str) -> None:
        self.is_sqlite = vendor == "sqlite"

    def text_as_json(self, text: str) -> str:
        """A text that is never NULL. Many are empty, which is known sooner than what needs to be escaped."""
        quoted = f"json_quote({text})" if self.is_sqlite else f"CAST(to_json({text}) AS text)"
        return f"CASE {text} WHEN '' THEN '\"\"' ELSE {quoted} END"

    def together(self, column: str) -> str:
        """The texts of all rows in one, with line feeds between, in the order in which the rows are."""
        return f"group_concat({column}, char(10))" if self.is_sqlite else f"string_agg({column}, chr(10))"

    def give_bytes(self, cursor: Any) -> None:
        """Have the cursor give texts as the bytes that they came as, where it can: they are sent on, not read."""
        if not self.is_sqlite:
            register_type(BYTES, cursor.cursor)

    def looked_up(self, alias: str, texts: Mapping[int, str], key: str) -> Sql:
        """A join that gives each row as `alias.text` one of some ready texts, or NULL, by a column with their key."""
        if self.is_sqlite:  # makes an index of them, once
            table = "(SELECT CAST(key AS integer) AS id, value AS text FROM json_each(%s))"
            return Sql(f" LEFT JOIN {table} {alias} ON {alias}.id = {key}", (_by_key(texts),))
        # a constant of the line: it is looked up where the line is written, so no row is sorted with its texts
        last = max(texts, default=0)
        if last <= _MOST_IN_ARRAY:
            given = tuple(texts.get(each) for each in range(1, last + 1))
            text = Sql(f"(CAST(ARRAY[{', '.join(['%s'] * last)}] AS text[]))[{key}]", given)
        else:
            text = Sql(f"CAST(%s AS jsonb) ->> CAST({key} AS text)", (_by_key(texts),))
        return Sql(f" CROSS JOIN LATERAL (SELECT {text.text} AS text) {alias}", text.values)


def _by_key(texts: Mapping[int, str]) -> str:
    return orjson.dumps({str(each): text for each, text in texts.items()}).decode()
