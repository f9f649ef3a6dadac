"""Sheet XML: what a reader of values does not say of a sheet: hidden rows, merged cells, formulas that were never computed,
error values, percentages; and how far it reaches, before room is made for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import limits
from .grid import CellPlace, Merged, column_of
from .limits import refusal
from .package import walk

UNCOMPUTED, ERROR_VALUE = "uncomputed", "error_value"
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_PERCENT_FORMATS = {9, 10}  # 0% and 0.00%, which no file has to declare
_IN_QUOTES = re.compile(r'"[^"]*"|\\.')


@dataclass
class SheetFacts:
    """Everything found in one walk through a sheet."""

    percents: frozenset[int]  # styles that show a number as a percentage
    computed: bool  # whether the values of its formulas are those that a spreadsheet computed
    merged: list[Merged] = field(default_factory=list)
    merged_count: int = 0  # with those that are no ranges
    hidden_rows: set[int] = field(default_factory=set)
    faults: dict[CellPlace, str] = field(default_factory=dict)
    shown_as_percent: set[CellPlace] = field(default_factory=set)
    rows: int = 0
    columns: int = 0
    _row: int = 0
    _column: int = 0
    _place: CellPlace = field(default_factory=lambda: CellPlace(0, 0))
    _cell: Mapping[str, str] | None = None  # while within one
    _holds_anything: bool = False
    _has_formula: bool = False
    _has_value: bool = False
    _in_value: bool = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._cell is not None:
            self._start_within(name, self._cell)
        elif name == "c":
            self._cell, self._holds_anything, self._has_formula, self._has_value = attributes, False, False, False
            self._go_to(attributes.get("r"))
        elif name == "row":
            if "r" in attributes:
                self._row = _ordinal(attributes["r"]) - 1
            if attributes.get("hidden") in ("1", "true"):
                self.hidden_rows.add(self._row)
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _start_within(self, name: str, cell: Mapping[str, str]) -> None:
        self._holds_anything = True
        if name == "v":
            self._in_value = True
            # a formula that came to an empty text, such as =IF(B3="","",B3*2): blank, and no fault
            self._has_value = self._has_value or cell.get("t") == "str"
        elif name == "is":
            self._has_value = True
        elif name == "f":
            self._has_formula = True
        elif name in ("c", "row"):
            raise refusal(limits.DAMAGED, "damaged")

    def text(self, text: str) -> None:
        if self._in_value and text:
            self._has_value = True

    def end(self, name: str) -> None:
        if name == "v":
            self._in_value = False
        elif name == "c" and self._cell is not None:
            self._cell_read(self._cell)
            self._cell = None
            self._column += 1
        elif name == "row":
            self._row, self._column = self._row + 1, 0

    def _cell_read(self, cell: Mapping[str, str]) -> None:
        if not self._holds_anything:  # a format alone: WPS leaves them behind to the last row of a sheet
            return
        place = self._place
        self.rows, self.columns = max(self.rows, place.row + 1), max(self.columns, place.column + 1)
        refuse_far(place, rows=self.rows, columns=self.columns)
        if self._has_formula and not (self._has_value and self.computed):
            self.faults[place] = UNCOMPUTED
        elif not self._has_value:
            return
        elif cell.get("t") == "e":
            self.faults[place] = ERROR_VALUE
        elif _number(cell.get("s"), 0) in self.percents and cell.get("t", "n") == "n":
            self.shown_as_percent.add(place)

    def _go_to(self, address: str | None) -> None:
        """To the cell of an address, without one to the next: where the reader of values finds it and makes room for it."""
        if address is not None:
            found = _ADDRESS.fullmatch(address)
            if found is None:
                raise refusal(limits.DAMAGED, "damaged")
            self._column = column_of(found[1])
            self._place = CellPlace(int(found[2]) - 1, self._column)
        else:
            self._place = CellPlace(self._row, self._column)

    def _merge(self, text: str) -> None:
        self.merged_count += 1
        if self.merged_count > limits.MOST_MERGED:
            raise refusal(limits.TOO_MANY_MERGED, "too_many_merged", most=limits.MOST_MERGED)
        first, last = (_ADDRESS.fullmatch(each) for each in text.partition(":")[::2])
        if first and last:
            merged = Merged(int(first[2]) - 1, column_of(first[1]), int(last[2]) - 1, column_of(last[1]))
            if merged.top <= merged.bottom and merged.left <= merged.right:
                self.merged.append(merged)


def facts_of(xml: bytes, *, percents: frozenset[int], computed: bool) -> SheetFacts:
    """What there is to know of a sheet. Raises `ValidationError` for one that is not to be read."""
    facts = SheetFacts(percents, computed)
    walk(xml, facts.start, end=facts.end, text=facts.text)
    return facts


def refuse_far(place: CellPlace, *, rows: int, columns: int) -> None:
    """Raise `ValidationError` at the first cell beyond what a table may have."""
    if rows > limits.MOST_ROWS or columns > limits.MOST_COLUMNS or rows * columns > limits.MOST_CELLS:
        most = {"rows": limits.MOST_ROWS, "columns": limits.MOST_COLUMNS}
        raise refusal(limits.TOO_LONG, "too_long", place=place.address, **most)


def percents_in(styles: bytes) -> frozenset[int]:
    """The styles of a workbook by which a number is shown as a percentage."""
    formats, used = set(_PERCENT_FORMATS), []
    within: list[str] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt" and "%" in _IN_QUOTES.sub("", attributes.get("formatCode", "")):
            formats.add(_number(attributes.get("numFmtId"), -1))
        elif name in ("cellXfs", "cellStyleXfs"):
            within[:] = [name]
        elif name == "xf" and within == ["cellXfs"]:
            used.append(_number(attributes.get("numFmtId"), 0))

    walk(styles, start)
    return frozenset(place for place, number in enumerate(used) if number in formats)


def refuse_too_many_texts(name: str, attributes: Mapping[str, str]) -> None:
    """Refuse shared texts said to be more than there can be: the reader of values makes room for as many at once."""
    if name == "sst" and _ordinal(attributes.get("uniqueCount", "1"), least=0) > limits.MOST_ELEMENTS:
        raise refusal(limits.DAMAGED, "damaged")


def _ordinal(text: str, *, least: int = 1) -> int:
    number = _number(text, -1)
    if number < least:
        raise refusal(limits.DAMAGED, "damaged")
    return number


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise
