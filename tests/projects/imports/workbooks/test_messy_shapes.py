"""Tables as departments, prefectures and parks send them, by openpyxl, XlsxWriter and LibreOffice: how each is read."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from projects.imports.workbooks.mapping import is_ready, readings
from projects.imports.workbooks.opening import opened, pasted
from projects.imports.workbooks.tables import table_in
from projects.imports.workbooks.vocabulary import Vocabulary

from .made import saved, xlsx

pytestmark = pytest.mark.no_database

OFFICE = Path("/usr/bin/soffice")
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


def read(content: bytes | str, *, kind="register", sheet=None, name="a.xlsx", month=None):
    """The table of a file and how its columns are read."""
    book = pasted(content) if isinstance(content, str) else opened(content, name=name)
    vocabulary = Vocabulary(kind, 2023, month)
    table = table_in(book.grid(book.sheets[0].name if sheet is None else sheet), vocabulary)
    return table, readings(table, vocabulary)


def fields(content: bytes | str, **more) -> dict[str, tuple[str, int | None]]:
    """The field and the unit of each column that has one."""
    return {each.letters: (each.field, each.unit) for each in read(content, **more)[1] if each.field}


def names(content: bytes | str, **more) -> list[str]:
    """The second column of the rows that are records."""
    table, _columns = read(content, **more)
    return [table.grid.text(row, 1) for row in table.rows]


def asked(content: bytes | str, **more) -> dict[str, str]:
    return {each.letters: each.question.value for each in read(content, **more)[1] if each.question}


def of_office(content: bytes, folder: Path, *, form: str = "xlsx") -> bytes:
    """What LibreOffice makes of a workbook that it opens and saves."""
    (folder / "in").mkdir()
    (folder / "in/a.xlsx").write_bytes(content)
    home = f"-env:UserInstallation=file://{folder}/home"
    command = [OFFICE, home, "--headless", "--convert-to", form, "--outdir", folder, folder / "in/a.xlsx"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return next(folder.glob("a.*")).read_bytes()


def test_a_plain_table_is_ready_at_once():
    content = xlsx(PLAIN)
    assert fields(content) == {"A": ("name_zh", None), "B": ("total_investment", WAN), "C": ("sector", None)}
    assert asked(content) == {}
    assert is_ready(read(content)[1])


def test_titles_two_rows_of_heads_merged_cells_a_unit_in_the_corner_and_notes():
    table, columns = read(xlsx(MESSY, merged=MERGED, hidden_rows=[6]))
    assert [(each.head, each.field, each.unit, each.unit_from) for each in columns] == [
        ("序号", "", None, ""),
        ("项目名称", "name_zh", None, ""),
        ("投资情况 › 总投资", "total_investment", WAN, "G2"),
        ("投资情况 › 2023年度计划投资", "planned_disbursement", WAN, "G2"),
        ("达产年营业收入 （亿元）", "expected_revenue", YI, "E3"),
        ("是否外省 转移", "transferred", None, ""),
        ("开工时间", "start", None, ""),
        ("包联领导", "", None, ""),
    ]
    assert table.rows == (4, 5)
    assert table.hidden_rows == (5,)
    assert [(each.row, each.why.value) for each in table.left_out] == [(6, "total"), (7, "note"), (8, "note")]
    assert table.above[0] == "2023年全省电子信息制造业重点项目表"


def test_the_unit_of_a_group_holds_for_the_columns_below_it_and_not_for_others():
    rows = [
        ["项目名称", "投资情况（亿元）", None, "达产年收入"],
        [None, "总投资", "年度计划投资（万元）", None],
        ["甲", 1, 2, 3],
    ]
    content = xlsx(rows, merged=["A1:A2", "B1:C1", "D1:D2"])
    found = fields(content)
    assert (found["B"], found["C"], found["D"]) == (
        ("total_investment", YI),
        ("planned_disbursement", WAN),
        ("expected_revenue", None),
    )
    assert asked(content) == {"D": "unit"}


def test_a_row_of_units_below_the_heads():
    rows = [["序号", "项目名称", "总投资", "年度计划投资"], [None, None, "（万元）", "（亿元）"], [1, "甲", 100, 1]]
    assert fields(xlsx(rows)) == {
        "B": ("name_zh", None),
        "C": ("total_investment", WAN),
        "D": ("planned_disbursement", YI),
    }
    assert names(xlsx(rows)) == ["甲"]


def test_heads_of_two_rows_from_csv_where_nothing_is_merged():
    text = "序号,项目名称,投资情况,,开工时间\n,,总投资（亿元）,年度计划投资（亿元）,\n1,甲,1.5,0.2,2023年2月\n"
    assert fields(text.encode(), name="a.csv") == {
        "B": ("name_zh", None),
        "C": ("total_investment", YI),
        "D": ("planned_disbursement", YI),
        "E": ("start", None),
    }


def test_a_unit_in_the_title_and_one_in_a_head_that_wins():
    rows = [["重点项目投资计划表（金额单位：亿元）"], ["项目名称", "计划总投资", "年度投资计划/万元"], ["甲", 1, 2]]
    assert fields(xlsx(rows)) == {
        "A": ("name_zh", None),
        "B": ("total_investment", YI),
        "C": ("planned_disbursement", WAN),
    }


def test_two_corners_that_differ_are_asked():
    rows = [["单位：亿元", "单位：万元"], ["项目名称", "总投资"], ["甲", 1]]
    assert asked(xlsx(rows)) == {"B": "unit"}


def test_a_head_that_is_only_alike_is_suggested_and_asked():
    rows = [["项目名称", "计划投资总额（亿元）", "年度计划"], ["甲项目", 1, 2]]
    _table, columns = read(xlsx(rows))
    assert [each.field for each in columns] == ["name_zh", "", ""]
    assert asked(xlsx(rows)) == {"B": "field", "C": "field"}
    assert columns[1].suggestions[0] == "total_investment"
    assert columns[1].unit == YI
    assert "planned_disbursement" in columns[2].suggestions


def test_the_same_words_of_another_year_or_under_another_group_are_another_thing():
    rows = [["项目名称", "2022年计划投资（万元）", "2023年计划投资（万元）"], ["甲", 1, 2]]
    assert fields(xlsx(rows)) == {"A": ("name_zh", None), "C": ("planned_disbursement", WAN)}
    rows = [["项目名称", "上年完成（万元）", None], [None, "投资额", "其他"], ["甲", 1, 2]]
    assert fields(xlsx(rows, merged=["A1:A2", "B1:C1"])) == {"A": ("name_zh", None)}


def test_two_columns_for_one_field_are_asked():
    rows = [["项目名称", "总投资（亿元）", "投资额（万元）"], ["甲", 1, 2]]
    assert asked(xlsx(rows)) == {"B": "twice", "C": "twice"}


def test_sections_totals_numbered_columns_and_heads_that_come_again():
    rows = [
        ["序号", "项目名称", "总投资（万元）", "市州"],
        ["甲", "乙", 1, 2],
        ["合计（3个）", None, 600],
        ["一、长沙市", None, None, None],
        [1, "甲项目", 100, "长沙市"],
        [None, "长沙市小计", 100],
        ["序号", "项目名称", "总投资（万元）", "市州"],
        [None, None, None, None],
        ["二、常德市（2个）", None, None, None],
        [2, "乙项目", 200, "常德市"],
        [3, "丙项目", 300, "常德市"],
        ["总 计", None, 600],
        ["填报人：张三", None, "审核人：李四"],
    ]
    content = xlsx(rows, merged=["A4:D4", "A9:D9"])
    table, _columns = read(content)
    assert names(content) == ["甲项目", "乙项目", "丙项目"]
    assert [each.why.value for each in table.left_out] == [
        *("heads_again", "total", "heading", "total", "heads_again", "heading", "total", "note"),
    ]


def test_names_that_only_look_like_totals_and_notes_are_records():
    rows = [["项目名称", "总投资（万元）"], ["合计算力中心", 1], ["注册会计服务园", 2], ["总计一号", 3]]
    table, _columns = read(xlsx(rows))
    assert (len(table.rows), table.left_out) == (3, ())


def test_a_hidden_sheet_is_listed_and_read_only_if_chosen():
    content = xlsx(PLAIN, sheets={"旧数据": ([["项目名称"], ["丙"]], "hidden"), "更旧": ([["项目名称"]], "veryHidden")})
    book = opened(content, name="a.xlsx")
    assert [(each.name, each.is_hidden) for each in book.sheets] == [("汇总", False), ("旧数据", True), ("更旧", True)]
    table, _columns = read(content, sheet="旧数据")
    assert [table.grid.text(row, 0) for row in table.rows] == ["丙"]


def test_heads_with_blanks_full_width_signs_marks_and_ends_of_lines():
    rows = [
        ["＊项　目 名称：", "总投资\n【单位：万元】", "是否承接省外产业转移（是/否）", "开工（建设）时间"],
        ["甲", 1, "是", "2023"],
    ]
    assert fields(xlsx(rows)) == {
        "A": ("name_zh", None),
        "B": ("total_investment", WAN),
        "C": ("transferred", None),
    }


def test_heads_in_english():
    rows = [
        ["Project code", "Total investment (100 million CNY)", "Planned disbursement (10,000 CNY)", "Sector"],
        ["A", 1, 2, "x"],
    ]
    assert fields(xlsx(rows)) == {
        "A": ("code", None),
        "B": ("total_investment", YI),
        "C": ("planned_disbursement", WAN),
        "D": ("sector", None),
    }


def test_a_monthly_form_with_the_month_in_its_heads():
    rows = [
        ["长沙市2023年6月重点项目调度表", None, None, None, None, None, "单位：万元"],
        ["项目编号", "项目名称", "6月完成投资", "1-6月累计完成投资", "存在问题", "下一步措施", "累计完成投资"],
        ["HN-1", "甲", 100, 600, "无", "加快", 900],
    ]
    content = xlsx(rows)
    assert fields(content, kind="reports", month=6) == {
        "A": ("code", None),
        "B": ("name_zh", None),
        "C": ("disbursed", WAN),
        "D": ("quoted_year_to_date", WAN),
        "E": ("problems", None),
        "F": ("measure", None),
    }
    assert asked(content, kind="reports", month=6) == {"G": "field"}  # of the year, or since the start?


def test_formulas_that_were_never_computed_errors_and_shares():
    rows = [["项目名称", "总投资（万元）", "备注"], ["甲", "=1+2", 0.55], ["乙", "#REF!", 0.125]]
    table, _columns = read(xlsx(rows, formats={"C2": "0%", "C3": '0.0"%以上"'}))
    assert {place.address: code for place, code in table.grid.faults.items()} == {
        "B2": "uncomputed",
        "B3": "error_value",
    }
    assert table.grid.text(1, 2) == "55%"
    assert table.grid.text(2, 2) == "0.125"


def test_a_row_of_nothing_but_a_formula_that_was_never_computed_is_not_lost():
    table, _columns = read(xlsx([*PLAIN, [None, "=B2+B3"]]))
    assert table.rows == (1, 2, 3)


def test_a_formula_of_xlsxwriter_has_no_value_though_it_says_zero():
    file = io.BytesIO()
    workbook = xlsxwriter.Workbook(file)
    sheet = workbook.add_worksheet("表")
    for row, line in enumerate(PLAIN):
        sheet.write_row(row, 0, line)
    sheet.write_formula("B4", "=B2+B3")
    sheet.merge_range("E1:F1", "备注")
    workbook.close()
    table, columns = read(file.getvalue())
    assert [place.address for place in table.grid.faults] == ["B4"]
    assert names(file.getvalue()) == ["100", "200", ""]
    assert [each.field for each in columns][:3] == ["name_zh", "total_investment", "sector"]


@pytest.mark.office
def test_what_libreoffice_saves_is_read_the_same_and_its_formulas_are_computed(tmp_path):
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx(MESSY, merged=MERGED, hidden_rows=[6])))
    workbook["汇总"]["C7"] = "=SUM(C5:C6)"
    workbook["汇总"]["E6"] = "=E5*2"
    content = of_office(saved(workbook), tmp_path)
    table, columns = read(content)
    before, columns_before = read(xlsx(MESSY, merged=MERGED, hidden_rows=[6]))
    assert [(each.head, each.field, each.unit) for each in columns] == [
        (each.head, each.field, each.unit) for each in columns_before
    ]
    assert (table.rows, table.hidden_rows, table.grid.faults) == (before.rows, before.hidden_rows, {})
    assert table.grid.text(5, 4) == "33.58"
    assert table.grid.text(5, 6) == "2022-02-07"


@pytest.mark.office
def test_csv_that_libreoffice_writes_says_the_same(tmp_path):
    content = of_office(xlsx(PLAIN), tmp_path, form="csv:Text - txt - csv (StarCalc):9,34,76,1")
    assert fields(content, name="a.csv") == fields(xlsx(PLAIN))
    assert names(content, name="a.csv") == ["100", "200"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_in_every_encoding_and_with_every_separator(encoding, separator):
    text = f'项目名称{separator}总投资（万元）\r\n"甲{separator}乙\n园"{separator}１００\r\n\r\n丙{separator}7\r\n'
    table, columns = read(text.encode(encoding), name="a.csv")
    assert [each.field for each in columns] == ["name_zh", "total_investment"]
    assert [table.grid.text(row, 0) for row in table.rows] == [f"甲{separator}乙\n园", "丙"]
    assert table.rows == (1, 3)  # as a spreadsheet numbers them


def test_pasted_cells_are_read_as_a_table():
    assert fields("项目名称\t总投资（万元）\n甲\t100\n") == {"A": ("name_zh", None), "B": ("total_investment", WAN)}


def test_a_column_without_a_head_is_named_and_not_asked():
    _table, columns = read(xlsx([["项目名称", "总投资（万元）", None], ["甲", 1, "待定"]]))
    assert (columns[2].letters, columns[2].field, columns[2].samples, columns[2].question) == ("C", "", ("待定",), None)
