"""Tables: the heads of a sheet, of one row or several with merged cells, which rows below them are no records, and which
column is which field in which unit, as it is read off the heads or as somebody has said.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name

from projects.text import listing

from .books import CellPlace, Grid, Merged, NumberText
from .fields import (
    CODE,
    FIELDS,
    KEYS,
    NATIONAL,
    REASONS,
    UNITS,
    Vocabulary,
    normalize_head,
    parse_corner_unit,
    parse_money_unit,
    split_unit,
)
from .values import is_code, is_national_code

LOOKED_AT, _MOST_HEADS, _MOST_CHOSEN = 40, 3, 5  # rows
NOT_HEADS = _(
    "Name rows of the sheet, counted from 1: the heads from a row to one at most %(most)s rows long, the records below them."
)


@dataclass(frozen=True)
class HeadRows:
    """The first and the last row of the heads and the first of the records, counted from 1 as a spreadsheet does."""

    first: int
    last: int
    records: int

    def as_json(self) -> dict[str, int]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: Any, grid: Grid) -> HeadRows:
        """What somebody says. Raises `ValidationError` for what are no rows of the sheet."""
        names = ("first", "last", "records")
        rows: list[Any] = (
            [said[name] for name in names] if isinstance(said, dict) and set(said) == set(names) else [None]
        )
        if all(type(row) is int for row in rows):
            found = cls(*rows)
            is_in_order = 1 <= found.first <= found.last < found.records <= len(grid.rows)
            if is_in_order and found.last <= LOOKED_AT and found.last - found.first < _MOST_CHOSEN:
                return found
        raise ValidationError(NOT_HEADS % {"most": _MOST_CHOSEN}, code="heads")


class Spread:
    """A grid in which each cell of a merged range says what the range says."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        height = min(len(grid.rows), LOOKED_AT + _MOST_HEADS)
        self.merged = [each for each in grid.merged if each.top < height]
        self._anchors = {
            (row, column): (each.top, each.left)
            for each in self.merged
            for row in range(each.top, min(each.bottom + 1, height))
            for column in range(each.left, min(each.right + 1, grid.width))
        }

    def cells(self, top: int, bottom: int, column: int) -> list[CellPlace]:
        """The cells that say something above a column, each once."""
        found = [CellPlace(*self._anchors.get((row, column), (row, column))) for row in range(top, bottom + 1)]
        return [cell for cell in dict.fromkeys(found) if self.grid.text(*cell)]

    def parts(self, top: int, bottom: int, column: int) -> tuple[str, ...]:
        return tuple(self.grid.text(*cell) for cell in self.cells(top, bottom, column))


def find_heads(spread: Spread, vocabulary: Vocabulary) -> tuple[int, int] | None:
    """First and last row of the heads: where most columns have a known name; else the first row that could be heads."""
    grid = spread.grid
    best, most = None, (0, 0)
    for top in range(min(len(grid.rows), LOOKED_AT)):
        for bottom in range(top, min(top + _MOST_HEADS, len(grid.rows))):
            if any(_cuts(each, top, bottom) for each in spread.merged):
                continue
            heads = [spread.parts(top, bottom, column) for column in range(grid.width)]
            known = len([parts for parts in heads if vocabulary.find_field(parts) is not None])
            if known and (known, top - bottom) > most:  # of as many, in the fewest rows
                best, most = (top, bottom), (known, top - bottom)
    if best is None:
        best = _first_that_could_be(grid)
    if best is None:
        return None
    top, bottom = best
    while top and any(_heads_a_group(each, top - 1, grid) for each in spread.merged):
        top -= 1
    while _has_only_units(grid, bottom + 1):
        bottom += 1
    return top, bottom


def _cuts(merged: Merged, top: int, bottom: int) -> bool:
    """Whether a merged range lies partly within these rows: then heads begin or end elsewhere."""
    within = top <= merged.bottom and merged.top <= bottom
    return within and (merged.top < top or merged.bottom > bottom)


def _first_that_could_be(grid: Grid) -> tuple[int, int] | None:
    for row, line in enumerate(grid.rows[:LOOKED_AT]):
        texts = [text for text in line if text]
        if len(texts) > 1 and len(texts) * 2 > grid.width and not any(parse_corner_unit(text) for text in texts):
            return row, row
    return None


def _heads_a_group(merged: Merged, row: int, grid: Grid) -> bool:
    """Whether a merged cell of this row is the head of several columns, but not of all, and no unit or sender."""
    if merged.top != row or merged.bottom != row or merged.left == merged.right:
        return False
    text = normalize_head(grid.text(row, merged.left))
    is_note = ":" in text or parse_corner_unit(text) is not None
    others = [each for column, each in enumerate(grid.rows[row]) if each and column != merged.left]
    return bool(text) and not is_note and bool(others)


