"""What the files of every list must be; each format's own rules are in test_exports."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import openpyxl

from .conftest import System, assert_problem


def streamed(system: System, path: str, form: str, **query: Any) -> bytes:
    """The bytes of a file."""
    answer = system.get(path, format=form, **query)
    assert answer.status_code == 200, answer.content
    assert answer.streaming
    return b"".join(answer.streaming_content)


def lines_of(system: System, path: str, **query: Any) -> list[dict[str, Any]]:
    """The records of a list as NDJSON."""
    return [json.loads(line) for line in streamed(system, path, "ndjson", **query).splitlines()]


def table_of(system: System, path: str, **query: Any) -> list[list[str]]:
    """The rows of a list as CSV, the head first."""
    text = streamed(system, path, "csv", **query).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def sheets_of(system: System, path: str, **query: Any) -> Any:
    """A list as a workbook."""
    return openpyxl.load_workbook(io.BytesIO(streamed(system, path, "xlsx", **query)))


def lines_about(book: Any) -> list[tuple[Any, Any]]:
    """What the second sheet of a workbook says of the file: what, and its value."""
    rows = [row[:2] for row in book.worksheets[1].iter_rows(values_only=True)]
    return rows[: rows.index((None, None))] if (None, None) in rows else rows


def codes_told(book: Any) -> dict[str, dict[Any, str]]:
    """What it says of codes: their words by head of a column."""
    found: dict[str, dict[Any, str]] = {}
    rows = [row for row in book.worksheets[1].iter_rows(values_only=True) if len(row) == 3 and row[2]]
    for column, code, words in rows[1:]:
        found.setdefault(column, {})[code] = words
    return found


def assert_has_files(system: System, path: str, *, records: list[dict[str, Any]]) -> None:
    """The files of the list at `path` hold the same records as its pages, in the same order."""
    assert lines_of(system, path) == records
    head, *rows = table_of(system, path)
    sheet = list(sheets_of(system, path).worksheets[0].iter_rows(values_only=True))
    assert list(sheet[0]) == head
    assert len(rows) == len(sheet) - 1 == len(records)
    assert [_as_in_csv(row) for row in sheet[1:]] == [_without_guard(row) for row in rows]
    for form in ("ndjson", "csv", "xlsx"):
        for parameter, value in (("page", "1"), ("page_size", "5"), ("cursor", "")):
            assert_problem(system.get(path, format=form, **{parameter: value}), 400, parameter)


def _as_in_csv(row: tuple[Any, ...]) -> list[str]:
    words = {None: "", True: "true", False: "false"}
    return [words[value] if value is None or isinstance(value, bool) else str(value) for value in row]


def _without_guard(row: list[str]) -> list[str]:
    """The cells of a row of CSV without the apostrophe before a text; a workbook has no 44.0, only 44."""
    return [re.sub(r"^(-?\d+)\.0$", r"\1", cell.removeprefix("'")) for cell in row]
