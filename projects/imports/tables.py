"""Table in a sheet: its heads, of one row or several with merged cells, and which rows below them are no records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .fields import Vocabulary, plain, unit_of_corner, without_unit
from .grid import CellPlace, Grid, Merged, NumberText

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
    def of_json(cls, said: Any, grid: Grid) -> HeadRows:
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


def heads_of(spread: Spread, vocabulary: Vocabulary) -> tuple[int, int] | None:
    """First and last row of the heads: where most columns have a known name; else the first row that could be heads."""
    grid = spread.grid
    best, most = None, (0, 0)
    for top in range(min(len(grid.rows), LOOKED_AT)):
        for bottom in range(top, min(top + _MOST_HEADS, len(grid.rows))):
            if any(_cuts(each, top, bottom) for each in spread.merged):
                continue
            heads = [spread.parts(top, bottom, column) for column in range(grid.width)]
            known = len([parts for parts in heads if vocabulary.field_of(parts) is not None])
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
        if len(texts) > 1 and len(texts) * 2 > grid.width and not any(unit_of_corner(text) for text in texts):
            return row, row
    return None


def _heads_a_group(merged: Merged, row: int, grid: Grid) -> bool:
    """Whether a merged cell of this row is the head of several columns, but not of all, and no unit or sender."""
    if merged.top != row or merged.bottom != row or merged.left == merged.right:
        return False
    text = plain(grid.text(row, merged.left))
    is_note = ":" in text or unit_of_corner(text) is not None
    others = [each for column, each in enumerate(grid.rows[row]) if each and column != merged.left]
    return bool(text) and not is_note and bool(others)


def _has_only_units(grid: Grid, row: int) -> bool:
    texts = [text for text in (grid.rows[row] if row < len(grid.rows) else ()) if text]
    return bool(texts) and all(without_unit(text)[0] == "" for text in texts)


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
    above: tuple[str, ...]  # titles

    @property
    def hidden_rows(self) -> tuple[int, ...]:
        """Rows of records that nobody sees in the file: they are read, and said."""
        return tuple(row for row in self.rows if row in self.grid.hidden_rows)


def table_in(grid: Grid, vocabulary: Vocabulary, heads: HeadRows | None = None, *, anyhow: bool = False) -> Table:
    """The table of a sheet, by its heads as they seem to be or were chosen. Raises `ValidationError` if none is found.

    `anyhow`: then the first row that says anything stands for them, until somebody says which they are.
    """
    spread = Spread(grid)
    found = (heads.first - 1, heads.last - 1) if heads else heads_of(spread, vocabulary)
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
    above = tuple(text for row in grid.rows[:top] for text in row if text)
    corner = _corner(_above(grid, top, bottom, used, rows))
    return Table(grid, top, bottom, used, tuple(rows), tuple(left_out), tuple(units), corner, above)


def _unit(spread: Spread, top: int, bottom: int, column: int) -> Unit | None:
    """The unit in the heads of a column: what stands lower is said of fewer columns, and holds."""
    for cell in reversed(spread.cells(top, bottom, column)):
        unit = without_unit(spread.grid.text(*cell))[1]
        if unit is not None:
            return Unit(unit, cell)
    return None


def _above(
    grid: Grid, top: int, bottom: int, columns: Sequence[HeadColumn], rows: Sequence[int]
) -> Iterator[tuple[CellPlace, str]]:
    """The cells that may say the unit of the whole table: those above it, and heads of nothing beside its own."""
    for row, line in enumerate(grid.rows[:top]):
        yield from ((CellPlace(row, column), text) for column, text in enumerate(line) if text)
    for each in columns:
        if not any(grid.text(row, each.column) for row in rows):
            for row in range(top, bottom + 1):
                if without_unit(grid.text(row, each.column))[0] == "":
                    yield CellPlace(row, each.column), grid.text(row, each.column)


def _corner(cells: Iterator[tuple[CellPlace, str]]) -> Unit | None:
    """The unit of the whole table; none where two cells differ."""
    found = [Unit(unit, place) for place, text in cells if (unit := unit_of_corner(text)) is not None]
    return found[0] if len({each.cny for each in found}) == 1 else None


def _rows(
    grid: Grid, first: int, bottom: int, columns: Sequence[HeadColumn]
) -> tuple[list[int], list[LeftOutRow], list[UnitLine]]:
    heads = [[grid.text(row, each.column) for each in columns] for row in range(bottom + 1)]
    wide = {(each.top, each.left) for each in grid.merged if (each.right - each.left + 1) * 2 > len(columns)}
    words = {each.column: without_unit(each.parts[-1])[0] for each in columns}
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
        if cny := _units_said(row, grid, words):
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


def _units_said(row: int, grid: Grid, words: Mapping[int, str]) -> dict[int | None, int]:
    """The units that a row among the records says: as a line with little else, or as the heads again in units."""
    filled = [(column, text) for column, text in enumerate(grid.rows[row]) if text]
    if any(isinstance(text, NumberText) for _column, text in filled) or not _MAY_SAY_UNIT.search(
        " ".join(grid.rows[row])
    ):
        return {}
    texts = [plain(text) for _column, text in filled]
    units = [unit for text in texts if (unit := unit_of_corner(text)) is not None]
    # beside a unit such a line says who sent it, and names no project
    if (
        units
        and len("".join(texts)) <= _LONGEST_UNIT_LINE
        and all(unit_of_corner(text) is not None or ":" in text for text in texts)
    ):
        return {None: units[0]}
    said = [(column, *without_unit(text)) for column, text in filled]
    if len(said) > 1 and all(word == words.get(column) for column, word, _unit in said):
        return {column: unit for column, _word, unit in said if unit is not None}
    return {}


def _why_left_out(
    cells: Sequence[str], filled: Sequence[tuple[int, str]], heads: Sequence[Sequence[str]]
) -> LeftOut | None:
    first = [plain(text) for _place, text in filled[:2]]
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
