"""Table of known layout to lines of values, one after the other, with every fault of header and cells at its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from projects.text import listing

from .layout import CsvColumn, FileLayout
from .opening import CODECS, CsvRow, Unreadable, controls_in, encoding_of, rows
from .result import Result


def lines_of(sheet: FileLayout, path: Path, result: Result) -> Iterator[CsvRow]:
    """The lines of a file, checked cell by cell; what is wrong is added to `result.problems`."""
    try:
        encoding = result.encodings[sheet.name] = encoding_of(path)
        with path.open(encoding=CODECS[encoding], newline="") as file:
            yield from _lines(sheet, rows(file), result)
    except Unreadable as error:
        result.add(sheet.name, error.line, error.column, error.message)
    except OSError as error:
        message = _("The file cannot be read (%(error)s).") % {"error": error.strerror}
        result.add(sheet.name, 0, "", message)


def _lines(sheet: FileLayout, numbered: Iterator[tuple[int, list[str]]], result: Result) -> Iterator[CsvRow]:
    number, header = next(numbered, (0, []))
    if not header:
        raise Unreadable(_("The file is empty."))
    header = [name.lower() for name in header]
    missing = _check_header(sheet, header, number, result)
    first: dict[tuple, int] = {}
    line = None
    for number, row in numbered:
        line = _line(sheet, header, number, row, result)
        line.bad |= missing
        _check_key(sheet, line, first, result)
        yield line
    if line is None:
        result.add(sheet.name, 0, "", _("The file has a header and not a line below it."))


def _check_header(sheet: FileLayout, header: list[str], number: int, result: Result) -> set[str]:
    """The wanted columns that are missing."""
    known = {column.name for column in sheet.columns}
    wanted = {column.name for column in sheet.columns if not column.optional}
    for name in dict.fromkeys(name for name in header if name and header.count(name) > 1):
        result.add(sheet.name, number, name, _("There is more than one column of this name."))
    for name in dict.fromkeys(header):
        if name and name not in known:
            known_names = listing(column.name for column in sheet.columns)
            result.add(sheet.name, number, name, _("Unknown column. Known: %(known)s.") % {"known": known_names})
    missing = wanted.difference(header)
    for column in sheet.columns:
        if column.name in missing:
            result.add(sheet.name, number, column.name, _("The column is missing."))
    return missing


def _line(sheet: FileLayout, header: list[str], number: int, row: list[str], result: Result) -> CsvRow:
    if len(row) > len(header) and not any(row[len(header) :]):
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
            _read(line, column, result)
    return line


def _read(line: CsvRow, column: CsvColumn, result: Result) -> None:
    text = line.cells[column.name]
    controls = controls_in(text)
    try:
        if controls:
            raise ValidationError(_("The text has control characters: %(found)s.") % {"found": controls})
        if not text and column.filled:
            raise ValidationError(_("The cell is blank."))
        line.values[column.name] = column.read(text) if text else None
    except ValidationError as error:
        line.bad.add(column.name)
        for message in error.messages:
            result.add(line.file, line.number, column.name, message)


def _check_key(sheet: FileLayout, line: CsvRow, first: dict[tuple, int], result: Result) -> None:
    """Whether a line before had the same key: `first` says which."""
    if line.bad.intersection(sheet.key):
        return
    key = tuple(line[name] for name in sheet.key)
    before = first.setdefault(key, line.number)
    if before != line.number:
        result.add(line.file, line.number, sheet.key[0], _("The same as in line %(line)s.") % {"line": before})
        line.bad.update(sheet.key)