def _has_only_units(grid: Grid, row: int) -> bool:
    texts = [text for text in (grid.rows[row] if row < len(grid.rows) else ()) if text]
    return bool(texts) and all(split_unit(text)[0] == "" for text in texts)


_FEWEST_NUMBERED = 3
_LONGEST_UNIT_LINE = 60  # characters of a line that says a unit
NO_TABLE = _(
    "No table was found: a row with the heads of columns, such as 项目名称 and 总投资（万元）, and rows below it."
)
# the last four are the lines of coverage under our own tables
_TOTAL = re.compile(
    r".{0,12}(?:小计|合计|总计|共计)(?:[(（:：].*)?|(?:sub|grand)?totals?"
    r"|有数据的项目|应有项目|projectswithdata|ofprojects"
)
_NOTE = re.compile(
    r"(?:注|备注|说明|填表说明|附注|notes?)(?:[0-9]{0,2}[:.、]|[0-9]).*"
    r"|(?:填报人|填表人|制表人?|审核人?|复核人?|单位负责人|负责人|填报单位|报送单位|填报日期|报送日期|统计负责人|分管领导)[:].*"
)
_MAY_SAY_UNIT = re.compile(r"[元万亿]|cny|yuan|rmb|million|billion|\b[mb]n\b", re.IGNORECASE)
_ORDINALS = frozenset("甲乙丙丁戊己庚辛")
_FULL_WIDTH = str.maketrans("：．", ":.")


class LeftOut(TextChoices):
    """Why a row below the heads is no record."""

    TOTAL = "total", pgettext_lazy("workbook", "total")
    NOTE = "note", pgettext_lazy("workbook", "note")
    HEADING = "heading", pgettext_lazy("workbook", "heading")
    HEADS_AGAIN = "heads_again", pgettext_lazy("workbook", "heads again")


class LeftOutRow(NamedTuple):
    """A row that was read and is no record. `row` counts from 0."""

    row: int
    why: LeftOut
    text: str


class Unit(NamedTuple):
    """A unit, and the cell that says it."""

    cny: int
    place: CellPlace


class UnitLine(NamedTuple):
    """A row among the records that says units anew, by column; None: of all columns."""

    row: int
    text: str
    cny: Mapping[int | None, int]


@dataclass(frozen=True)
class HeadColumn:
    """A column; `parts` are its heads from the top, each once, none of a column that has cells and no head."""

    column: int
    parts: tuple[str, ...]
    unit: Unit | None = None


@dataclass(frozen=True)
class Table:
    """The columns of a table, the rows of its records, and what stands around them."""

    grid: Grid
    top: int
    bottom: int  # the last row of the heads
    columns: tuple[HeadColumn, ...]
    rows: tuple[int, ...]
    left_out: tuple[LeftOutRow, ...]
    units: tuple[UnitLine, ...]
    corner: Unit | None

    @property
    def hidden_rows(self) -> tuple[int, ...]:
        """Rows of records that nobody sees in the file: they are read, and said."""
        return tuple(row for row in self.rows if row in self.grid.hidden_rows)


def find_table(grid: Grid, vocabulary: Vocabulary, heads: HeadRows | None = None, *, anyhow: bool = False) -> Table:
    """The table of a sheet, by its heads as they seem to be or were chosen. Raises `ValidationError` if none is found.

    `anyhow`: then the first row that says anything stands for them, until somebody says which they are.
    """
    spread = Spread(grid)
    found = (heads.first - 1, heads.last - 1) if heads else find_heads(spread, vocabulary)
    if found is None and anyhow:
        found = next(((row, row) for row, line in enumerate(grid.rows[:LOOKED_AT]) if any(line)), None)
    if found is None:
        raise ValidationError(NO_TABLE, code="no_table")
    top, bottom = found
    columns = tuple(
        HeadColumn(column, spread.parts(top, bottom, column), _unit(spread, top, bottom, column))
        for column in range(grid.width)
    )
    first = heads.records - 1 if heads else bottom + 1
    rows, left_out, units = _rows(grid, first, bottom, [each for each in columns if each.parts])
    used = tuple(each for each in columns if each.parts or any(grid.text(row, each.column) for row in rows))
    corner = _corner(_cells_above(grid, top, bottom, used, rows))
    return Table(grid, top, bottom, used, tuple(rows), tuple(left_out), tuple(units), corner)


def _unit(spread: Spread, top: int, bottom: int, column: int) -> Unit | None:
    """The unit in the heads of a column: what stands lower is said of fewer columns, and holds."""
    for cell in reversed(spread.cells(top, bottom, column)):
        unit = split_unit(spread.grid.text(*cell))[1]
        if unit is not None:
            return Unit(unit, cell)
    return None


