"""What was refused comes back as a workbook: its rows, the faults in their cells, sent back corrected like any other."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from projects.models import Import, Programme
from projects.workbook_imports import begin, remap
from projects.workbook_imports.refused_rows import refused_workbook
from tests.projects.imports.workbooks.made import saved

from .sent import CODE, REGISTER, sent, worked

OTHER = "HN-EI-2023-18"
ROWS = [
    ["2023年项目表"],
    ["填报单位：长沙市", None, None, None, "单位：万元"],
    ["项目编号", "项目名称", "投资情况", None, "备注"],
    [None, None, "总投资", "2023年度计划投资", None],
    [CODE, None, 5000, "约9亿", "+86 1"],
    [OTHER, None, 6000, 7, None],
    ["HN-EI-2023-27", None, "无数", 8, "甲"],
]
MERGED = ["A1:E1", "A3:A4", "B3:B4", "C3:D3", "E3:E4"]


def book_of(imported: Import) -> Any:
    content = refused_workbook(imported)
    assert content is not None
    return openpyxl.load_workbook(io.BytesIO(content))


def again(user: Any, book: Any) -> Import:
    programme = Programme.objects.get(year=2023)
    return worked(begin(user, kind="register", programme=programme, month=None, name="改.xlsx", content=saved(book)))


def test_the_rows_come_back_under_their_own_heads_and_corrected_they_are_read(province):
    imported = sent(province, ROWS, merged=MERGED)
    assert (imported.state, imported.counts["cells"]["refused"]) == ("ready", 5)
    book = book_of(imported)
    sheet = book.active
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    firsts = [row[0] for row in values]
    assert (sheet.title, firsts) == (
        "汇总",
        ["2023年项目表", "填报单位：长沙市", "项目编号", None, CODE, "HN-EI-2023-27"],
    )
    assert [row[2] for row in values[4:]] == [5000, "无数"]
    assert values[3][5] == "拒收原因"
    fault, reason = sheet["D5"], sheet["F5"].value
    assert (fault.value, fault.fill.fgColor.rgb, fault.comment.text in reason) == ("约9亿", "FFF8D7DA", True)
    assert "年度计划投资" in reason
    assert (sheet["C5"].comment, sheet["C6"].comment is None) == (None, False)
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}  # text is never a formula

    sheet["D5"], sheet["C6"] = 90000, 8
    corrected = again(province, book)
    assert (corrected.state, corrected.counts["cells"]["refused"], corrected.counts["rows"]["changed"]) == (
        "ready",
        0,
        2,
    )
    assert corrected.cells.get(address="D5").after == 900_000_000


def test_a_mapping_that_was_said_is_said_of_what_comes_back(province):
    imported = sent(province, [["项目编号", "钱"], [CODE, "约9亿"], [OTHER, 6]])
    told = {"A": {"field": "code"}, "B": {"field": "total_investment", "unit": "万元"}}
    imported = worked(remap(imported, user=province, mapping=told))
    corrected = again(province, book_of(imported))
    assert (corrected.state, corrected.counts["cells"]["refused"]) == ("ready", 1)


def test_a_line_that_says_another_unit_comes_back_too(province):
    imported = sent(province, [REGISTER[:3], [CODE, None, 5000], ["单位：亿元"], [OTHER, None, 6]])
    values = [row[0].value for row in book_of(imported).active.iter_rows()]
    assert values == ["项目编号", "单位：亿元", OTHER]


def test_where_nothing_is_refused_there_is_none(province):
    assert refused_workbook(sent(province, [REGISTER, [CODE, None, 5000, None, None]])) is None
