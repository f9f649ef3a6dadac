"""Register files: the CSV files of a register directory, the columns of each, and their lines read cell by cell.

Lists of projects and monthly reports have the fields of workbooks (`fields.FIELDS`) as columns, with amounts in CNY. Every
column is wanted in the header except those marked optional; a column that is not in the file leaves what is stored alone, a
blank cell means 'not known'.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from projects.choices import WorkbookKind
from projects.plausibility.rules import Doubt
from projects.text import listing

from . import values
from .fields import CSV_NAMES, FIELDS, IN_EITHER_LANGUAGE
from .opening import CODECS, Unreadable, controls_in, encoding_of, rows
from .values import ColumnReading, Reader

MOST_REMARKS = 100
_LANGUAGES = ("zh", "en")
_FILLED = {"code", "name_zh", "sector", "kind", "basis"}  # of a list of projects
_WANTED = _FILLED | {
    *(
        "name_en",
        "enterprise",
        "prefecture",
        "chain_link",
        "total_investment",
        "planned_disbursement",
        "start",
        "finish",
    ),
    *("expected_revenue", "transferred", "source_province"),
}


@dataclass(frozen=True)
class CsvColumn:
    """One column. `filled`: a blank cell is a problem; `optional`: the file may lack it."""

    name: str
    read: Reader = values.text
    filled: bool = False
    optional: bool = False


@dataclass(frozen=True)
class FileLayout:
    """One file. No two of its rows have the same values in the `key` columns.

    `fields` says which column a field of a record comes from, where the names differ; a fault found in a column is not
    reported when it only follows from a fault in one that it `follows`.
    """

    name: str
    columns: tuple[CsvColumn, ...]
    key: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    follows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    year: int | None = None  # of the programme that must be there first

    def column_of(self, field_name: str) -> str:
        """Return the column in which an error of a model's field is shown."""
        column = self.fields.get(field_name, field_name)
        return column if any(each.name == column for each in self.columns) else self.key[0]


@dataclass
class CsvRow:
    """One row of a file: its first line there, the text of each cell, and later the values and the bad columns."""

    file: str
    number: int
    cells: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)

    def __contains__(self, column: str) -> bool:
        return column in self.cells

    def __getitem__(self, column: str) -> Any:
        """Return the value of a cell; None when it is blank, bad, or its column is not in the file."""
        return self.values.get(column)


@dataclass(frozen=True, order=True)
class LoadFault:
    """Something that stops a load, at its place. `line` is 0 for a whole file, `column` empty for a whole line."""

    file: str
    line: int
    column: str
    message: str

    def __str__(self) -> str:
        if self.column:
            return _("%(file)s, line %(line)s, column %(column)s: %(message)s") % vars(self)
        if self.line:
            return _("%(file)s, line %(line)s: %(message)s") % vars(self)
        return _("%(file)s: %(message)s") % vars(self)


