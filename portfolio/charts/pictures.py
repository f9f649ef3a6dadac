"""Picture of a chart: the drawing of a page as a file of its own, with title, units, legend and source around it.

A file has no page around it: it brings its colours along, and its links, which would lead nowhere, are left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

WIDTH, EDGE = 1000, 32
_SWATCH = 24  # how wide what is drawn of a key is
_TITLE, _LINE = 28, 20  # heights of a line of the title, and of any other
_TITLE_COLUMNS, _NOTE_COLUMNS = 92, 140  # widths of a line, in half characters


@dataclass(frozen=True)
class Key:
    """A key of the legend: the class that draws it, as a line or an area."""

    drawn: str
    text: str
    is_line: bool = False


@dataclass(frozen=True)
class PlacedKey:
    key: Key
    x: int
    y: int  # the base of its text

    @property
    def end(self) -> int:
        return self.x + _SWATCH

    @property
    def text_x(self) -> int:
        return self.end + 6

    @property
    def middle(self) -> int:
        return self.y - 4

    @property
    def top(self) -> int:
        return self.y - 10


@dataclass(frozen=True)
class PlacedText:
    text: str
    y: int


def picture(
    drawing: str,
    drawn: Mapping[str, Any],
    *,
    title: str,
    below: str,
    keys: Sequence[Key],
    notes: Sequence[str],
    height: int,
    left: int = 0,
    right: int = 0,
    is_map: bool = False,
) -> str:
    """The file: `drawing` is the template that draws it from `drawn`; `left` and `right` are what it needs for its labels
    beside it, `height` is its own.
    """
    y = EDGE
    lines, y = _placed(_wrapped(title, _TITLE_COLUMNS), y + 8, _TITLE)
    subtitle, y = _placed(_wrapped(below, _NOTE_COLUMNS), y, _LINE)
    legend, y = _legend(keys, y + 4)
    top = y + 12
    foot, y = _placed([line for note in notes for line in _wrapped(note, _NOTE_COLUMNS)], top + height + 44, _LINE)
    context = {
        **drawn,
        "drawing": drawing,
        "is_map": is_map,
        "title": title,
        "lines": lines,
        "subtitle": subtitle,
        "legend": legend,
        "foot": foot,
        "edge": EDGE,
        "x": EDGE + left,
        "top": top,
        "drawn_width": WIDTH - 2 * EDGE - left - right,
        "drawn_height": height,
        "width": WIDTH,
        "whole_height": y + 8,
    }
    return render_to_string("charts/picture.svg", context)


def _placed(texts: Sequence[str], first: int, step: int) -> tuple[list[PlacedText], int]:
    return [PlacedText(text, first + step * number) for number, text in enumerate(texts)], first + step * len(texts)


def _legend(keys: Sequence[Key], y: int) -> tuple[list[PlacedKey], int]:
    found, x = [], EDGE
    for key in keys:
        width = 48 + _columns(key.text) * 8
        if x > EDGE and x + width > WIDTH - EDGE:
            x, y = EDGE, y + _LINE
        found.append(PlacedKey(key, x, y))
        x += width
    return found, y + (_LINE if keys else 0)


def _columns(text: str) -> int:
    """How wide a text is, in half characters: those of Chinese are whole ones."""
    return len(text) + len([each for each in text if unicodedata.east_asian_width(each) in "WF"])


def _wrapped(text: str, columns: int) -> list[str]:
    """Lines of at most so many half characters, broken at blanks and between Chinese characters."""
    lines, line = [], ""
    for word in re.findall(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+", text):
        if line and _columns(line + word.rstrip()) > columns:
            lines.append(line.rstrip())
            line = ""
        line += word
    return [*lines, line.rstrip()] if line.strip() else lines
