"""Tables as departments, prefectures and parks send them: what each column is, and which rows are records."""

from __future__ import annotations

import pytest

from projects.imports.books import open_book
from projects.imports.tables import is_ready

from .made import MERGED, MESSY, PLAIN, WAN, YI, asked, fields, names, read, xlsx

pytestmark = pytest.mark.no_database


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
        ["有数据的项目", None, 3],
        ["填报人：张三", None, "审核人：李四"],
    ]
    content = xlsx(rows, merged=["A4:D4", "A9:D9"])
    table, _columns = read(content)
    assert names(content) == ["甲项目", "乙项目", "丙项目"]
    assert [each.why.value for each in table.left_out] == [
        *("heads_again", "total", "heading", "total", "heads_again", "heading", "total", "total", "note"),
    ]


def test_names_that_only_look_like_totals_and_notes_are_records():
    rows = [["项目名称", "总投资（万元）"], ["合计算力中心", 1], ["注册会计服务园", 2], ["总计一号", 3]]
    table, _columns = read(xlsx(rows))
    assert (len(table.rows), table.left_out) == (3, ())


def test_a_hidden_sheet_is_listed_and_read_only_if_chosen():
    content = xlsx(PLAIN, sheets={"旧数据": ([["项目名称"], ["丙"]], "hidden"), "更旧": ([["项目名称"]], "veryHidden")})
    book = open_book(content, name="a.xlsx")
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


def test_what_a_project_is_stands_in_a_monthly_form_to_be_recognised_and_is_not_read():
    rows = [["项目名称", "市州", "总投资", "本月完成投资（万元）", "投资额"], ["甲项目", "长沙", 9, 1, 2]]
    _table, columns = read(xlsx(rows), kind="reports", month=6)
    assert [each.certainty.value for each in columns] == ["exact", "beside", "beside", "exact", "alike"]
    assert asked(xlsx(rows), kind="reports", month=6) == {"E": "field"}


def test_heads_of_three_rows_with_a_group_within_a_group_are_read():
    rows = [
        ["重点项目计划表"],
        ["项目名称", "投资情况（亿元）", None, None, "所属行业"],
        [None, "总投资", "其中", None, None],
        [None, None, "截至2022年底累计完成投资", "2023年计划投资", None],
        ["甲", 120.5, 30, 25.25, "能源电子"],
    ]
    merged = ["A1:E1", "A2:A4", "B2:D2", "B3:B4", "C3:D3", "E2:E4"]
    assert fields(xlsx(rows, merged=merged)) == {
        "A": ("name_zh", None),
        "B": ("total_investment", YI),
        "C": ("disbursed_before", YI),
        "D": ("planned_disbursement", YI),
        "E": ("sector", None),
    }