@dataclass
class Result:
    """What a load did to the records of each model, and problems: a single one means that nothing is stored."""

    counts: dict[type[Model], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    problems: list[LoadFault] = field(default_factory=list)
    encodings: dict[str, str] = field(default_factory=dict)  # file -> what it was read as
    remarks: list[LoadFault] = field(default_factory=list)  # the first of what is doubted of what was stored
    doubted: Counter[str] = field(default_factory=Counter)  # rule -> how often
    revisions: tuple[int, int] | None = None  # first and last; None: nothing had to be written, or it was a dry run

    def add(self, file: str, line: int, column: str, message: Any) -> None:
        self.problems.append(LoadFault(file, line, column, str(message)))

    def point_out(self, line: CsvRow, column: str, doubt: Doubt) -> None:
        self.doubted[str(doubt.rule)] += 1
        if len(self.remarks) < MOST_REMARKS:
            self.remarks.append(LoadFault(line.file, line.number, column, doubt.message))

    def summary(self) -> Iterator[str]:
        """One line for each kind of record in the order in which they were met, and one for all."""
        for model, count in self.counts.items():
            yield _("%(records)s: %(count)s") % {"records": model._meta.verbose_name_plural, "count": _in_words(count)}
        yield _("in all: %(count)s") % {"count": _in_words(sum(self.counts.values(), Counter()))}

    def doubts(self) -> Iterator[str]:
        """What was pointed out: the places, then how often each rule spoke."""
        yield from map(str, sorted(self.remarks))
        for rule, times in sorted(self.doubted.items()):
            yield _("pointed out, %(rule)s: %(count)s") % {"rule": rule, "count": times}


def _in_words(count: Counter[str]) -> str:
    numbers = {name: count[name] for name in ("new", "changed", "unchanged")}
    return _("%(new)s new, %(changed)s changed, %(unchanged)s unchanged") % numbers


# the files


def _filled(name: str, read: Reader = values.text) -> CsvColumn:
    return CsvColumn(name, read, filled=True)


def _optional(name: str, read: Reader = values.text) -> CsvColumn:
    return CsvColumn(name, read, optional=True)


def _in_languages(name: str) -> tuple[CsvColumn, ...]:
    """A text in either language, and columns for one or both of them."""
    return CsvColumn(name), *(_optional(f"{name}_{language}") for language in _LANGUAGES)


_SOURCE = (CsvColumn("source_url"), CsvColumn("source_date", values.partial_date))
_NEEDED_SOURCE = (_filled("source_url"), CsvColumn("source_date", values.partial_date))
_NAMES = (_filled("name_zh"), CsvColumn("name_en"))
_ORDER = CsvColumn("order", values.whole_number)
_CODE = _filled("code", values.reference_code)
_SOURCE_FIELDS = {"source": "source_url", "url": "source_url", "published": "source_date"}
_SOURCE_FOLLOWS = {"source_url": ("source_date", "basis", "code")}

SECTORS = FileLayout("sectors.csv", (_CODE, *_NAMES, _ORDER), ("code",))
CHAIN_LINKS = FileLayout("chain_links.csv", (_filled("sector", values.sector), _CODE, *_NAMES, _ORDER), ("code",))
PREFECTURES = FileLayout("prefectures.csv", (_filled("adcode"), *_NAMES), ("adcode",))
PROGRAMMES = FileLayout("programmes.csv", (_filled("year", values.whole_number), *_NAMES), ("year",))
TARGETS = FileLayout(
    "targets.csv",
    (
        _filled("year", values.whole_number),
        _filled("metric", values.metric),
        _filled("kind", values.target_kind),
        _filled("relation", values.relation),
        _filled("value", values.amount),
        _filled("unit"),
        *_NEEDED_SOURCE,
        *_in_languages("note"),
        _optional("sector", values.sector),
    ),
    ("year", "metric", "kind", "source_url", "source_date"),
    fields=_SOURCE_FIELDS | {"programme": "year", "measure": "metric", "through_month": "metric"},
    follows={"unit": ("metric",)},
)
CLAIMS = FileLayout(
    "claims.csv",
    (
        _filled("code", values.code),
        _filled("figure", values.claim_figure),
        _filled("value"),
        _filled("unit"),
        *_in_languages("scope"),
        *_NEEDED_SOURCE,
        *_in_languages("note"),
    ),
    ("code", "figure", "scope", "scope_zh", "scope_en", "source_url", "source_date"),
    fields=_SOURCE_FIELDS | {"project": "code", "amount": "value", "stated": "value", "year": "figure"},
    follows={"unit": ("figure",), "value": ("figure", "unit")},
)


@cache
def projects_of(year: int) -> FileLayout:
    """The list of one year's programme."""
    named = {name: column.format(year=year) for name, column in CSV_NAMES.items()}
    columns = [
        CsvColumn(named.get(each.name, each.name), each.read, each.name in _FILLED, each.name not in _WANTED)
        for each in FIELDS[WorkbookKind.REGISTER].values()
        if each.model
    ]
    return FileLayout(
        f"projects_{year}.csv",
        (*columns, CsvColumn("enterprise_en"), *map(CsvColumn, IN_EITHER_LANGUAGE), *_SOURCE),
        ("code",),
        fields=_SOURCE_FIELDS | named,
        follows=_SOURCE_FOLLOWS
        | {
            "chain_link": ("sector",),
            "source_province": ("transferred",),
            "finish": ("start",),
            "left": ("joined",),
        },
        year=year,
    )


@cache
def reports_of(year: int) -> FileLayout:
    """The monthly reports of one year."""
    fields = [each for each in FIELDS[WorkbookKind.REPORTS].values() if each.model]
    return FileLayout(
        f"monthly_reports_{year}.csv",
        (
            _filled("code", values.code),
            _filled("month", values.month),
            *(CsvColumn(each.name, each.read, optional=each.name != "disbursed") for each in fields),
            _filled("basis", values.basis),
            _optional("state", values.report_state),
            _optional("source_url"),
            _optional("source_date", values.partial_date),
        ),
        ("code", "month"),
        fields=_SOURCE_FIELDS | {"entry": "code"},
        follows=_SOURCE_FOLLOWS | {"disbursed": ("state",)},
        year=year,
    )


# their lines


def read_lines(sheet: FileLayout, path: Path, result: Result) -> Iterator[CsvRow]:
    """The lines of a file, checked cell by cell; what is wrong is added to `result.problems`."""
    try:
        encoding = result.encodings[sheet.name] = encoding_of(path)
        with path.open(encoding=CODECS[encoding], newline="") as file:
            yield from _read_lines(sheet, rows(file), result)
    except Unreadable as error:
        result.add(sheet.name, error.line, error.column, error.message)
    except OSError as error:
        message = _("The file cannot be read (%(error)s).") % {"error": error.strerror}
        result.add(sheet.name, 0, "", message)


def _read_lines(sheet: FileLayout, numbered: Iterator[tuple[int, list[str]]], result: Result) -> Iterator[CsvRow]:
    number, header = next(numbered, (0, []))
    if not header:
        raise Unreadable(_("The file is empty."))
    header = [name.lower() for name in header]
    missing = _check_header(sheet, header, number, result)
    reading = ColumnReading(year=sheet.year or 0)
    first: dict[tuple, int] = {}
    line = None
    for number, row in numbered:
        line = _read_line(sheet, header, number, row, reading, result)
        line.bad |= missing
        if not line.bad.intersection(sheet.key):
            before = first.setdefault(tuple(line[name] for name in sheet.key), number)
            if before != number:
                message = _("The same as in line %(line)s.") % {"line": before}
                result.add(sheet.name, number, sheet.key[0], message)
                line.bad.update(sheet.key)
        yield line
    if line is None:
        result.add(sheet.name, 0, "", _("The file has a header and not a line below it."))


def _check_header(sheet: FileLayout, header: list[str], number: int, result: Result) -> set[str]:
    """Return the wanted columns that are missing."""
    known = [column.name for column in sheet.columns]
    for name in dict.fromkeys(filter(None, header)):
        if header.count(name) > 1:
            result.add(sheet.name, number, name, _("There is more than one column of this name."))
        if name not in known:
            result.add(sheet.name, number, name, _("Unknown column. Known: %(known)s.") % {"known": listing(known)})
    missing = {column.name for column in sheet.columns if not column.optional}.difference(header)
    for name in missing:
        result.add(sheet.name, number, name, _("The column is missing."))
    return missing


def _read_line(
    sheet: FileLayout, header: list[str], number: int, row: list[str], reading: ColumnReading, result: Result
) -> CsvRow:
    if not any(row[len(header) :]):
        row = row[: len(header)]  # spreadsheets like to add commas
    line = CsvRow(sheet.name, number, dict(zip(header, row, strict=False)))
    if len(row) != len(header):
        message = _("The line has %(cells)s cells, the header has %(columns)s.")
        result.add(sheet.name, number, "", message % {"cells": len(row), "columns": len(header)})
        line.bad = {column.name for column in sheet.columns}  # no cell is sure to stand in its column
        line.values[sheet.key[0]] = line.cells.get(sheet.key[0])  # only to know which records it would have made
        return line
    for name, cell in zip(header, row, strict=True):
        if cell and not name:
            result.add(sheet.name, number, "", _("“%(value)s” stands in a column without a name.") % {"value": cell})
    for column in sheet.columns:
        if column.name in line:
            try:
                line.values[column.name] = _read_cell(line.cells[column.name], column, reading)
            except ValidationError as error:
                line.bad.add(column.name)
                for message in error.messages:
                    result.add(sheet.name, number, column.name, message)
    return line


def _read_cell(text: str, column: CsvColumn, reading: ColumnReading) -> Any:
    if controls := controls_in(text):
        raise ValidationError(_("The text has control characters: %(found)s.") % {"found": controls})
    if not text and column.filled:
        raise ValidationError(_("The cell is blank."))
    return column.read(text, reading) if text else None
