"""Bytes to text to rows: encodings, quotes, and whatever else spreadsheets do to a CSV file."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from projects.listing import listing

UTF_8, GB18030 = "UTF-8", "GB18030"
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_OTHER_UNICODE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # those of UTF-32 begin like them or with NUL
_ALLOWED_CONTROLS = "\t\n\r"


@dataclass
class Line:
    """One row of a file: its first line there, the text of each cell, and later the values and the bad columns."""

    file: str
    number: int
    cells: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)

    def __contains__(self, column: str) -> bool:
        return column in self.cells

    def __getitem__(self, column: str) -> Any:
        """The value of a cell; None when it is blank, bad, or its column is not in the file."""
        return self.values.get(column)


class Unreadable(Exception):  # noqa: N818  an outcome, reported like any problem
    """A place that cannot be read; `line` is 0 for the whole file, `column` empty for the whole line."""

    def __init__(self, message: str, *, line: int = 0, column: str = "") -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


def decoded(content: bytes) -> tuple[str, str]:
    """The text of a file and its encoding: UTF-8 with or without its mark, or GB18030 as Excel writes in China.

    Raises `Unreadable` for anything else, and for UTF-8 that is damaged: read as GB18030 it would turn into other
    characters without a word.
    """
    if content.startswith(_OTHER_UNICODE):
        raise Unreadable(_("The file is UTF-16 or UTF-32. Save it as CSV UTF-8."))
    try:
        return content.decode("utf-8-sig"), UTF_8
    except UnicodeDecodeError as error:
        place = 1 + content[: error.start].count(b"\n")
    attempt = content.decode("utf-8", errors="replace")
    is_utf_8 = content.startswith(codecs.BOM_UTF8) or len(_CHINESE.findall(attempt)) > attempt.count("\ufffd")
    if not is_utf_8:
        try:
            return content.decode("gb18030"), GB18030
        except UnicodeDecodeError:
            pass
    raise Unreadable(_("The text is neither sound UTF-8 nor GB18030. Save the file as CSV UTF-8."), line=place)


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of the line that each begins on; those without any text are passed over.

    Raises `Unreadable` where quotes are wrong.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(
                _("The line is not CSV (%(error)s). Is a quotation mark left open?") % {"error": error}, line=number
            ) from error
        cells = [cell.strip() for cell in row]
        if any(cells):
            yield number, cells


def controls_in(text: str) -> str:
    """The control characters of a text that the register may not hold, such as U+0000; empty if there are none."""
    found = {each for each in text if unicodedata.category(each) == "Cc" and each not in _ALLOWED_CONTROLS}
    return listing(f"U+{ord(each):04X}" for each in sorted(found))


def is_chinese(text: str) -> bool:
    return bool(_CHINESE.search(text))
