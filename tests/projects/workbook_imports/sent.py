"""Imports as people send them, with a worker that does what they left."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Any

from projects.jobs.worker import work
from projects.models import Import, Programme
from projects.workbook_imports import begin, confirm, undo
from tests.projects.imports.workbooks.made import xlsx

REGISTER = ["项目编号", "项目名称", "总投资（万元）", "2023年度计划投资（万元）", "所属行业"]
JULY = ["项目编号", "7月完成投资（万元）", "问题"]
CODE = "HN-EI-2023-13"  # illustrative, in Changsha
NAME = "示例项目01·计算机与服务器1"
WHY = "按厅里下发的名单更新"


def worked(imported: Import) -> Import:
    work(("check-import", "confirm-import", "undo-import"), ending=threading.Event(), once=True, say=lambda _line: None)
    imported.refresh_from_db()
    return imported


def begun(user: Any, rows: Iterable[Sequence[Any]], *, kind: str = "register", **more: Any) -> Import:
    said = {"month": 7 if kind == "reports" else None, "name": "名单.xlsx"} | more
    content = xlsx(rows, merged=said.pop("merged", ()))
    return begin(user, kind=kind, programme=Programme.objects.get(year=2023), content=content, **said)


def sent(user: Any, rows: Iterable[Sequence[Any]], **more: Any) -> Import:
    """Checked."""
    return worked(begun(user, rows, **more))


def undone(imported: Import, *, user: Any, reason: str = "发错了文件") -> Import:
    """Tried to be taken back."""
    return worked(undo(imported, user=user, reason=reason))


def written(user: Any, rows: Iterable[Sequence[Any]], *, kind: str = "register", **said: Any) -> Import:
    """Confirmed, and tried to be written."""
    imported = sent(user, rows, kind=kind)
    return worked(confirm(imported, user=user, **({"reason": WHY} | said)))
