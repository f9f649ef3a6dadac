"""Refused rows of an import as a workbook under the sender's own heads, to be corrected and sent again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _

from projects.choices import CellVerdict, ImportState, WorkbookKind
from projects.exports.faulty_rows import MarkedLine, build_marked_workbook
from projects.imports.grid import Grid, Merged, NumberText, get_column_number
from projects.models import Import

from .check_job import find_import_table, open_workbook


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
    merged = [(each.top, each.left, each.bottom, each.right) for each in grid.merged if each.bottom < first]
    heads = range(table.top, table.bottom + 1)
    return build_marked_workbook(grid.name, lines, heads=heads, merged=merged, width=grid.width)


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
            {get_column_number(letters): words for letters, words in said.items()},
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
