"""Excel workbook: its package looked at before anything else reads it, its sheets, and one of them as a grid.

Values are read by calamine, from the parts that were looked at. What it does not say of a sheet is read here: hidden rows,
formulas that were never computed, error values, percentages; and how far the sheet reaches, before room is made for it."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from xml.parsers import expat

from django.utils.functional import cached_property
from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter.utility import xl_cell_to_rowcol

from projects.money import without_zeros
from projects.text import listing

from . import limits
from .grid import CellPlace, Grid, Merged, NumberText
from .limits import refusal

Start = Callable[[str, Mapping[str, str]], None]
WORKBOOK, WORKBOOK_LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STYLES, SHARED_TEXTS = "xl/styles.xml", "xl/sharedStrings.xml"
_ENCRYPTED_FLAG = 0x1
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    OSError,
)


@contextmanager
def _damage_in_words() -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise refusal(limits.DAMAGED, "damaged") from error


class Package:
    """The parts of a workbook by name. Raises `ValidationError` for a package that is not to be read."""

    def __init__(self, content: bytes) -> None:
        with _damage_in_words():
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            members = self._archive.infolist()
        self.names = {each.filename for each in members}
        if any(each.flag_bits & _ENCRYPTED_FLAG for each in members):
            raise refusal(limits.ENCRYPTED, "encrypted")
        promised = sum(each.file_size for each in members)
        if promised > limits.MOST_UNZIPPED or len(members) > limits.MOST_PARTS:
            raise refusal(limits.BOMB, "bomb", most=limits.MOST_UNZIPPED // limits.MIB)
        if len(self.names) < len(members):
            raise refusal(limits.DAMAGED, "damaged")
        self._refuse_others()

    def _refuse_others(self) -> None:
        if "xl/workbook.bin" in self.names:
            raise refusal(limits.BINARY_WORKBOOK, "xlsb")
        if "mimetype" in self.names:
            raise refusal(limits.OTHER_WORKBOOK, "other_workbook")
        if WORKBOOK not in self.names:
            raise refusal(limits.NOT_A_TABLE, "not_a_table")
        lower = {name.lower() for name in self.names}
        if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in lower):
            raise refusal(limits.MACROS, "macros")
        if any(name.startswith(("xl/externallinks/", "xl/connections.xml", "xl/querytables/")) for name in lower):
            raise refusal(limits.EXTERNAL, "external")

    def part(self, name: str) -> bytes:
        """A part, unpacked as far as the limit allows whatever its directory promises."""
        with _damage_in_words():
            if name not in self.names:
                raise EOFError(name)
            with self._archive.open(name) as file:
                content = file.read(limits.MOST_OF_A_PART + 1)
        if len(content) > limits.MOST_OF_A_PART:
            raise refusal(limits.BOMB, "bomb", most=limits.MOST_OF_A_PART // limits.MIB)
        return content


def build_package(parts: Iterable[tuple[str, bytes]]) -> io.BytesIO:
    """A package of just these parts, not compressed: what reads it finds nothing that was not looked at."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    file.seek(0)
    return file


