"""The national project code of a row finds its project, before the name does and never against the code."""

from __future__ import annotations

from typing import Any

import pytest

from projects.choices import ImportState
from projects.history.revisions import create_revision
from projects.imports.rows import Choices
from projects.models import Prefecture, Project
from projects.models.fields import NATIONAL_CODE_REFUSED
from tests.people import ZHUZHOU

from .made import asked, faults, fields, looked_at, verdicts, xlsx

FIRST, SECOND = "HN-EI-2023-01", "HN-EI-2023-02"
NATIONAL, OTHER, FREE = "2304-430100-04-01-123456", "2304-430200-04-01-000001", "2017-430100-39-03-000007"
MAPPING: dict[str, dict[str, Any]] = {
    "A": {"field": "code"},
    "B": {"field": "national_code"},
    "C": {"field": "name_zh"},
    "D": {"field": "total_investment", "unit": 10_000},
    "E": {"field": "sector"},
}
HEADS = ["项目编号", "项目代码", "项目名称", "总投资（万元）", "所属行业"]


def set_national(code: str, national: str, **more: Any) -> Project:
    project = Project.objects.get(code=code)
    project.national_code = national
    for name, value in more.items():
        setattr(project, name, value)
    with create_revision():
        project.save()
    return project


@pytest.fixture
def coded(register):
    return set_national(FIRST, NATIONAL)


def row_of(user: Any, *cells: Any, **more: Any) -> Any:
    [row] = looked_at(xlsx([HEADS, cells]), user, mapping=MAPPING, **more).rows
    return row


@pytest.mark.parametrize(
    "spelling", [NATIONAL, "２３０４－４３０１００－０４－０１－１２３４５６", "2304—430100‐04−01–123456 "]
)
def test_it_finds_the_project_however_it_is_spelled(coded, province, spelling):
    found = looked_at(xlsx([HEADS[1:4:2], [spelling, 12345]]), province)
    assert (found.state, found.rows[0].project) == (ImportState.READY, FIRST)
    assert verdicts(found)["B2"][0] == "changed"


@pytest.mark.parametrize(
    "cells",
    [
        ["HN-EI-2099-99", NATIONAL, None],  # an unknown code
        [None, NATIONAL, SECOND],  # the name of another project
    ],
)
def test_what_else_the_row_says_of_another_project_is_asked(coded, province, cells):
    names = {SECOND: Project.objects.get(code=SECOND).name_zh}
    cells = [names.get(each, each) for each in cells]
    row = row_of(province, *cells)
    cell = row.cell("national_code")
    assert (row.verdict, cell.code, cell.question) == ("refused", "several", "project")
    assert cell.options == {"projects": [FIRST], "may_be_new": False}
    assert row_of(province, *cells, 1, choices=Choices(projects={"2": FIRST})).project == FIRST


def test_the_code_of_one_project_and_the_national_code_of_another_are_refused(coded, province):
    row = row_of(province, SECOND, NATIONAL)
    assert (row.verdict, row.cell("national_code").code) == ("refused", "taken")
    assert FIRST in row.cell("national_code").words


@pytest.mark.parametrize("code", [FIRST, None])
def test_that_of_a_hidden_project_is_refused_in_the_words_of_any_that_cannot_be_used(
    register, changsha_writer, zhuzhou_writer, code
):
    set_national(SECOND, OTHER, prefecture=Prefecture.objects.get(adcode=ZHUZHOU))
    row = row_of(changsha_writer, code, OTHER, "新项目" if code is None else None, 1, "能源电子")
    malformed = row_of(changsha_writer, None, "2304-43", "新项目", 1, "能源电子")
    said = row.cell("national_code")
    assert (row.verdict, said.code, said.words) == ("refused", "unusable", str(NATIONAL_CODE_REFUSED))
    assert (malformed.cell("national_code").code, malformed.cell("national_code").words) == (said.code, said.words)


def test_a_cell_that_is_none_refuses_itself_beside_a_known_code_and_else_its_row(register, province):
    beside, alone = row_of(province, FIRST, "2304-43", None, 1), row_of(province, None, "2304-43", "新", 1, "能源电子")
    assert (beside.verdict, beside.cell("total_investment").verdict) == ("changed", "changed")
    assert beside.cell("national_code").code == "unusable"
    assert alone.verdict == "refused"


def test_two_rows_of_one_are_refused(register, province):
    lines = [[None, FREE, "甲", 1, "能源电子"], [None, FREE, "乙", 1, "能源电子"]]
    found = looked_at(xlsx([HEADS, *lines]), province)
    assert [row.verdict for row in found.rows] == ["refused", "refused"]
    assert {place: words for place, (_code, words) in faults(found).items() if words} == {
        "B2": "第3行的投资项目统一代码与此相同，一个代码只属于一个项目。",
        "B3": "第2行的投资项目统一代码与此相同，一个代码只属于一个项目。",
    }


def test_codes_of_another_kind_under_its_head_are_asked_about():
    heads = ["项目代码", "项目名称"]
    assert asked(xlsx([heads, ["ABC-1", "甲"]])) == {"A": "field"}
    assert asked(xlsx([["项目编号", "项目名称"], [NATIONAL, "甲"]])) == {"A": "field"}
    assert fields(xlsx([heads, [NATIONAL, "甲"]])) == {"A": ("national_code", None), "B": ("name_zh", None)}


@pytest.mark.parametrize(("code", "national", "fault"), [(None, NATIONAL, ""), (SECOND, NATIONAL, "taken")])
def test_reports_are_found_by_it_too(province, code, national, fault):
    reported = "HN-EI-2023-13"  # of those that are known from publications nobody reports
    set_national(reported, NATIONAL)
    lines = [["项目编号", "项目代码", "本月完成投资（万元）"], [code, national, 100]]
    [row] = looked_at(xlsx(lines), province, kind="reports", month=12).rows
    assert row.cell("national_code").code == fault
    assert row.project == ("" if fault else reported)
