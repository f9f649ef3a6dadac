"""Books: the sheets of a file that nobody vouches for, each as a grid of texts. What a file is its content says, and the end
of its name has to agree.

The package of an Excel workbook is looked at before anything else reads it. Its values are read by calamine, from the parts
that were looked at; what that does not say is read here: hidden rows, formulas that were never computed, error values,
percentages, and how far a sheet reaches, before room is made for it. A table as text is a CSV file in any of the encodings
that Excel and WPS write, or cells that were copied and pasted.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePath
from typing import Any, NamedTuple
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

from projects.money import without_zeros
from projects.text import listing, unescape_formula

MIB = 2**20
MOST_BYTES = 10 * MIB  # of the file
MOST_UNZIPPED = 128 * MIB  # that its directory may promise
MOST_OF_A_PART = 48 * MIB
MOST_PARTS = 2_000
MOST_ELEMENTS = 1_500_000  # of one part
MOST_SHEETS = 100
MOST_ROWS, MOST_COLUMNS = 20_000, 200
MOST_CELLS = 2_000_000  # that a sheet spans, blank ones too: the reader holds a place for each
LONGEST_CELL = 32_767  # characters, as in Excel
MOST_MERGED = 20_000  # ranges of merged cells of a sheet

EMPTY = _("The file is empty.")
TOO_LARGE = _("The file is larger than %(most)s MiB. Take out pictures and old sheets, or send it in parts.")
TOO_LONG = _(
    "%(place)s: a table may have %(rows)s rows and %(columns)s columns. Delete what stands below and beside it."
)
TOO_MANY_MERGED = _(
    "A sheet of the file has more than %(most)s ranges of merged cells. Unmerge them, or copy the table to a new sheet, "
    "and send it again."
)
OVERLAPPING_MERGED = _(
    "Merged cells of the sheet overlap, which no spreadsheet program writes. Unmerge them and send the file again."
)
TOO_MANY_SHEETS = _("The file has more than %(most)s sheets.")
BOMB = _("Unpacked the file would be larger than %(most)s MiB: it is not read.")
NOT_A_TABLE = _("The file is neither an Excel workbook (.xlsx) nor a table as text (.csv, .tsv, .txt).")
PICTURE = _(
    "This is a picture or a PDF: what is shown in it is not read. Send the table as an Excel workbook (.xlsx) or as text "
    "(.csv, .tsv, .txt), copy its cells and paste them, or type them into the workbook that can be fetched here."
)
OLD_WORKBOOK = _("This is a workbook of the old form (.xls). Save it as “Excel workbook (.xlsx)” and send that.")
BINARY_WORKBOOK = _("This is a binary workbook (.xlsb). Save it as “Excel workbook (.xlsx)” and send that.")
OTHER_WORKBOOK = _("This is a workbook of another program. Save it as “Excel workbook (.xlsx)” and send that.")
ENCRYPTED = _("The file is protected by a password. Take the password away and send it again.")
MACROS = _("The file holds macros. Save it as “Excel workbook (.xlsx)”, which has none, and send that.")
EXTERNAL = _("The workbook takes values from other files. Paste them as values, break the links and send it again.")
ENTITIES = _("The workbook declares entities of XML, which no spreadsheet writes: it is not read.")
DAMAGED = _("The file is damaged or was not sent whole. Open it, save it anew and send it again.")
WRONG_ENDING = _("The content of the file is not what the end of its name says (%(ending)s). Save it anew.")
HOLDS_NUL = _("The text holds NUL characters: this is no table.")
LONG_CELL = _("%(place)s: a cell has more than %(most)s characters.")
LONG_CELL_OF_TEXT = _("Line %(line)s: a cell has more than %(most)s characters. Is a quotation mark left open?")
NO_SHEET = _("The workbook has no sheet of this name. It has: %(sheets)s.")
NO_SHEETS = _("A table as text has no sheets.")


def refusal(message: Any, code: str, **params: Any) -> ValidationError:
    """Why a file is not read."""
    return ValidationError(message, code=code, params=params)


class NumberText(str):
    """The text of a cell that held a number, not a text that looks like one."""

    __slots__ = ()


class CellPlace(NamedTuple):
    """A cell, counted from 0."""

    row: int
    column: int

    @property
    def address(self) -> str:
        """As a spreadsheet names it: C7."""
        return str(xl_rowcol_to_cell(self.row, self.column))


class Merged(NamedTuple):
    """Cells that are one; `bottom` and `right` belong to it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """`faults` are codes of what cannot be read, by cell; `knows_types` whether numbers are told from texts."""

    name: str
    rows: Sequence[Sequence[str]]
    merged: Sequence[Merged] = ()
    hidden_rows: frozenset[int] = frozenset()
    faults: Mapping[CellPlace, str] = field(default_factory=dict)
    knows_types: bool = False
    is_of_1904: bool = False  # whether days are counted from 1904, as old Macs did

    def text(self, row: int, column: int) -> str:
        """What a cell says; blank where the sheet has none."""
        line = self.rows[row] if 0 <= row < len(self.rows) else ()
        return line[column] if 0 <= column < len(line) else ""

    @property
    def width(self) -> int:
        return max(map(len, self.rows), default=0)


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
        raise refusal(DAMAGED, "damaged") from error


