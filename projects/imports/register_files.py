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
from .opening import decode, iter_csv_rows
from .values import CellContext, Reader

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

    `fields` says which column a field of a record comes from, where the names differ.
    """

    name: str
    columns: tuple[CsvColumn, ...]
    key: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    year: int | None = None  # of the programme that must be there first

    @property
    def required(self) -> set[str]:
        return {column.name for column in self.columns if not column.optional}

    def get_column(self, field_name: str) -> str:
        """Return the column in which an error of a model's field is shown."""
        name = self.fields.get(field_name, field_name)
        return name if any(column.name == name for column in self.columns) else self.key[0]


@dataclass
class CsvRow:
    """One row of a file: its first line there, and the text and the value of each cell."""

    layout: FileLayout
    number: int
    cells: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)

    def __contains__(self, column: str) -> bool:
        return column in self.cells

    def __getitem__(self, column: str) -> Any:
        """Return the value of a cell; None when it is blank or its column is not in the file."""
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
    stored: dict[type[Model], set[Any]] = field(default_factory=lambda: defaultdict(set))  # keys of its records
    problems: list[LoadFault] = field(default_factory=list)
    encodings: dict[str, str] = field(default_factory=dict)  # file -> what it was read as
    remarks: list[LoadFault] = field(default_factory=list)  # the first of what is doubted of what was stored
    doubted: Counter[str] = field(default_factory=Counter)  # rule -> how often
    revisions: tuple[int, int] | None = None  # first and last; None: nothing had to be written, or it was a dry run

    def add(self, file: str, line: int, column: str, message: Any) -> None:
        self.problems.append(LoadFault(file, line, column, str(message)))

    def point_out(self, line: CsvRow, doubt: Doubt) -> None:
        self.doubted[str(doubt.rule)] += 1
        if len(self.remarks) < MOST_REMARKS:
            column = line.layout.get_column(doubt.field)
            self.remarks.append(LoadFault(line.layout.name, line.number, column, doubt.message))

    def summary(self) -> Iterator[str]:
        """One line for each kind of record in the order in which they were met, and one for all."""
        for model, count in self.counts.items():
            yield _("%(records)s: %(count)s") % {
                "records": model._meta.verbose_name_plural,
                "count": _describe_counts(count),
            }
        yield _("in all: %(count)s") % {"count": _describe_counts(sum(self.counts.values(), Counter()))}

    def doubts(self) -> Iterator[str]:
        """What was pointed out: the places, then how often each rule spoke."""
        yield from map(str, sorted(self.remarks))
        for rule, times in sorted(self.doubted.items()):
            yield _("pointed out, %(rule)s: %(count)s") % {"rule": rule, "count": times}


def _describe_counts(count: Counter[str]) -> str:
    numbers = {name: count[name] for name in ("new", "changed", "unchanged")}
    return _("%(new)s new, %(changed)s changed, %(unchanged)s unchanged") % numbers


# the files


def _required(name: str, read: Reader = values.text) -> CsvColumn:
    return CsvColumn(name, read, filled=True)


def _optional(name: str, read: Reader = values.text) -> CsvColumn:
    return CsvColumn(name, read, optional=True)


def _in_languages(name: str) -> tuple[CsvColumn, ...]:
    """A text in either language, and columns for one or both of them."""
    return CsvColumn(name), *(_optional(f"{name}_{language}") for language in _LANGUAGES)


_SOURCE = (CsvColumn("source_url"), CsvColumn("source_date", values.partial_date))
_NEEDED_SOURCE = (_required("source_url"), CsvColumn("source_date", values.partial_date))
_NAMES = (_required("name_zh"), CsvColumn("name_en"))
_ORDER = CsvColumn("order", values.whole_number)
_CODE = _required("code", values.reference_code)
_SOURCE_FIELDS = {"source": "source_url", "url": "source_url", "published": "source_date"}

SECTORS = FileLayout("sectors.csv", (_CODE, *_NAMES, _ORDER), ("code",))
CHAIN_LINKS = FileLayout("chain_links.csv", (_required("sector", values.sector), _CODE, *_NAMES, _ORDER), ("code",))
PREFECTURES = FileLayout("prefectures.csv", (_required("adcode"), *_NAMES), ("adcode",))
PROGRAMMES = FileLayout("programmes.csv", (_required("year", values.whole_number), *_NAMES), ("year",))
TARGETS = FileLayout(
    "targets.csv",
    (
        _required("year", values.whole_number),
        _required("metric", values.metric),
        _required("kind", values.target_kind),
        _required("relation", values.relation),
        _required("value", values.amount),
        _required("unit"),
        *_NEEDED_SOURCE,
        *_in_languages("note"),
        _optional("sector", values.sector),
    ),
    ("year", "metric", "kind", "source_url", "source_date"),
    fields=_SOURCE_FIELDS | {"programme": "year", "measure": "metric", "through_month": "metric"},
)
CLAIMS = FileLayout(
    "claims.csv",
    (
        _required("code", values.code),
        _required("figure", values.claim_figure),
        _required("value"),
        _required("unit"),
        *_in_languages("scope"),
        *_NEEDED_SOURCE,
        *_in_languages("note"),
    ),
    ("code", "figure", "scope", "scope_zh", "scope_en", "source_url", "source_date"),
    fields=_SOURCE_FIELDS | {"project": "code", "amount": "value", "stated": "value", "year": "figure"},
)


