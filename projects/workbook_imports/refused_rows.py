"""Refused rows of an import as a workbook under the sender's own heads, to be corrected and sent again."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import xlsxwriter
from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_cell_to_rowcol

from projects.choices import CellVerdict, ImportState, WorkbookKind
from projects.exports.workbook import LONGEST_CELL, PLAIN_TEXT
from projects.imports.books import Grid, Merged, NumberText
from projects.imports.checking import find_import_table
from projects.models import Import

from .jobs import open_workbook

_LONGEST_NAME = 31  # of a sheet, in characters
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_REASONS_WIDTH, _WIDTH = 60, 16


class MarkedLine(NamedTuple):
    """Texts and numbers as they stood, and by place what is wrong; of all of it in `reason`."""

    cells: Sequence[str | float]
    faults: Mapping[int, str] = {}
    reason: str = ""


def is_refused(imported: Import) -> bool:
    """Whether something of it is refused, and can be given back: of what is refused as a whole no file is kept."""
    if imported.state == ImportState.REFUSED or not imported.mapping or imported.kind not in WorkbookKind:
        return False
    return bool(imported.counts.get("cells", {}).get(CellVerdict.REFUSED))


def refused_workbook(imported: Import) -> bytes | None:
    """None where nothing is refused, or the file is not kept.

    All above the records is kept as it is, so that units, titles and heads are read again as they were; so is a line among
    the records that says another unit.
    """
    if not is_refused(imported):
        return None
    try:
        book = open_workbook(imported)
    except ObjectDoesNotExist:
        return None
    table = find_import_table(imported, book, sheet=imported.sheet, heads=imported.heads)
    grid, faults = table.grid, _faults(imported)
    first = imported.heads["records"] - 1 if imported.heads else table.bottom + 1
    rows = sorted({*faults, *(line.row for line in table.units if line.row < max(faults, default=0))})
    over_rows = _merged_over_rows(grid)
    lines = [
        MarkedLine(_cells(grid, row, over_rows), reason=_("Why refused") if row == table.bottom else "")
        for row in range(first)
    ]
    lines += [MarkedLine(_cells(grid, row, over_rows), *faults.get(row, ({}, ""))) for row in rows]
    heads = range(table.top, table.bottom + 1)
    return _build_workbook(grid, lines, heads, [each for each in grid.merged if each.bottom < first])


def _build_workbook(grid: Grid, lines: Iterable[MarkedLine], heads: range, merged: Iterable[Merged]) -> bytes:
    """Return a workbook of one sheet: faulty cells shaded and with a note, the reasons behind the columns."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **PLAIN_TEXT}) as book:
        sheet = book.add_worksheet(_NOT_IN_NAMES.sub(" ", grid.name)[:_LONGEST_NAME].strip() or None)
        sheet.set_column(0, max(grid.width - 1, 0), _WIDTH)
        sheet.set_column(grid.width, grid.width, _REASONS_WIDTH)
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        fault = book.add_format({"bg_color": "#F8D7DA", "border": 1, "border_color": "#B42318"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for each in merged:
            sheet.merge_range(each.top, each.left, each.bottom, each.right, "", head)
        for row, line in enumerate(lines):
            for place, value in enumerate(line.cells):
                form = fault if place in line.faults else head if row in heads else None
                sheet.write(row, place, value[:LONGEST_CELL] if isinstance(value, str) else value, form)
            for place, words in line.faults.items():
                sheet.write_comment(row, place, words, {"x_scale": 2})
            if line.reason:
                sheet.write_string(row, grid.width, line.reason[:LONGEST_CELL], head if row in heads else wrapped)
        sheet.freeze_panes(heads.stop, 0)
    return out.getvalue()


def _faults(imported: Import) -> dict[int, tuple[dict[int, str], str]]:
    """By row what is wrong at its cells, and all of it in one text."""
    heads = {each["letters"]: each["head"] for each in imported.reading.get("columns", ())}
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for cell in imported.cells.filter(verdict=CellVerdict.REFUSED):
        said = found[cell.row - 1]  # of a row that is refused as a whole its other cells say nothing
        if cell.words:
            said[cell.letters] = cell.words
    return {
        row: (
            {xl_cell_to_rowcol(f"{letters}1")[1]: words for letters, words in said.items()},
            "\n".join(
                _("%(head)s: %(words)s") % {"head": heads.get(letters) or letters, "words": words}
                for letters, words in said.items()
            ),
        )
        for row, said in found.items()
    }


def _merged_over_rows(grid: Grid) -> Mapping[int, Sequence[Merged]]:
    """Return by row the merged ranges that began above it."""
    found: dict[int, list[Merged]] = defaultdict(list)
    for each in grid.merged:
        for row in range(each.top + 1, min(each.bottom + 1, len(grid.rows))):
            found[row].append(each)
    return found


def _cells(grid: Grid, row: int, over_rows: Mapping[int, Sequence[Merged]]) -> list[Any]:
    """Merged cells of several records each say what the first of them does."""
    over = {
        column: (each.top, each.left)
        for each in over_rows.get(row, ())
        for column in range(each.left, min(each.right + 1, grid.width))
    }
    texts = [grid.text(*over.get(column, (row, column))) for column in range(grid.width)]
    return [float(text) if isinstance(text, NumberText) else str(text) for text in texts]
