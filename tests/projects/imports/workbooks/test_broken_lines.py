"""Cells that somebody broke into lines, as officials do to make a column narrow: they say what they would say in one."""

from __future__ import annotations

from projects.models import Project

from .made import looked_at, verdicts, xlsx

HEADS = ["项目编号", "项目名称", "企业名称", "备注"]


def test_a_company_whose_cell_is_broken_into_lines_is_no_other_company(province):
    project = Project.objects.exclude(enterprise=None).first()
    name, company = project.name_zh, project.enterprise.name_zh
    row = [project.code, f"{name[:2]}\n{name[2:]}", f"{company[:2]}\r\n{company[2:]}", None]
    found = verdicts(looked_at(xlsx([HEADS, row]), province))
    assert {address: verdict for address, (verdict, *_values) in found.items()} == {
        "A2": "unchanged",
        "C2": "unchanged",
    }


def test_words_that_go_on_for_lines_keep_them_and_a_new_name_has_one(province):
    project = Project.objects.first()
    found = verdicts(looked_at(xlsx([HEADS, [project.code, "新的\n名称", None, "第一行\n第二行"]]), province))
    assert found["B2"][2] == "新的名称"
    assert found["D2"][2] == "第一行\n第二行"