def _cells_above(
    grid: Grid, top: int, bottom: int, columns: Sequence[HeadColumn], rows: Sequence[int]
) -> Iterator[tuple[CellPlace, str]]:
    """The cells that may say the unit of the whole table: those above it, and heads of nothing beside its own."""
    for row, line in enumerate(grid.rows[:top]):
        yield from ((CellPlace(row, column), text) for column, text in enumerate(line) if text)
    for each in columns:
        if not any(grid.text(row, each.column) for row in rows):
            for row in range(top, bottom + 1):
                if split_unit(grid.text(row, each.column))[0] == "":
                    yield CellPlace(row, each.column), grid.text(row, each.column)


def _corner(cells: Iterator[tuple[CellPlace, str]]) -> Unit | None:
    """The unit of the whole table; none where two cells differ."""
    found = [Unit(unit, place) for place, text in cells if (unit := parse_corner_unit(text)) is not None]
    return found[0] if len({each.cny for each in found}) == 1 else None


def _rows(
    grid: Grid, first: int, bottom: int, columns: Sequence[HeadColumn]
) -> tuple[list[int], list[LeftOutRow], list[UnitLine]]:
    heads = [[grid.text(row, each.column) for each in columns] for row in range(bottom + 1)]
    wide = {(each.top, each.left) for each in grid.merged if (each.right - each.left + 1) * 2 > len(columns)}
    words = {each.column: split_unit(each.parts[-1])[0] for each in columns}
    rows, left_out, units, below_notes = [], [], [], False
    for row in range(first, len(grid.rows)):
        cells = [grid.text(row, each.column) for each in columns]
        faulty = any(CellPlace(row, each.column) in grid.faults for each in columns)
        filled = [(place, text) for place, text in enumerate(cells) if text]
        if not filled:
            if faulty:
                rows.append(row)
            elif outside := next((text for text in grid.rows[row] if text), ""):
                left_out.append(LeftOutRow(row, LeftOut.NOTE, outside))
            continue
        if cny := _find_units(row, grid, words):
            units.append(UnitLine(row, " ".join(text for _place, text in filled), cny))
        why = _why_left_out(cells, filled, heads)
        if why is None and cny:
            why = LeftOut.HEADING if None in cny else LeftOut.HEADS_AGAIN
        is_alone = len(filled) == 1 and ((row, columns[filled[0][0]].column) in wide or below_notes)
        if why is None and is_alone:
            why = LeftOut.NOTE if below_notes else LeftOut.HEADING
        below_notes = below_notes or why == LeftOut.NOTE
        if why is None:
            rows.append(row)
        else:
            left_out.append(LeftOutRow(row, why, filled[0][1]))
    return rows, left_out, units


def _find_units(row: int, grid: Grid, words: Mapping[int, str]) -> dict[int | None, int]:
    """The units that a row among the records says: as a line with little else, or as the heads again in units."""
    filled = [(column, text) for column, text in enumerate(grid.rows[row]) if text]
    if any(isinstance(text, NumberText) for _column, text in filled) or not _MAY_SAY_UNIT.search(
        " ".join(grid.rows[row])
    ):
        return {}
    texts = [normalize_head(text) for _column, text in filled]
    units = [unit for text in texts if (unit := parse_corner_unit(text)) is not None]
    # beside a unit such a line says who sent it, and names no project
    if (
        units
        and len("".join(texts)) <= _LONGEST_UNIT_LINE
        and all(parse_corner_unit(text) is not None or ":" in text for text in texts)
    ):
        return {None: units[0]}
    said = [(column, *split_unit(text)) for column, text in filled]
    if len(said) > 1 and all(word == words.get(column) for column, word, _unit in said):
        return {column: unit for column, _word, unit in said if unit is not None}
    return {}


def _why_left_out(
    cells: Sequence[str], filled: Sequence[tuple[int, str]], heads: Sequence[Sequence[str]]
) -> LeftOut | None:
    first = [normalize_head(text) for _place, text in filled[:2]]
    if any(_TOTAL.fullmatch(word) for word in first if not word.isdigit()):
        return LeftOut.TOTAL
    if _NOTE.fullmatch("".join(filled[0][1].split()).translate(_FULL_WIDTH)):
        return LeftOut.NOTE
    if list(cells) in heads or _numbers_columns([word for _place, word in filled]):
        return LeftOut.HEADS_AGAIN
    return None


def _numbers_columns(words: Sequence[str]) -> bool:
    """Whether a row only counts the columns: 甲 乙 1 2 3."""
    numbers = [word for word in words if word not in _ORDINALS]
    counted = [str(number) for number in range(1, len(numbers) + 1)]
    return len(words) >= _FEWEST_NUMBERED and numbers == counted


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
