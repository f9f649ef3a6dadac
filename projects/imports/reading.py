"""CSV reading: bytes to text to rows, with encodings, quotes, and whatever else spreadsheets do to a file."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from projects.text import listing

UTF_8, GB18030 = "UTF-8", "GB18030"
CODECS = {UTF_8: "utf-8-sig", GB18030: "gb18030"}
_PIECE = 2**20  # bytes
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_OTHER_UNICODE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # those of UTF-32 begin like them or with NUL
_ALLOWED_CONTROLS = "\t\n\r"


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
        """The value of a cell; None when it is blank, bad, or its column is not in the file."""
        return self.values.get(column)


class Unreadable(Exception):  # noqa: N818  an outcome, reported like any problem
    """A place that cannot be read; `line` is 0 for the whole file, `column` empty for the whole line."""

    def __init__(self, message: str, *, line: int = 0, column: str = "") -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


def encoding_of(path: Path) -> str:
    """The encoding of a file, as `encoding_in`. Raises `OSError` too."""
    with path.open("rb") as file:
        return encoding_in(file)


def encoding_in(file: IO[bytes]) -> str:
    """The encoding of an open file: UTF-8 with or without its mark, or GB18030 as Excel writes in China.

    Raises `Unreadable` for anything else and for UTF-8 that is damaged: read as GB18030 it would turn into other characters
    without a word.
    """
    if file.read(len(codecs.BOM_UTF16_LE)) in _OTHER_UNICODE:
        raise Unreadable(_("The file is UTF-16 or UTF-32. Save it as CSV UTF-8."))
    file.seek(0)
    if _is_all(file, "utf-8"):
        return UTF_8
    file.seek(0)
    content = file.read()
    try:
        content.decode()
    except UnicodeDecodeError as error:
        place = 1 + content[: error.start].count(b"\n")
    attempt = content.decode("utf-8", errors="replace")
    is_utf_8 = content.startswith(codecs.BOM_UTF8) or len(_CHINESE.findall(attempt)) > attempt.count("\ufffd")
    if not is_utf_8 and _is_all(io.BytesIO(content), "gb18030"):
        return GB18030
    raise Unreadable(_("The text is neither sound UTF-8 nor GB18030. Save the file as CSV UTF-8."), line=place)


def _is_all(file: IO[bytes], codec: str) -> bool:
    """Whether a file can be read so, looked at in pieces."""
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        while piece := file.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of the line that each begins on; those without any text are passed over.

    Raises `Unreadable` where quotes are wrong.
    """
    reader = csv.reader(lines, strict=True)
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


def number_of_lines(paths: Iterable[Path]) -> int:
    """How many rows with text stand below the headers of these files. What cannot be read is said elsewhere."""
    number = 0
    for path in paths:
        try:
            with path.open(encoding=CODECS[encoding_of(path)], newline="") as file:
                below = rows(file)
                next(below, None)
                for _row in below:
                    number += 1
        except (OSError, Unreadable):
            pass
    return number


def controls_in(text: str) -> str:
    """The control characters of a text that the register may not hold, such as U+0000; empty if there are none."""
    if text.isprintable():
        return ""
    found = {each for each in text if unicodedata.category(each) == "Cc" and each not in _ALLOWED_CONTROLS}
    return listing(f"U+{ord(each):04X}" for each in sorted(found))


def is_chinese(text: str) -> bool:
    return bool(_CHINESE.search(text))