@cache
def get_project_layout(year: int) -> FileLayout:
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
        year=year,
    )


@cache
def get_report_layout(year: int) -> FileLayout:
    """The monthly reports of one year."""
    fields = [each for each in FIELDS[WorkbookKind.REPORTS].values() if each.model]
    return FileLayout(
        f"monthly_reports_{year}.csv",
        (
            _required("code", values.code),
            _required("month", values.month),
            *(CsvColumn(each.name, each.read, optional=each.name != "disbursed") for each in fields),
            _required("basis", values.basis),
            _optional("state", values.report_state),
            _optional("source_url"),
            _optional("source_date", values.partial_date),
        ),
        ("code", "month"),
        fields=_SOURCE_FIELDS | {"entry": "code"},
        year=year,
    )


# their lines


def read_rows(name: str, path: Path, result: Result) -> list[tuple[int, list[str]]]:
    """Return the header and the rows of a file, each with the number of its line; what is wrong is added to
    `result.problems`.
    """
    rows: list[tuple[int, list[str]]] = []
    try:
        text, result.encodings[name] = decode(path.read_bytes())
        rows += ((number, row) for number, row in iter_csv_rows(text) if any(row))
        if len(rows) < 2:
            empty = _("The file has a header and not a line below it.") if rows else _("The file is empty.")
            result.add(name, 0, "", empty)
    except ValidationError as error:
        result.add(name, (error.params or {}).get("line", 0), "", error.messages[0])
    except OSError as error:
        result.add(name, 0, "", _("The file cannot be read (%(error)s).") % {"error": error.strerror})
    return rows


def read_lines(layout: FileLayout, rows: list[tuple[int, list[str]]], result: Result) -> Iterator[CsvRow | None]:
    """Yield the lines of a file, read cell by cell; what is wrong is added to `result.problems`, and None yielded."""
    if not rows:
        return
    header = [name.lower() for name in rows[0][1]]
    if not _check_header(layout, header, rows[0][0], result):
        return
    context = CellContext(year=layout.year or 0)
    first: dict[tuple, int] = {}
    for number, row in rows[1:]:
        line = _read_line(layout, header, number, row, context, result)
        before = first.setdefault(tuple(line[name] for name in layout.key), number) if line else number
        if before != number:
            result.add(layout.name, number, layout.key[0], _("The same as in line %(line)s.") % {"line": before})
        yield line if before == number else None


def _check_header(layout: FileLayout, header: list[str], number: int, result: Result) -> bool:
    """Return whether the file has the columns that it must have, each once, and no others."""
    known = [column.name for column in layout.columns]
    faults = {name: _("The column is missing.") for name in layout.required.difference(header)}
    for name in filter(None, header):
        if name not in known:
            faults[name] = _("Unknown column. Known: %(known)s.") % {"known": listing(known)}
        elif header.count(name) > 1:
            faults[name] = _("There is more than one column of this name.")
    for name, message in faults.items():
        result.add(layout.name, number, name, message)
    return not faults


def _read_line(
    layout: FileLayout, header: list[str], number: int, row: list[str], context: CellContext, result: Result
) -> CsvRow | None:
    if not any(row[len(header) :]):
        row = row[: len(header)]  # spreadsheets like to add commas
    line = CsvRow(layout, number, dict(zip(header, row, strict=False)))
    if len(row) != len(header):
        message = _("The line has %(cells)s cells, the header has %(columns)s.")
        result.add(layout.name, number, "", message % {"cells": len(row), "columns": len(header)})
        return None
    before = len(result.problems)
    for name, cell in zip(header, row, strict=True):
        if cell and not name:
            result.add(layout.name, number, "", _("“%(value)s” stands in a column without a name.") % {"value": cell})
    for column in layout.columns:
        try:
            line.values[column.name] = _read_cell(line.cells.get(column.name), column, context)
        except ValidationError as error:
            for message in error.messages:
                result.add(layout.name, number, column.name, message)
    return line if len(result.problems) == before else None


def _read_cell(text: str | None, column: CsvColumn, context: CellContext) -> Any:
    if text == "" and column.filled:
        raise ValidationError(_("The cell is blank."))
    return values.read_cell(text, column.read, context) if text else None
