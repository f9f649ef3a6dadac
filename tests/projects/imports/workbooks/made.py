"""Workbooks as officials make them, by openpyxl: rows, merged cells, hidden rows and sheets."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl

from projects.imports.workbooks.checking import check
from projects.imports.workbooks.opening import opened, pasted
from projects.models import Programme
from projects.workflows.reporting import may_edit


def xlsx(
    rows: Iterable[Sequence[Any]],
    *,
    merged: Iterable[str] = (),
    hidden_rows: Iterable[int] = (),
    formats: dict[str, str] | None = None,
    sheets: dict[str, tuple[list[list[Any]], str]] | None = None,
) -> bytes:
    """A workbook of one sheet, 汇总; `sheets` are others by name, each with its rows and its state."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "汇总"
    for row in rows:
        sheet.append(list(row))
    for each in merged:
        sheet.merge_cells(each)
    for number in hidden_rows:
        sheet.row_dimensions[number].hidden = True
    for address, form in (formats or {}).items():
        sheet[address].number_format = form
    for name, (lines, state) in (sheets or {}).items():
        other = workbook.create_sheet(name)
        other.sheet_state = state
        for line in lines:
            other.append(line)
    return saved(workbook)


def saved(workbook: Any) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def looked_at(content: bytes | str, user: Any, *, kind: str = "register", name: str = "a.xlsx", **more: Any) -> Any:
    """What `check` says of a file, or of pasted text, for the programme of 2023."""
    book = pasted(content) if isinstance(content, str) else opened(content, name=name)
    programme = Programme.objects.get(year=2023)
    return check(book, kind=kind, programme=programme, user=user, **({"may_edit": may_edit} | more))


def verdicts(result: Any) -> dict[str, tuple[str, Any, Any]]:
    """Each cell that is more than a key, by its address: verdict, before, after."""
    return {
        cell.place.address: (cell.verdict.value, cell.before, cell.after)
        for cell in result.cells
        if not cell.is_key or cell.verdict == "refused"
    }


def faults(result: Any) -> dict[str, tuple[str, str]]:
    """Each cell that is refused, by its address: code and words."""
    return {cell.place.address: (cell.code, cell.words) for cell in result.cells if cell.verdict == "refused"}
