"""Imports in every state, as they stand after somebody sent a workbook."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from projects.choices import ImportState
from projects.models import Import, ImportedCell, ImportedFile, RememberedMapping, Revision
from tests.projects.workbook_imports.sent import REGISTER, sent

OF_ANOTHER = "HN-EI-2023-18"
ASKED = [*REGISTER[:3], "计划", "包联领导"]
_WRITTEN = (ImportState.DONE, ImportState.UNDOING, ImportState.UNDONE)


def in_every_state(user: Any, own: str) -> dict[str, Import]:
    """One in each state of a workbook about a project of one's own, a new one, and one that is not one's own."""
    rows = [
        [own, None, 5000, 70, None, "厂房封顶"],
        [None, "新项目", "约9亿", 6, None, None],
        [OF_ANOTHER, None, 1, 2, None, None],
    ]
    below = [["小计", None, 5000]]
    found = {
        ImportState.READY.value: sent(user, [["单位：万元"], [*REGISTER, "备注"], *rows, *below]),
        ImportState.NEEDS_MAPPING.value: sent(user, [ASKED, *rows]),
    }
    found[ImportState.READY].cells.filter(field="note_zh", row=3).update(before="厂房在建", verdict="changed")
    for state in set(ImportState.values) - found.keys():
        found[state] = _copied(found[ImportState.READY], state)
    doubts = [{"row": 3, "code": "small_amount", "message": "90,000 CNY?", "field": "total_investment"}]
    Import.objects.filter(state=ImportState.READY).update(words="Row 3: 90,000 CNY?", doubts=doubts)
    RememberedMapping.objects.create(user=user, kind="register", signature="s", mapping={"A": {"field": "code"}})
    return found


def _copied(ready: Import, state: str) -> Import:
    cells = list(ready.cells.all())
    copy = Import.objects.get(pk=ready.pk)
    copy.pk, copy.state, copy.reason, copy.reported_by = None, state, "名单修订", "市工信局"
    copy.words = "没有找到表格。" if state == ImportState.REFUSED else ""
    if state in _WRITTEN:
        copy.confirmed_at, copy.revision_made = timezone.now(), Revision.objects.newest_number()
    if state == ImportState.UNDONE:
        copy.undone_at, copy.undone_by = timezone.now(), Revision.objects.newest_number()
    copy.save()
    if state != ImportState.REFUSED:
        ImportedFile.objects.create(of=copy, content=ready.file.content)
    for cell in cells:
        cell.pk, cell.of = None, copy
    ImportedCell.objects.bulk_create(cells)
    return copy
