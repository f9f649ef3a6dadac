"""Rows of somebody's workbook given back with their faults: the cells shaded, with a note, and a column of reasons."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import xlsxwriter

from .workbook import LONGEST_CELL, PLAIN_TEXT

_LONGEST_NAME = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_REASONS_WIDTH, _WIDTH = 60, 16

Span = tuple[int, int, int, int]  # of merged cells: from row and place, to row and place


@dataclass(frozen=True)
class MarkedLine:
    """Texts and numbers as they stood, and by place what is wrong; of all of it in `reason`."""

    cells: Sequence[str | float]
    faults: Mapping[int, str] = field(default_factory=dict)
    reason: str = ""


def build_marked_workbook(
    name: str,
    lines: Iterable[MarkedLine],
    *,
    heads: Collection[int],
    merged: Iterable[Span],
    width: int,
) -> bytes:
    """A workbook of one sheet; lines and places are counted from 0. The reasons stand behind `width` columns."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **PLAIN_TEXT}) as book:
        sheet = book.add_worksheet(_NOT_IN_NAMES.sub(" ", name)[:_LONGEST_NAME].strip() or None)
        sheet.set_column(0, max(width - 1, 0), _WIDTH)
        sheet.set_column(width, width, _REASONS_WIDTH)
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        fault = book.add_format({"bg_color": "#F8D7DA", "border": 1, "border_color": "#B42318"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for each in merged:
            sheet.merge_range(*each, "", head)
        for row, line in enumerate(lines):
            for place, value in enumerate(line.cells):
                form = fault if place in line.faults else head if row in heads else None
                sheet.write(row, place, value[:LONGEST_CELL] if isinstance(value, str) else value, form)
            for place, words in line.faults.items():
                sheet.write_comment(row, place, words, {"x_scale": 2})
            if line.reason:
                sheet.write_string(row, width, line.reason[:LONGEST_CELL], head if row in heads else wrapped)
        sheet.freeze_panes(max(heads, default=-1) + 1, 0)
    return out.getvalue()
