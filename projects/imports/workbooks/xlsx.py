"""Excel workbook: its sheets, and one of them as a grid. Values are read by calamine, from a package that was looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import cached_property
from python_calamine import CalamineError, CalamineWorkbook

from projects.money import without_zeros
from projects.text import listing

from . import limits
from .grid import Grid, Merged, NumberText
from .limits import refusal
from .package import SHARED_TEXTS, STYLES, WORKBOOK, WORKBOOK_LINKS, Package, repacked, walk
from .sheet_xml import SheetFacts, facts_of, percents_in, refuse_too_many_texts

_ALWAYS = ("[Content_Types].xml", "_rels/.rels", WORKBOOK, WORKBOOK_LINKS)
_EXACT = 10**15  # a number of Excel has 15 digits, and shows no more
_EXTREME = 10**30
_ON = ("1", "true")


@dataclass(frozen=True)
class SheetName:
    """A sheet of a file; a hidden one is read only when it is chosen."""

    name: str
    is_hidden: bool = False


class Workbook:
    """An .xlsx whose package was opened. Raises `ValidationError` for what is not to be read."""

    def __init__(self, content: bytes) -> None:
        self._package = Package(content)
        self._ids: dict[str, str] = {}
        self._grids: dict[str, Grid] = {}
        self.sheets: tuple[SheetName, ...] = ()
        self.is_of_1904, self._computed = False, True
        found: list[SheetName] = []

        def start(name: str, attributes: Mapping[str, str]) -> None:
            if name == "sheet":
                identity = next((each for key, each in attributes.items() if key.endswith(" id")), "")
                if identity in links:
                    found.append(SheetName(attributes.get("name", ""), attributes.get("state", "visible") != "visible"))
                    self._ids[found[-1].name] = links[identity]
            elif name == "workbookPr":
                self.is_of_1904 = attributes.get("date1904") in _ON
            elif name == "calcPr":  # so programs say that they have computed nothing
                self._computed = attributes.get("fullCalcOnLoad") not in _ON

        links = self._links()
        walk(self._package.part(WORKBOOK), start)
        self.sheets = tuple(found)
        if not found:
            raise refusal(limits.EMPTY, "empty")
        if len(found) > limits.MOST_SHEETS:
            raise refusal(limits.TOO_MANY_SHEETS, "too_many_sheets", most=limits.MOST_SHEETS)

    def _links(self) -> dict[str, str]:
        """The part of each sheet, by the name that the workbook gives it."""
        links = {}

        def start(name: str, attributes: Mapping[str, str]) -> None:
            if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
                target = attributes.get("Target", "")
                links[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

        walk(self._package.part(WORKBOOK_LINKS), start)
        return links

    @cached_property
    def _beside(self) -> list[tuple[str, bytes]]:
        """The parts that every sheet needs, looked at."""
        names = [*_ALWAYS, *(each for each in (STYLES, SHARED_TEXTS) if each in self._package.names)]
        parts = [(name, self._package.part(name)) for name in names]
        for _name, content in parts:
            walk(content, refuse_too_many_texts)
        return parts

    def grid(self, name: str) -> Grid:
        """A sheet, which is read once. Raises `ValidationError` if there is none of this name, or it reaches too far."""
        if name not in self._grids:
            self._grids[name] = self._read_grid(name)
        return self._grids[name]

    def _read_grid(self, name: str) -> Grid:
        part = self._ids.get(name)
        if part is None:
            raise refusal(limits.NO_SHEET, "no_sheet", sheets=listing(each.name for each in self.sheets))
        styles = dict(self._beside).get(STYLES)
        content = self._package.part(part)
        facts = facts_of(content, percents=percents_in(styles) if styles else frozenset(), computed=self._computed)
        try:
            workbook = CalamineWorkbook.from_filelike(repacked([*self._beside, (part, content)]))
            values = workbook.get_sheet_by_name(name)
            rows = [
                [_text(value) for value in row]
                for row in values.to_python(skip_empty_area=False)  # so that the first cell is A1
            ]
        except (CalamineError, OSError, ValueError) as error:
            raise refusal(limits.DAMAGED, "damaged") from error
        _put_right(rows, facts)
        return Grid(
            name,
            rows,
            merged=_merged_ranges(rows, facts.merged),
            hidden_rows=frozenset(facts.hidden_rows),
            faults=facts.faults,
            knows_types=True,
            is_of_1904=self.is_of_1904,
        )


def _merged_ranges(rows: list[list[str]], merged: list[Merged]) -> list[Merged]:
    """Return the ranges of more than one cell that begin within the sheet.

    Raises `ValidationError` where two of them overlap: what goes through the cells of all ranges takes no longer than to
    go through the sheet.
    """
    height, width = len(rows), max(map(len, rows), default=0)
    taken, ranges = bytearray(height * width), []
    for each in merged:
        if each.top >= height or each.left >= width or (each.top, each.left) == (each.bottom, each.right):
            continue
        ranges.append(each)
        for row in range(each.top, min(each.bottom + 1, height)):
            line = slice(row * width + each.left, row * width + min(each.right + 1, width))
            if any(taken[line]):
                raise refusal(limits.OVERLAPPING_MERGED, "overlapping_merged")
            taken[line] = b"\1" * len(taken[line])
    return ranges


def _put_right(rows: list[list[str]], facts: SheetFacts) -> None:
    """A share as it is shown, and nothing where a value is none."""
    for row, column in facts.shown_as_percent:
        text = rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
        if isinstance(text, NumberText):
            rows[row][column] = without_zeros(f"{Decimal(text) * 100:f}") + "%"
    for row, column in facts.faults:  # the reader leaves out rows and columns with nothing but such cells
        rows += [[] for _missing in range(row + 1 - len(rows))]
        rows[row] += [""] * (column + 1 - len(rows[row]))
        rows[row][column] = ""


def _text(value: Any) -> str:
    """What a cell says, as text: numbers with the 15 digits that Excel shows, days as 2023-06-30."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _number(value: float) -> NumberText:
    if not -_EXTREME < value < _EXTREME:  # nor is what is no number
        return NumberText(str(value))
    if value == int(value) and abs(value) < _EXACT:
        return NumberText(int(value))
    exact = Decimal(f"{value:.15g}")
    return NumberText(without_zeros(f"{exact:f}"))
