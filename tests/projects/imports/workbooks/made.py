"""Workbooks as officials make them, by openpyxl: rows, merged cells, hidden rows and sheets."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl

from projects.imports.books import open_book
from projects.imports.checking import check
from projects.imports.fields import Vocabulary
from projects.imports.rows import Choices
from projects.imports.tables import find_table, read_columns
from projects.models import Import, Programme
from projects.workflows.reporting import may_edit

WAN, YI = 10**4, 10**8
PLAIN = [["项目名称", "总投资（万元）", "所属行业"], ["甲", 100, "能源电子"], ["乙", 200, "能源电子"]]
MESSY = [
    ["2023年全省电子信息制造业重点项目表"],
    ["填报单位：常德市", None, None, None, None, None, "单位：万元"],
    ["序号", "项目名称", "投资情况", None, "达产年营业收入\n（亿元）", "是否外省\n转移", "开工时间", "包联领导"],
    [None, None, "总投资", "2023年度计划投资"],
    [1, "甲项目", 104734, "约9亿", 16.79, None, "2023.2"],
    [2, "乙项目", 457199, 308632, 45.72, "√", dt.date(2022, 2, 7)],
    ["小计", None, 561933],
    ["注：1. 总投资含流动资金。"],
    ["2. 红色为调整项目。"],
]
MERGED = ["A1:H1", "A3:A4", "B3:B4", "C3:D3", "E3:E4", "F3:F4", "G3:G4", "H3:H4", "G2:H2"]


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


def opened_as(content: bytes | str, name: str) -> Any:
    """A file; or a text, as the page of imports hands on what is pasted."""
    return open_book(content.encode(), name="a.txt") if isinstance(content, str) else open_book(content, name=name)


def looked_at(
    content: bytes | str, user: Any, *, kind: str = "register", name: str = "a.xlsx", year: int = 2023, **more: Any
) -> Any:
    """What `check` says of a file, or of pasted text, for the programme of a year."""
    about = {"month": more.pop("month", None), "choices": more.pop("choices", Choices()).as_json()}
    imported = Import(kind=kind, programme=Programme.objects.get(year=year), **about)
    return check(imported, opened_as(content, name), user=user, **({"may_edit": may_edit} | more))


def verdicts(result: Any) -> dict[str, tuple[str, Any, Any]]:
    """Each cell that is more than a key, by its address: verdict, before, after."""
    return {
        cell.address: (str(cell.verdict), cell.before, cell.after)
        for cell in result.cells
        if not cell.is_key or cell.verdict == "refused"
    }


def faults(result: Any) -> dict[str, tuple[str, str]]:
    """Each cell that is refused, by its address: code and words."""
    return {cell.address: (cell.code, cell.words) for cell in result.cells if cell.verdict == "refused"}


def read(content: bytes | str, *, kind="register", sheet=None, name="a.xlsx", month=None):
    """The table of a file and how its columns are read."""
    book = opened_as(content, name)
    vocabulary = Vocabulary(kind, 2023, month)
    table = find_table(book.grid(book.sheets[0].name if sheet is None else sheet), vocabulary)
    return table, read_columns(table, vocabulary)


def fields(content: bytes | str, **more) -> dict[str, tuple[str, int | None]]:
    """The field and the unit of each column that has one."""
    return {each.letters: (each.field, each.unit) for each in read(content, **more)[1] if each.field}


def names(content: bytes | str, **more) -> list[str]:
    """The second column of the rows that are records."""
    table, _columns = read(content, **more)
    return [table.grid.text(row, 1) for row in table.rows]


def asked(content: bytes | str, **more) -> dict[str, str]:
    return {each.letters: str(each.question) for each in read(content, **more)[1] if each.question}