class Package:
    """The parts of a workbook by name. Raises `ValidationError` for a package that is not to be read."""

    def __init__(self, content: bytes) -> None:
        with _damage_in_words():
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            members = self._archive.infolist()
        self.names = {each.filename for each in members}
        if any(each.flag_bits & _ENCRYPTED_FLAG for each in members):
            raise refusal(ENCRYPTED, "encrypted")
        promised = sum(each.file_size for each in members)
        if promised > MOST_UNZIPPED or len(members) > MOST_PARTS:
            raise refusal(BOMB, "bomb", most=MOST_UNZIPPED // MIB)
        if len(self.names) < len(members):
            raise refusal(DAMAGED, "damaged")
        self._refuse_others()

    def _refuse_others(self) -> None:
        if "xl/workbook.bin" in self.names:
            raise refusal(BINARY_WORKBOOK, "xlsb")
        if "mimetype" in self.names:
            raise refusal(OTHER_WORKBOOK, "other_workbook")
        if WORKBOOK not in self.names:
            raise refusal(NOT_A_TABLE, "not_a_table")
        lower = {name.lower() for name in self.names}
        if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in lower):
            raise refusal(MACROS, "macros")
        if any(name.startswith(("xl/externallinks/", "xl/connections.xml", "xl/querytables/")) for name in lower):
            raise refusal(EXTERNAL, "external")

    def part(self, name: str) -> bytes:
        """A part, unpacked as far as the limit allows whatever its directory promises."""
        with _damage_in_words():
            if name not in self.names:
                raise EOFError(name)
            with self._archive.open(name) as file:
                content = file.read(MOST_OF_A_PART + 1)
        if len(content) > MOST_OF_A_PART:
            raise refusal(BOMB, "bomb", most=MOST_OF_A_PART // MIB)
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
    if xml.count(b"<") - xml.count(b"</") > MOST_ELEMENTS:
        raise refusal(BOMB, "bomb", most=MOST_OF_A_PART // MIB)
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
        raise refusal(DAMAGED, "damaged") from error


def _refuse_document_type(*_declared: object) -> None:
    raise refusal(ENTITIES, "entities")


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
                raise refusal(DAMAGED, "damaged")
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
                raise refusal(DAMAGED, "damaged")
            row, self._column = xl_cell_to_rowcol(address)
        self._place = CellPlace(row, self._column)


def refuse_far(place: CellPlace, *, rows: int, columns: int) -> None:
    """Raise `ValidationError` at the first cell beyond what a table may have."""
    if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
        most = {"rows": MOST_ROWS, "columns": MOST_COLUMNS}
        raise refusal(TOO_LONG, "too_long", place=place.address, **most)


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
    if name == "sst" and _ordinal(attributes.get("uniqueCount", "1"), least=0) > MOST_ELEMENTS:
        raise refusal(DAMAGED, "damaged")


def _ordinal(text: str, *, least: int = 1) -> int:
    number = _number(text, -1)
    if number < least:
        raise refusal(DAMAGED, "damaged")
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
            raise refusal(EMPTY, "empty")
        if len(found) > MOST_SHEETS:
            raise refusal(TOO_MANY_SHEETS, "too_many_sheets", most=MOST_SHEETS)

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
            raise refusal(NO_SHEET, "no_sheet", sheets=listing(each.name for each in self.sheets))
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
            raise refusal(DAMAGED, "damaged") from error
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
    if len(merged) > MOST_MERGED:
        raise refusal(TOO_MANY_MERGED, "too_many_merged", most=MOST_MERGED)
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
                raise refusal(OVERLAPPING_MERGED, "overlapping_merged")
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


UTF_8, GB18030 = "UTF-8", "GB18030"
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def decode(content: bytes) -> tuple[str, str]:
    """Return the text of a file and its encoding: UTF-8 with or without its mark, or GB18030 as Excel writes in China.

    Raises `ValidationError`, with the `line` in its params, also for UTF-8 that is damaged: read as GB18030 it would turn
    into other characters without a word.
    """
    if content.startswith(_UTF_16):  # as those of UTF-32 do, or with NUL
        raise refusal(OTHER_UNICODE, "encoding")
    try:
        return content.decode("utf-8-sig"), UTF_8
    except UnicodeDecodeError as error:
        damaged_line = 1 + error.object[: error.start].count(b"\n")
    attempt = content.decode("utf-8", errors="replace")
    is_utf_8 = content.startswith(codecs.BOM_UTF8) or len(_CHINESE.findall(attempt)) > attempt.count("\ufffd")
    try:
        return content.decode("utf-8" if is_utf_8 else "gb18030"), GB18030
    except UnicodeDecodeError:
        raise refusal(NOT_SOUND, "encoding", line=damaged_line) from None


def iter_csv_rows(text: str, separator: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row, without blanks around them, with the number of the line that it begins on.

    Raises `ValidationError`, with the `line` in its params, where quotes are wrong.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 1
    try:
        for row in reader:
            yield number, [cell.strip() for cell in row]
            number = reader.line_num + 1
    except csv.Error as error:
        if _FAR_TOO_LONG in str(error):
            line = {"line": reader.line_num, "most": LONGEST_CELL}
            raise refusal(LONG_CELL_OF_TEXT, "long_cell", **line) from error
        raise refusal(NOT_CSV, "not_csv", line=number) from error


def is_chinese(text: str) -> bool:
    return bool(_CHINESE.search(text))


_SEPARATORS = "\t,;"  # of two that fit as well, the first
_LOOKED_AT = 20  # rows, to tell which it is
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_FAR_TOO_LONG = "field larger"  # in what the reader says of more than four times what is taken, and of nothing else
OTHER_UNICODE = _("The file is UTF-16 or UTF-32. Save it as CSV UTF-8.")
NOT_SOUND = _("The text is neither sound UTF-8 nor GB18030. Save the file as CSV UTF-8.")
NOT_CSV = _("Line %(line)s is not CSV: is a quotation mark left open, or text behind one that is closed?")
NOT_UTF_16 = _("The text is not sound UTF-16. Save the file as CSV UTF-8.")


class TextTable:
    """Text of rows and columns: a file with one sheet, which has no name. Raises `ValidationError`."""

    sheets = (SheetName(""),)

    def __init__(self, content: bytes) -> None:
        text = _decode(content)
        if "\0" in text:
            raise refusal(HOLDS_NUL, "nul")
        if not text.strip():
            raise refusal(EMPTY, "empty")
        self._text = text.removeprefix("\ufeff")

    def grid(self, name: str = "") -> Grid:
        if name:
            raise refusal(NO_SHEETS, "no_sheet")
        return self._grid

    @cached_property
    def _grid(self) -> Grid:
        return Grid("", _rows(self._text, _separator(self._text)))


def _decode(content: bytes) -> str:
    if content.startswith(_UTF_16) and not content.startswith(_UTF_32):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise refusal(NOT_UTF_16, "encoding") from error
    if b"\0" in content:
        raise refusal(HOLDS_NUL, "nul")
    return decode(content)[0]


def _separator(text: str) -> str:
    """What parts the cells: that by which the first rows have most of them."""

    def cells(separator: str) -> int:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        count = 0
        try:
            for _row, line in zip(range(_LOOKED_AT), lines, strict=False):
                count += max(len(line) - 1, 0)
        except csv.Error:
            return 0
        return count

    return max(_SEPARATORS, key=cells)


def _rows(text: str, separator: str) -> list[list[str]]:
    """Return every line, blank ones too, so that cells have the addresses that a spreadsheet shows."""
    rows: list[list[str]] = []
    width = 0
    for _number, line in iter_csv_rows(text, separator):
        cells = [unescape_formula(cell) for cell in line]
        while cells and not cells[-1]:
            cells.pop()
        width = max(width, len(cells))
        if cells:
            refuse_far(CellPlace(len(rows), len(cells) - 1), rows=len(rows) + 1, columns=width)
            _refuse_long(cells, len(rows))
        rows.append(cells)
        if len(rows) > MOST_CELLS:
            refuse_far(CellPlace(len(rows), 0), rows=len(rows), columns=1)
    return rows


def _refuse_long(cells: Iterable[str], row: int) -> None:
    for column, cell in enumerate(cells):
        if len(cell) > LONGEST_CELL:
            raise refusal(LONG_CELL, "long_cell", place=CellPlace(row, column).address, most=LONGEST_CELL)


Book = Workbook | TextTable
_ZIP, _OLD_OFFICE = (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the name of a stream in what Excel writes with a password
_TEXTS, _WORKBOOKS = (".csv", ".tsv", ".txt"), (".xlsx",)
_NO_TABLES = (b"Rar!", b"7z\xbc\xaf", b"<", b"{\\rtf", b"\x1f\x8b")
_PICTURES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\0", b"MM\0*")
_OF_PHONES = b"ftyp"  # after the length of the first part: photographs (HEIC, AVIF) and films
_PICTURE_ENDINGS = frozenset(
    {".jpg", ".jpeg", ".png", ".gif", ".bmp", ".heic", ".heif", ".webp", ".tif", ".tiff", ".pdf"}
)


def open_book(content: bytes, *, name: str) -> Book:
    """The workbook or table of a file. Raises `ValidationError` with the reason in words."""
    if not content.strip():
        raise refusal(EMPTY, "empty")
    if len(content) > MOST_BYTES:
        raise refusal(TOO_LARGE, "too_large", most=MOST_BYTES // MIB)
    ending = PurePath(name).suffix.lower()
    if ending == ".xlsm":
        raise refusal(MACROS, "macros")
    if ending == ".xlsb":
        raise refusal(BINARY_WORKBOOK, "xlsb")
    if ending in _PICTURE_ENDINGS or content.startswith(_PICTURES) or content[4:8] == _OF_PHONES:
        raise refusal(PICTURE, "picture")
    if content.startswith(_OLD_OFFICE):
        encrypted = _ENCRYPTED in content
        raise refusal(*(ENCRYPTED, "encrypted") if encrypted else (OLD_WORKBOOK, "xls"))
    if content.startswith(_ZIP):
        book: Book = Workbook(content)
        expected: tuple[str, ...] = _WORKBOOKS
    elif content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_NO_TABLES):
        raise refusal(NOT_A_TABLE, "not_a_table")
    else:
        book, expected = TextTable(content), _TEXTS
    if ending not in expected:
        raise refusal(WRONG_ENDING, "wrong_ending", ending=ending or "—")
    return book
