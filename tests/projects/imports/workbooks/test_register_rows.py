"""Rows of the register: which project each is about, what it would change, and for whom."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from projects.history.digests import digest_of
from projects.history.revisions import create_revision
from projects.models import Entry, PlausibilityRule, Prefecture, Programme, Project

from .made import faults, looked_at, verdicts, xlsx

CODE = "HN-EI-2023-13"  # 示例项目01·计算机与服务器1
NAME = "示例项目01·计算机与服务器1"
HEADS = ["项目编号", "项目名称", "总投资（万元）", "2023年度计划投资（万元）", "所属行业"]


def of(user, *rows, heads=HEADS, **more):
    return looked_at(xlsx([heads, *rows]), user, **more)


def test_a_cell_is_new_changed_unchanged_or_refused(province):
    found = of(province, [CODE, NAME, 104734, 1, None], ["HN-EI-2023-14", None, "约9亿", "１億", None])
    assert verdicts(found) == {
        "A2": ("unchanged", CODE, CODE),
        "C2": ("unchanged", 1_047_340_000, 1_047_340_000),
        "D2": ("changed", 896_160_000, 10_000),
        "A3": ("unchanged", "HN-EI-2023-14", "HN-EI-2023-14"),
        "C3": ("refused", 1_761_370_000, None),
        "D3": ("refused", 1_000_930_000, None),
    }
    assert found.counts == {
        "rows": {"new": 0, "changed": 1, "unchanged": 0, "refused": 1, "conflicts": 0},
        "cells": {"new": 0, "changed": 1, "unchanged": 3, "refused": 2, "conflicts": 0},
    }
    assert "约9亿" in faults(found)["C3"][1]


@pytest.mark.parametrize("named", [[CODE, NAME, None], [None, "新项目", "能源电子"]])
def test_nothing_of_a_row_is_written_whose_total_is_refused(province, named):
    code, name, sector = named
    with override("en"):
        [row] = of(province, [code, name, "约9亿", 5000, sector]).rows
    assert (row.verdict, row.cell("planned_disbursement").verdict) == ("refused", "refused")
    assert "约9亿" in row.cell("total_investment").words
    assert "so nothing of the row is written" in row.key_cell.words


def test_a_project_is_found_by_its_name_however_it_is_spaced(province):
    found = of(province, [None, " 示例项目０１ ·计算机 与服务器1", 5, None, None])
    assert found.rows[0].project == CODE
    assert verdicts(found) == {"C2": ("changed", 1_047_340_000, 50_000)}


def test_a_name_in_the_other_language_renames_nothing(province):
    project = Project.objects.get(code=CODE)
    assert project.name_en
    assert verdicts(of(province, [CODE, project.name_en, None, None, None])) == {"A2": ("unchanged", CODE, CODE)}
    assert verdicts(of(province, [CODE, "新的名称", None, None, None]))["B2"] == ("changed", NAME, "新的名称")


def test_a_new_project_gets_the_next_free_code_and_is_asked_for_its_sector(province):
    found = of(
        province,
        [None, "新项目一", 9, 5, "能源电子"],
        [None, "新项目二", 9, None, None],
        ["hn-ei-2023-43", "新三", 1, 1, "能源电子"],
    )
    first, second, third = found.rows
    assert (first.verdict, first.proposed_code, first.project) == ("new", "HN-EI-2023-44", "HN-EI-2023-44")
    assert (second.verdict, faults(found)["B3"][0]) == ("refused", "missing")
    assert (third.verdict, third.project, third.proposed_code) == ("new", "HN-EI-2023-43", "")
    project, entry = first.records
    assert (project.name_zh, project.total_investment, entry.planned_disbursement) == ("新项目一", 90_000, 50_000)
    assert (project.pk, entry.pk) == (None, None)


def test_a_name_that_fits_several_is_asked_and_never_guessed(province):
    with create_revision():
        other = Project.objects.get(code="HN-EI-2023-14")
        other.name_zh = NAME
        other.save()
    found = of(province, [None, NAME, 5, None, None])
    assert faults(found)["B2"][0] == "several"
    assert CODE in faults(found)["B2"][1]
    assert "HN-EI-2023-14" in faults(found)["B2"][1]
    assert found.rows[0].verdict == "refused"


def test_a_row_that_names_no_project_is_refused(province):
    assert faults(of(province, [None, None, 5, None, None]))["C2"][0] == "no_key"


@pytest.mark.parametrize(
    "again", [[CODE, None], ["ｈｎ-ei-2023-13", None], [None, NAME], [None, "示例项目01 ·计算机与服务器1"]]
)
def test_the_same_project_twice_is_refused_at_both_rows(province, again):
    found = of(province, [CODE, None, 1, 1, None], [*again, 1, 1, None], ["HN-EI-2023-15", None, 1, 1, None])
    assert [row.verdict for row in found.rows] == ["refused", "refused", "changed"]
    assert "3" in faults(found)["A2"][1]


def test_the_rules_of_the_records_hold_and_only_what_breaks_them_is_refused(province):
    heads = ["项目编号", "达产年收入（亿元）", "转出省份", "开工时间", "竣工时间", "产业链环节", "调入日期"]
    found = of(province, [CODE, 5000, "广东", "2023-05", "2022-01", "火星", "2023.3"], heads=heads)
    refused = faults(found)
    assert set(refused) == {"B2", "C2", "E2", "F2", "G2"}
    assert verdicts(found)["D2"] == ("changed", "2023-02", "2023-05")
    assert found.rows[0].records[0].expected_revenue == 1_678_520_000  # as it would be written


def test_who_writes_in_a_prefecture_may_change_its_own_and_sees_no_other(changsha_writer):
    own = Project.objects.filter(prefecture__adcode="430100", basis="illustrative").first()
    other = Project.objects.exclude(prefecture__adcode="430100").exclude(prefecture=None).first()
    heads = ["项目编号", "项目名称", "备注", "总投资（万元）", "所属行业"]
    found = of(
        changsha_writer,
        [own.code, None, "说明", 5, None],
        [other.code, other.name_zh, "说明", 5, "能源电子"],
        [None, other.name_zh, "说明", 5, "能源电子"],
        heads=heads,
    )
    mine, foreign, new = found.rows
    assert mine.verdict == "changed"
    assert {cell.field: cell.is_proposal for cell in mine.cells if cell.is_written} == {
        "note_zh": True,  # of an illustrative project
        "total_investment": True,
    }
    assert (foreign.verdict, foreign.cell("code").code) == ("refused", "unusable")
    assert all(cell.before is None for cell in foreign.cells)
    assert new.verdict == "new"  # of that other it learns nothing
    assert new.records[0].prefecture_id == Prefecture.objects.get(adcode="430100").pk
    assert (mine.is_proposal, new.is_proposal) == (True, True)  # being on the list is proposed as well


def test_nobody_moves_a_project_out_of_the_own_prefecture_or_adds_one_elsewhere(changsha_writer):
    own = Project.objects.filter(prefecture__adcode="430100").first()
    heads = ["项目编号", "项目名称", "市州", "所属行业"]
    found = of(changsha_writer, [own.code, None, "株洲", None], [None, "新项目", "株洲市", "能源电子"], heads=heads)
    assert {address: code for address, (code, _words) in faults(found).items() if code == "forbidden"} == {
        "C2": "forbidden",
        "C3": "forbidden",
    }
    assert found.counts["rows"]["refused"] == 2


def test_what_others_changed_since_the_export_is_a_conflict(province):
    project = Project.objects.get(code=CODE)
    exported = digest_of(project)
    rows = [[CODE, exported, 5, "否", "2023-02"]]
    heads = ["编号", "版本", "总投资（万元）", "是否承接省外产业转移", "开工"]
    assert verdicts(of(province, *rows, heads=heads))["C2"] == ("changed", 1_047_340_000, 50_000)
    with create_revision():
        project.total_investment, project.started = 60_000, "2023-04"
        project.save()
    found = of(province, *rows, heads=heads)
    assert verdicts(found)["C2"] == ("conflicts", 60_000, 50_000)
    assert verdicts(found)["E2"] == ("unchanged", "2023-04", "2023-04")  # the file says what was exported
    assert found.rows[0].verdict == "conflicts"
    assert found.rows[0].records[0].total_investment == 60_000  # what the register holds is kept
    unknown = of(province, [CODE, "0" * 32, 5, None, None], heads=heads)
    assert verdicts(unknown)["C2"][0] == "conflicts"


def test_a_plan_that_others_changed_since_the_export_is_a_conflict_too(province):
    """Of the list; the project is as it was."""
    entry = Entry.objects.select_related("project").get(project__code=CODE, programme__year=2023)
    exported, heads = (
        f"{digest_of(entry.project)} {digest_of(entry)}",
        ["编号", "版本", "年度计划投资（元）", "总投资（元）"],
    )
    before, own = entry.planned_disbursement, entry.project.total_investment
    with create_revision():
        entry.planned_disbursement = before + 10_000_000
        entry.save()
    untouched = of(province, [CODE, exported, before, own], heads=heads)
    assert verdicts(untouched)["C2"] == ("unchanged", before + 10_000_000, before + 10_000_000)
    assert untouched.rows[0].verdict == "unchanged"
    typed = of(province, [CODE, exported, before + 20_000_000, own + 10_000_000], heads=heads)
    assert verdicts(typed)["C2"] == ("conflicts", before + 10_000_000, before + 20_000_000)
    assert verdicts(typed)["D2"] == ("changed", own, own + 10_000_000)
    of_the_project_alone = of(province, [CODE, digest_of(entry.project), before, own], heads=heads)
    assert verdicts(of_the_project_alone)["C2"][0] == "changed"


def test_what_a_rule_of_plausibility_refuses_is_refused(province, plausible):
    with create_revision():
        for rule in PlausibilityRule.objects.all():
            rule.importance = "refuse"
            rule.save()
    found = of(province, [CODE, None, 3, None, None])
    assert faults(found)["C2"][0] == "invalid"


def test_a_project_of_another_year_joins_the_list(province):
    programme = Programme.objects.get(year=2023)
    with create_revision():
        project = Project(code="HN-OLD-1", name_zh="旧项目", sector=Project.objects.first().sector)
        project.save()
    found = of(province, ["HN-OLD-1", None, None, 5, None])
    assert (found.rows[0].verdict, found.rows[0].records[1].programme) == ("new", programme)
    assert verdicts(found)["D2"] == ("new", None, 50_000)