def walk(
    xml: bytes,
    start: Start,
    *,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Go through a part of XML. Raises `ValidationError` for a document type, for damage, and for too many elements."""
    # counted before they are gone through; no more begin than there are '<' that end none, whatever the encoding
    if xml.count(b"<") - xml.count(b"</") > limits.MOST_ELEMENTS:
        raise refusal(limits.BOMB, "bomb", most=limits.MOST_OF_A_PART // limits.MIB)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    names: dict[str, str] = {}

    def on_start(name: str, attributes: dict[str, str]) -> None:
        local = names.get(name)
        if local is None:
            local = names[name] = name.rpartition(" ")[2]
        start(local, attributes)

    parser.StartElementHandler = on_start
    parser.StartDoctypeDeclHandler = _refuse_document_type
    if end is not None:
        parser.EndElementHandler = lambda name: end(names[name])
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the others are of encodings
        raise refusal(limits.DAMAGED, "damaged") from error


def _refuse_document_type(*_declared: object) -> None:
    raise refusal(limits.ENTITIES, "entities")


_ON = ("1", "true")
_FIRST_CELL = CellPlace(0, 0)
UNCOMPUTED, ERROR_VALUE = "uncomputed", "error_value"
_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_PERCENT_FORMATS = {9, 10}  # 0% and 0.00%, which no file has to declare
_IN_QUOTES = re.compile(r'"[^"]*"|\\.')


@dataclass
class SheetFacts:
    """Everything found in one walk through a sheet."""

    percents: frozenset[int]  # styles that show a number as a percentage
    computed: bool  # whether the values of its formulas are those that a spreadsheet computed
    hidden_rows: set[int] = field(default_factory=set)
    faults: dict[CellPlace, str] = field(default_factory=dict)
    shown_as_percent: set[CellPlace] = field(default_factory=set)
    rows: int = 0
    columns: int = 0
    _row: int = 0
    _column: int = 0
    _place: CellPlace = _FIRST_CELL
    _cell: Mapping[str, str] | None = None  # its attributes, while within one
    _element: str = ""  # the one within the cell
    _seen: set[str] = field(default_factory=set)  # elements of the cell, and "text" of a value

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._cell is not None:
            if name in ("c", "row"):
                raise refusal(limits.DAMAGED, "damaged")
            self._element = name
            self._seen.add(name)
        elif name == "c":
            self._cell, self._seen = attributes, set()
            self._go_to(attributes.get("r"))
        elif name == "row":
            if "r" in attributes:
                self._row = _ordinal(attributes["r"]) - 1
            if attributes.get("hidden") in _ON:
                self.hidden_rows.add(self._row)

    def text(self, _text: str) -> None:
        if self._element == "v":
            self._seen.add("text")

    def end(self, name: str) -> None:
        self._element = ""
        if name == "c" and self._cell is not None:
            if self._seen:  # else a format alone: WPS leaves them behind to the last row of a sheet
                self._end_cell(self._cell, self._place)
            self._cell = None
            self._column += 1
        elif name == "row":
            self._row, self._column = self._row + 1, 0

    def _end_cell(self, cell: Mapping[str, str], place: CellPlace) -> None:
        self.rows, self.columns = max(self.rows, place.row + 1), max(self.columns, place.column + 1)
        refuse_far(place, rows=self.rows, columns=self.columns)
        # a formula that came to an empty text, such as =IF(B3="","",B3*2): blank, and no fault
        is_blank_text = "v" in self._seen and cell.get("t") == "str"
        has_value = is_blank_text or not self._seen.isdisjoint(("text", "is"))
        if "f" in self._seen and not (has_value and self.computed):
            self.faults[place] = UNCOMPUTED
        elif not has_value:
            return
        elif cell.get("t") == "e":
            self.faults[place] = ERROR_VALUE
        elif _number(cell.get("s"), 0) in self.percents and cell.get("t", "n") == "n":
            self.shown_as_percent.add(place)

    def _go_to(self, address: str | None) -> None:
        """To the cell of an address, without one to the next: where the reader of values finds it and makes room for it."""
        row = self._row
        if address is not None:
            if not _ADDRESS.fullmatch(address):
                raise refusal(limits.DAMAGED, "damaged")
            row, self._column = xl_cell_to_rowcol(address)
        self._place = CellPlace(row, self._column)


def refuse_far(place: CellPlace, *, rows: int, columns: int) -> None:
    """Raise `ValidationError` at the first cell beyond what a table may have."""
    if rows > limits.MOST_ROWS or columns > limits.MOST_COLUMNS or rows * columns > limits.MOST_CELLS:
        most = {"rows": limits.MOST_ROWS, "columns": limits.MOST_COLUMNS}
        raise refusal(limits.TOO_LONG, "too_long", place=place.address, **most)


def find_percent_styles(styles: bytes) -> frozenset[int]:
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


_ALWAYS = ("[Content_Types].xml", "_rels/.rels", WORKBOOK, WORKBOOK_LINKS)
_EXACT = 10**15  # a number of Excel has 15 digits, and shows no more
_EXTREME = 10**30


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
    def _shared_parts(self) -> list[tuple[str, bytes]]:
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
        styles = dict(self._shared_parts).get(STYLES)
        content = self._package.part(part)
        facts = SheetFacts(find_percent_styles(styles) if styles else frozenset(), self._computed)
        walk(content, facts.start, end=facts.end, text=facts.text)
        try:
            workbook = CalamineWorkbook.from_filelike(build_package([*self._shared_parts, (part, content)]))
            values = workbook.get_sheet_by_name(name)
            rows = [
                [_text(value) for value in row]
                for row in values.to_python(skip_empty_area=False)  # so that the first cell is A1
            ]
            merged = [Merged(*first, *last) for first, last in values.merged_cell_ranges or ()]
        except (CalamineError, OSError, ValueError) as error:
            raise refusal(limits.DAMAGED, "damaged") from error
        _correct_texts(rows, facts)
        return Grid(
            name,
            rows,
            merged=_get_merged_ranges(rows, merged),
            hidden_rows=frozenset(facts.hidden_rows),
            faults=facts.faults,
            knows_types=True,
            is_of_1904=self.is_of_1904,
        )


def _get_merged_ranges(rows: list[list[str]], merged: list[Merged]) -> list[Merged]:
    """Return the ranges of more than one cell that begin within the sheet.

    Raises `ValidationError` where two of them overlap: what goes through the cells of all ranges takes no longer than to
    go through the sheet.
    """
    if len(merged) > limits.MOST_MERGED:
        raise refusal(limits.TOO_MANY_MERGED, "too_many_merged", most=limits.MOST_MERGED)
    height, width = len(rows), max(map(len, rows), default=0)
    taken, ranges = bytearray(height * width), []
    for each in merged:
        is_range = each.top <= each.bottom and each.left <= each.right and each[:2] != each[2:]
        if not is_range or each.top >= height or each.left >= width:
            continue
        ranges.append(each)
        for row in range(each.top, min(each.bottom + 1, height)):
            line = slice(row * width + each.left, row * width + min(each.right + 1, width))
            if any(taken[line]):
                raise refusal(limits.OVERLAPPING_MERGED, "overlapping_merged")
            taken[line] = b"\1" * len(taken[line])
    return ranges


def _correct_texts(rows: list[list[str]], facts: SheetFacts) -> None:
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
        return _number_text(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _number_text(value: float) -> NumberText:
    if not -_EXTREME < value < _EXTREME:  # nor is what is no number
        return NumberText(str(value))
    if value == int(value) and abs(value) < _EXACT:
        return NumberText(int(value))
    exact = Decimal(f"{value:.15g}")
    return NumberText(without_zeros(f"{exact:f}"))
