"""Head rows: which rows of a sheet are its heads, as its words and merged cells tell or as somebody says."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .grid import CellPlace, Grid, Merged
from .head_words import plain, unit_of_corner, without_unit
from .vocabulary import Vocabulary

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
