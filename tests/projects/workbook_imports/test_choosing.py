"""Choosing in the preview: which project a row means, its sector, whose value holds; and the rows of the heads."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from projects.choices import Channel
from projects.history.digests import digest_of
from projects.history.revisions import create_revision
from projects.imports.rows import Choices, Holds
from projects.models import Entry, Import, Programme, Project, RememberedMapping
from projects.workbook_imports import choose, confirm, remap
from sectors.models import Sector

from .sent import CODE, NAME, REGISTER, WHY, sent, worked

VERSIONED = ["编号", "版本", "总投资（万元）"]
TOLD = {"A": {"field": "code"}, "B": {"field": "total_investment", "unit": "万元"}}


def cells(imported: Import) -> dict[str, tuple[str, Any, Any]]:
    found = imported.cells.with_content().exclude(verdict="unchanged")
    return {each.address: (each.verdict, each.before, each.after) for each in found}


def chosen(imported: Import, user: Any, *, for_all: bool = False, **said: Any) -> Import:
    return worked(choose(imported, user=user, choices=Choices(**said), for_all=for_all))


def namesake(user: Any) -> str:
    """The code of another project of the name on the list."""
    with create_revision(door=Channel.PAGE, user=user):
        other = Project(code="HN-EI-2023-98", name_zh=NAME, sector=Sector.objects.first(), basis="illustrative")
        other.save()
        Entry(project=other, programme=Programme.objects.get(year=2023)).save()
    return other.code


def test_a_row_that_matches_several_is_written_to_the_one_that_is_chosen(province):
    other = namesake(province)
    imported = sent(province, [REGISTER, [None, NAME, 5000, None, None]])
    asked = imported.cells.get(question="project")
    assert (asked.address, sorted(asked.options["projects"]), imported.counts["rows"]["refused"]) == (
        "B2",
        [CODE, other],
        1,
    )
    imported = chosen(imported, province, projects={"2": other})
    assert (imported.state, cells(imported)) == ("ready", {"C2": ("new", None, 50_000_000)})
    worked(confirm(imported, user=province, reason=WHY))
    assert Project.objects.get(code=other).total_investment == 50_000_000
    assert Project.objects.get(code=CODE).total_investment != 50_000_000


def test_it_may_be_a_new_one_too_and_its_sector_is_asked_then(province):
    imported = sent(province, [REGISTER[:4], ["HN-EI-2023-97", NAME, 5000, None]])
    imported = chosen(imported, province, projects={"2": "new"})
    assert set(imported.cells.exclude(question="").values_list("question", flat=True)) == {"project", "sector"}
    imported = chosen(imported, province, sectors={"2": "energy-electronics"})
    assert imported.counts["rows"]["new"] == 1
    worked(confirm(imported, user=province, reason=WHY))
    made = Project.objects.get(code="HN-EI-2023-97")
    assert (made.name_zh, made.sector.code) == (NAME, "energy-electronics")


@pytest.mark.parametrize(
    "said",
    [
        {"projects": {"2": "HN-EI-2023-18"}},
        {"projects": {"3": CODE}},
        {"sectors": {"2": "no-such"}},
        {"cells": {"C2": "file"}},
    ],
)
def test_what_is_not_asked_or_offered_is_refused_at_its_place(province, said):
    imported = sent(province, [REGISTER, ["HN-EI-2023-97", NAME, 5000, None, None]])
    with pytest.raises(ValidationError) as refused:
        chosen(imported, province, **said)
    assert set(refused.value.message_dict) == set(said)
    imported.refresh_from_db()
    assert (imported.state, imported.choices) == ("ready", {})


def in_conflict(user: Any, *codes: str) -> Import:
    """Rows of projects that were changed since the file was made."""
    rows = [[code, digest_of(Project.objects.get(code=code)), 5] for code in codes]
    with create_revision(door=Channel.PAGE, user=user):
        for code in codes:
            project = Project.objects.get(code=code)
            project.total_investment = 60_000_000
            project.total_investment_reported_by = "市工信局"
            project.save()
    return sent(user, [VERSIONED, *rows])


def test_a_conflict_is_chosen_cell_by_cell_or_for_all(province):
    two = [CODE, "HN-EI-2023-18"]
    imported = in_conflict(province, *two)
    held = ("conflicts", 60_000_000, 50_000)
    assert cells(imported) == {"C2": held, "C3": held}
    told = imported.cells.get(address="C2").options
    assert (told["who"], told["is_own"], told["then"]) == (province.display_name, True, 1_047_340_000)
    imported = chosen(imported, province, cells={"C3": Holds.FILE})
    assert cells(imported) == {"C2": held, "C3": ("changed", 60_000_000, 50_000)}
    imported = chosen(imported, province, conflicts=Holds.FILE, for_all=True)
    assert {each[0] for each in cells(imported).values()} == {"changed"}
    imported = chosen(imported, province, cells={"C2": Holds.REGISTER})
    worked(confirm(imported, user=province, reason=WHY))
    found = dict(Project.objects.filter(code__in=two).values_list("code", "total_investment"))
    assert found == {CODE: 60_000_000, two[1]: 50_000}


def test_the_rows_of_the_heads_are_chosen_and_remembered(province):
    rows = [["汇总", "五月", "稿"], ["代号", "钱", "说法"], ["a", "b", "c"], [CODE, 5000, "甲"]]
    imported = sent(province, rows)
    assert imported.state == "needs_mapping"
    heads = {"first": 2, "last": 2, "records": 4}
    imported = worked(remap(imported, user=province, mapping=None, heads=heads))
    assert [each["head"] for each in imported.reading["columns"]] == ["代号", "钱", "说法"]
    assert imported.reading["columns"][0]["samples"] == [CODE]
    imported = worked(remap(imported, user=province, mapping=TOLD, heads=heads))
    assert (imported.state, imported.heads, cells(imported)) == (
        "ready",
        heads,
        {"B4": ("changed", 1_047_340_000, 50_000_000)},
    )
    again = sent(province, rows)
    assert (again.state, again.heads) == ("ready", heads)


@pytest.mark.parametrize("remember", [True, False])
def test_a_mapping_is_remembered_only_where_that_is_wanted(province, remember):
    imported = sent(province, [["项目编号", "总投资"], [CODE, 5000]])
    worked(remap(imported, user=province, mapping=TOLD, remember=remember))
    assert RememberedMapping.objects.filter(user=province).exists() == remember


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["单位：亿元"], "单位：亿元"),
        (["项目编号", "项目名称", "总投资（亿元）"], "总投资（亿元）"),
        (["单位：万元"], ""),
        (["项目编号", "项目名称", "总投资（万元）"], ""),
    ],
)
def test_amounts_below_another_unit_are_not_read_misleadingly(province, line, said):
    heads = ["项目编号", "项目名称", "总投资（万元）"]
    imported = sent(province, [heads, [CODE, None, 5000], line, ["HN-EI-2023-18", None, 6]])
    found = imported.cells.get(address="C4")
    assert (found.verdict, found.code) == (("refused", "other_unit") if said else ("changed", ""))
    assert said in found.words
    assert imported.cells.get(address="C2").after == 50_000_000
