"""Mapping: which column is which field in which unit, as it is read off the heads or as somebody has said."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name

from projects.text import listing

from .fields import CODE, FIELDS, KEYS, NATIONAL, REASONS, UNITS, Vocabulary, normalize_head, parse_money_unit
from .grid import CellPlace
from .tables import HeadColumn, Table, Unit
from .values import is_code, is_national_code

_SAMPLES = 3
JOIN = " › "
NO_UNIT = _("Say in which unit the amounts of this column are.")
TWICE = _("Two columns would be the same field: choose one of them.")
_OF_COLUMN = ("field", "unit", "blank_clears")
UNKNOWN_MEMBER = _("“%(value)s” is nothing that a mapping says of a column. Known: %(known)s.")
UNKNOWN_FIELD = _("There is no field “%(value)s” in this kind of workbook.")
UNKNOWN_UNIT = _("“%(value)s” is not a unit of money. Known: 元, 万元, 亿元.")
NO_COLUMN = _("The table has no column %(value)s.")
NOT_A_MAPPING = _("A mapping names for each column its field, its unit, and whether blank cells clear what is stored.")
NO_KEY = _("No column says which project a row is about: its code, its national project code or its name.")


class Certainty(TextChoices):
    """How the field of a column was found."""

    EXACT = "exact", pgettext_lazy("workbook", "the same")
    ALIKE = "alike", pgettext_lazy("workbook", "alike, please confirm")
    BESIDE = "beside", pgettext_lazy("workbook", "not imported")
    UNKNOWN = "unknown", pgettext_lazy("workbook", "no such field")


class Question(TextChoices):
    """What has to be said of a column before its rows can be read."""

    UNIT = "unit", NO_UNIT
    FIELD = "field", _("Say which field this column is, or that it is not imported.")
    TWICE = "twice", TWICE


@dataclass(frozen=True)
class MappedColumn:
    """A column that is imported. `unit`: CNY, for amounts; `blank_clears`: a blank cell takes what is stored away."""

    field: str
    unit: int | None = None
    blank_clears: bool = False


@dataclass(frozen=True)
class ColumnMapping:
    """The columns that are imported, by their letters. What stands in it can be stored as JSON and read back."""

    columns: Mapping[str, MappedColumn]

    def as_json(self) -> dict[str, Any]:
        return {letters: asdict(column) for letters, column in self.columns.items()}

    @classmethod
    def from_json(cls, said: Any, *, kind: str, letters: Collection[str]) -> ColumnMapping:
        """What a caller says of the columns of a table, which have these letters. A unit is a number of CNY or a word.

        Raises `ValidationError` by column.
        """
        if not isinstance(said, dict):
            raise ValidationError(NOT_A_MAPPING, code="mapping")
        columns: dict[str, MappedColumn] = {}
        errors: dict[str, ValidationError] = {}
        for name, one in said.items():
            try:
                if column := _parse_column(one, kind, letters, str(name)):
                    if any(column.field == other.field for other in columns.values()):
                        raise ValidationError(TWICE, code=Question.TWICE)
                    columns[str(name)] = column
            except ValidationError as error:
                errors[str(name)[:10]] = error
        if errors:
            raise ValidationError(errors)
        if not names_rows(columns.values()):
            raise ValidationError(NO_KEY, code="no_key")
        return cls(columns)

    def __iter__(self) -> Iterator[tuple[int, MappedColumn]]:
        return ((xl_cell_to_rowcol(f"{letters}1")[1], column) for letters, column in self.columns.items())


def _parse_column(said: Any, kind: str, letters: Collection[str], name: str) -> MappedColumn | None:
    if name not in letters:
        raise ValidationError(NO_COLUMN, code="no_column", params={"value": name[:10]})
    if not isinstance(said, dict) or not isinstance(said.get("field", ""), str):
        raise ValidationError(NOT_A_MAPPING, code="mapping")
    if unknown := next((str(each) for each in said if each not in _OF_COLUMN), ""):
        told = {"value": unknown[:80], "known": listing(_OF_COLUMN)}
        raise ValidationError(UNKNOWN_MEMBER, code="unknown_member", params=told)
    field, clears = said.get("field", ""), said.get("blank_clears", False)
    if not field:
        return None
    if field not in FIELDS[kind]:
        raise ValidationError(UNKNOWN_FIELD, code="unknown_field", params={"value": field[:80]})
    if not isinstance(clears, bool):
        raise ValidationError(NOT_A_MAPPING, code="mapping")
    if not FIELDS[kind][field].is_amount:
        return MappedColumn(field, None, clears)
    unit = said.get("unit")
    if unit is None:
        raise ValidationError(NO_UNIT, code=Question.UNIT)
    known = unit if unit in UNITS.values() and not isinstance(unit, bool) else parse_money_unit(str(unit))
    if known is None:
        raise ValidationError(UNKNOWN_UNIT, code="unknown_unit", params={"value": str(unit)[:80]})
    return MappedColumn(field, known, clears)


@dataclass(frozen=True)
class ColumnReading:
    """How a column is read: its head, the field and unit that were found, from where, and what is asked of it."""

    letters: str
    head: str
    certainty: Certainty
    field: str = ""
    unit: int | None = None
    unit_from: str = ""  # the address of the cell that says it
    suggestions: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    question: str = ""  # a `Question`


def read_columns(table: Table, vocabulary: Vocabulary) -> list[ColumnReading]:
    """Every column as it is read off its heads, with what is not sure of it."""
    found = [_read_column(table, each, vocabulary) for each in table.columns]
    fields = [each.field for each in found if each.field]
    return [
        replace(each, question=Question.TWICE) if each.field and fields.count(each.field) > 1 else each
        for each in found
    ]


def _read_column(table: Table, column: HeadColumn, vocabulary: Vocabulary) -> ColumnReading:
    head = JOIN.join(" ".join(part.split()) for part in column.parts)
    texts = [text for row in table.rows if (text := table.grid.text(row, column.column))]
    field, certainty, question = vocabulary.find_field(column.parts), Certainty.EXACT, ""
    alike: tuple[str, ...] = ()
    unit, other = None, _other_code(field, texts)
    if field is None or other is not None:
        alike = tuple(vocabulary.suggestions(column.parts))
        if other is not None:
            alike = (*filter(None, [other]), *(each for each in alike if each not in (CODE, NATIONAL)))
        field, certainty = "", Certainty.ALIKE if alike else Certainty.UNKNOWN
        # a column that says nothing anywhere, or that nobody gave a head, is named and not asked about
        question = Question.FIELD if texts and head else ""
        unit = column.unit or (table.corner if question else None)
    elif not field:
        certainty = Certainty.BESIDE
    elif FIELDS[vocabulary.kind][field].is_amount:
        unit = column.unit or table.corner
        if unit is None and normalize_head(column.parts[-1]).removesuffix(f"_{vocabulary.year}") == field:
            unit = Unit(1, CellPlace(table.bottom, column.column))  # by its own name programs call what is in CNY
        question = "" if unit else Question.UNIT
    return ColumnReading(
        xl_col_to_name(column.column),
        head,
        certainty,
        field,
        unit=unit.cny if unit else None,
        unit_from=unit.place.address if unit else "",
        suggestions=alike,
        samples=tuple(texts[:_SAMPLES]),
        question=question,
    )


def _other_code(field: str | None, texts: Sequence[str]) -> str | None:
    """What the cells of a column of codes hold where that is another code than its head says, as 项目代码 is the head of
    whatever code a list has: '' for one that is neither; None where they fit.
    """
    if field not in (CODE, NATIONAL) or not texts:
        return None
    if any(map(is_national_code, texts)):
        return None if field == NATIONAL or not all(map(is_national_code, texts)) else NATIONAL
    if field == CODE:
        return None
    return CODE if all(map(is_code, texts)) else ""


def get_proposed_mapping(found: Sequence[ColumnReading]) -> ColumnMapping:
    """The mapping that the heads give by themselves."""
    return ColumnMapping({each.letters: MappedColumn(each.field, each.unit) for each in found if each.field})


def is_ready(found: Sequence[ColumnReading]) -> bool:
    """Whether nothing has to be asked: every head is exactly a word, and every amount has its unit."""
    return names_rows(found) and not any(each.question for each in found)


def names_rows(columns: Iterable[MappedColumn | ColumnReading]) -> bool:
    """Whether one of them says which project a row is about."""
    return any(column.field in KEYS for column in columns)


def get_column_letters(table: Table) -> list[str]:
    """Return the letters of the columns of a table."""
    return [xl_col_to_name(each.column) for each in table.columns]


def get_signature(table: Table) -> str:
    """The same for all tables with these heads in these columns: by it a mapping is found again for its sender. What we add
    to a table that is given back does not count.
    """
    own = [
        (each.column, normalize_head(JOIN.join(each.parts)))
        for each in table.columns
        if not set(each.parts) & set(REASONS)
    ]
    heads = "\n".join(f"{column} {head}" for column, head in own)
    return hashlib.sha256(heads.encode()).hexdigest()[:32]
