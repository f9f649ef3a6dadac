"""Links to the cells that figures came from by an import, for whoever may see that import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from projects.choices import CellVerdict, ImportState, WorkbookKind
from projects.imports.workbooks.fields import FIELDS
from projects.models import Import, ImportedCell, Programme

from .. import formatting, links
from .cell_shown import CELL

_WRITTEN = (CellVerdict.NEW, CellVerdict.CHANGED)


def cell_links(
    user: Any, programme: Programme | None, field: str, values: Mapping[tuple[str, int | None], Any]
) -> dict[str, links.PageLink]:
    """By the code of a project the newest cell that says what stands there. `values` are by code and month, None for what
    is of no month.
    """
    is_of_workbooks = any(field in fields for fields in FIELDS.values())
    if not is_of_workbooks or not user.has_perm("projects.view_import"):
        return {}

    codes = {code for code, _month in values}
    done = Import.objects.visible_to(user).filter(programme=programme, state=ImportState.DONE)
    cells = ImportedCell.objects.filter(of__in=done, field=field, project__in=codes, verdict__in=_WRITTEN)
    found = {}
    for cell in cells.select_related("of").order_by("of"):
        month = cell.of.month if cell.of.kind == WorkbookKind.REPORTS else None
        if values.get((cell.project, month)) == cell.after:
            told = [each for each in (cell.of.name, cell.of.sheet, cell.address) if each]
            url = links.page("import", str(cell.of_id), query=[(CELL, cell.address)], filters=False)
            found[cell.project] = links.PageLink(formatting.clauses(told), f"{url}#sent")
    return found
