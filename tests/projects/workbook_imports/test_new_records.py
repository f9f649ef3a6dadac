"""A new record of a workbook is not written where a cell that is refused would leave it saying what nobody said."""

from tests.projects.imports.workbooks.made import faults, looked_at, xlsx


def test_a_place_on_a_list_is_not_taken_on_another_day_than_was_said(province):
    """A blank day of joining says 'from the start of the year', which is not what a day that is refused meant."""
    heads = ["项目编号", "2024年度计划投资（万元）", "调入时间"]
    found = looked_at(
        xlsx([heads, ["HN-EI-2023-13", 5, "2024-02-30"], ["HN-EI-2023-14", 5, None]]), province, year=2024
    )
    assert [row.verdict for row in found.rows] == ["refused", "new"]
    assert {each: code for each, (code, *_words) in faults(found).items()} == {
        "A2": "new",
        "B2": "row",
        "C2": "invalid",
    }
