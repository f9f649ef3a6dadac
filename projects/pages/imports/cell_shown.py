"""One cell of an import, `?cell=C7`, with its row as it was sent: which figures come from there, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from projects.models import Import, ImportedCell
from projects.workbook_imports.reading import Reading

from .cell_words import CellWords

CELL = "cell"


@dataclass(frozen=True)
class SentCell:
    address: str
    head: str
    text: str
    field: str
    before: str
    after: str
    verdict: str
    verdict_label: str
    is_asked: bool


def cell_shown(request: HttpRequest, imported: Import, reading: Reading) -> dict[str, Any]:
    """Nothing where no cell is asked for; 404 for one that was not read."""
    address = request.GET.get(CELL, "")
    if not address:
        return {}
    asked = imported.cells.filter(address=address[:12]).first()
    if asked is None:
        raise Http404
    heads = {each.letters: each.head for each in reading.columns}
    words = CellWords(imported.kind)
    row = imported.cells.filter(row=asked.row).exclude(text="")
    return {
        "sent_title": _("Row %(row)s of the file, as it was sent") % {"row": asked.row},
        "sent_cells": [_sent(each, heads, words, address) for each in row],
    }


def _sent(cell: ImportedCell, heads: dict[str, str], words: CellWords, asked: str) -> SentCell:
    return SentCell(
        address=cell.address,
        head=heads.get(cell.letters, ""),
        text=cell.text,
        field="" if cell.is_key else words.field(cell.field),
        before="" if cell.is_key else words.text(cell.field, cell.before),
        after="" if cell.is_key else words.text(cell.field, cell.after),
        verdict=cell.verdict,
        verdict_label="" if cell.is_key else str(cell.get_verdict_display()),
        is_asked=cell.address == asked,
    )
