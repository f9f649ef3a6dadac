"""Members of records as SQL: how a field of a model is written, as JSON or as cells of CSV.

A member is the pieces of a line that it takes, without its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import models

from projects.database.sql import Sql
from projects.models import Source
from projects.models.fields import NationalCodeField
from projects.periods import partial_dates

from .sql_text import Dialect, Piece, bare_cell, cell, partial_date

Pieces = Sequence[Piece]
TextAsSql = Callable[[str], str]


class AsJson:
    """The fields of a row as JSON. `in_chinese` is the language of what depends on it."""

    def __init__(self, dialect: Dialect, *, in_chinese: bool) -> None:
        self.dialect, self.in_chinese = dialect, in_chinese

    def field(self, field: models.Field, row: str) -> Pieces:
        """A field of a row as its class is written."""
        column = f"{row}.{field.column}"
        if field.name in partial_dates(field.model):
            return self.word(partial_date(column, f"{column}_precision"))
        if field.choices:
            return self.word(f"NULLIF({column}, '')") if field.blank else self.said((Sql(column),))
        if isinstance(field, NationalCodeField):
            return self.word(column)
        if isinstance(field, models.CharField | models.TextField) and not field.null:
            return self.text(column)
        if isinstance(field, models.DateField):
            return self.word(f"CAST({column} AS text)")
        if isinstance(field, models.IntegerField):
            return self.number(Sql(column))
        raise TypeError(f"projects/exports/member_sql.py: say in AsJson.field how {field} is written as SQL")

    def short(self, model: type[models.Model], names: Sequence[str], row: str) -> Pieces:
        """Another record as it is named."""
        return self.record({name: self._member(model, name, row) for name in names})

    def _member(self, model: type[models.Model], name: str, row: str) -> Pieces:
        if model is Source and name == "publisher":
            names = [
                f"NULLIF({row}.publisher_{each}, '')" for each in (("zh", "en") if self.in_chinese else ("en", "zh"))
            ]
            return self.filled(f"COALESCE({', '.join(names)}, {self.dialect.host(f'{row}.url')})")
        return self.field(model._meta.get_field(name), row)

    def text(self, text: str) -> Pieces:
        """A text that is never NULL."""
        return (Sql(self.dialect.text_as_json(text)),)

    def filled(self, text: str) -> Pieces:
        """A text that is neither NULL nor blank."""
        return (Sql(self.dialect.quoted(text)),)

    def said(self, pieces: Pieces) -> Pieces:
        """A word that is never missing."""
        return ('"', *pieces, '"')

    def word(self, word: str) -> Pieces:
        """A text without characters that would be escaped, or NULL."""
        return (Sql(f"COALESCE('\"' || {word} || '\"', 'null')"),)

    def number(self, number: Sql) -> Pieces:
        return (Sql(f"COALESCE(CAST({number.text} AS text), 'null')", number.values),)

    def fixed(self, value: Any) -> Pieces:
        """What is the same in every row."""
        return ("null" if value is None else str(value) if isinstance(value, int) else f'"{value}"',)

    def record(self, members: Mapping[str, Pieces]) -> Pieces:
        """Members with their names."""
        pieces: list[Piece] = []
        for name, member in members.items():
            pieces += [f'{"," if pieces else "{"}"{name}":', *member]
        return [*pieces, "}"]

    def nothing(self, members: int) -> str:
        """What stands for a record of so many members that there is not."""
        return "null"


class AsCells(AsJson):
    """The same as cells of CSV. `quoted` puts a text into its cell."""

    def __init__(self, dialect: Dialect, *, in_chinese: bool, quoted: TextAsSql = cell) -> None:
        super().__init__(dialect, in_chinese=in_chinese)
        self.quoted = quoted

    @property
    def bare(self) -> AsCells:
        """The same with quotes only where they are needed."""
        return AsCells(self.dialect, in_chinese=self.in_chinese, quoted=bare_cell)

    def text(self, text: str) -> Pieces:
        return (Sql(self.quoted(text)),)

    filled = text

    def said(self, pieces: Pieces) -> Pieces:
        return pieces

    def word(self, word: str) -> Pieces:
        return (Sql(word),)

    def number(self, number: Sql) -> Pieces:
        return (number,)

    def fixed(self, value: Any) -> Pieces:
        return ("" if value is None else str(value),)

    def record(self, members: Mapping[str, Pieces]) -> Pieces:
        pieces = [piece for member in members.values() for piece in (*member, ",")]
        return pieces[:-1]

    def nothing(self, members: int) -> str:
        return "," * max(0, members - 1)
