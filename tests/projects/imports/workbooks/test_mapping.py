"""Mappings that somebody says: what they may hold, that they come back from JSON, and what is asked without one."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from projects.imports.books import open_book
from projects.imports.fields import CODE, FIELDS, NAME, VERSION, Vocabulary, may_clear
from projects.imports.tables import (
    ColumnMapping,
    MappedColumn,
    find_table,
    get_column_letters,
    get_proposed_mapping,
    get_signature,
    read_columns,
)

from .made import looked_at, verdicts, xlsx

ROWS = [["项目名称", "投资（亿元）", "投资额", "包联领导"], ["新项目", 9, 100, "张三"]]


def table(rows=ROWS):
    return find_table(open_book(xlsx(rows), name="a.xlsx").grid("汇总"), Vocabulary("register", 2023))


@pytest.mark.no_database
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", FIELDS)
def test_the_label_of_a_field_is_the_head_of_that_field(kind, language):
    with override(language):
        labels = {each.label: each.name for each in FIELDS[kind].values() if each.model}
    assert {label: Vocabulary(kind, 2023, 7).find_field([label]) for label in labels} == labels


@pytest.mark.no_database
def test_a_mapping_comes_back_from_json_as_it_was():
    said = {
        "A": {"field": "name_zh"},
        "C": {"field": "total_investment", "unit": "万元", "blank_clears": True},
        "D": {},
    }
    mapping = ColumnMapping.from_json(said, kind="register", letters=get_column_letters(table()))
    assert mapping.columns == {"A": MappedColumn("name_zh"), "C": MappedColumn("total_investment", 10**4, True)}
    again = json.loads(json.dumps(mapping.as_json()))
    assert ColumnMapping.from_json(again, kind="register", letters=get_column_letters(table())) == mapping


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"B": {"field": "total_investment"}}, "unit"),
        ({"B": {"field": "total_investment", "unit": "斤"}}, "unknown_unit"),
        ({"B": {"field": "total_investment", "unit": True}}, "unknown_unit"),
        ({"B": {"field": "id"}}, "unknown_field"),
        ({"B": {"field": ["code"]}}, "mapping"),
        ({"B": {"field": "code", "blank_clears": "yes"}}, "mapping"),
        ({"B": {"feld": "code"}}, "unknown_member"),
        ({"Z": {"field": "code"}}, "no_column"),
        ({"B": {"field": "name_zh"}}, "twice"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_at_its_column(said, code):
    with pytest.raises(ValidationError) as refused:
        ColumnMapping.from_json(
            {"A": {"field": "name_zh"}} | said, kind="register", letters=get_column_letters(table())
        )
    assert [error.code for errors in refused.value.error_dict.values() for error in errors] == [code]


@pytest.mark.no_database
def test_a_mapping_has_to_say_which_project_a_row_is_about():
    for said, code in (({}, "no_key"), ({"B": {"field": "total_investment", "unit": 1}}, "no_key"), ([], "mapping")):
        with pytest.raises(ValidationError) as refused:
            ColumnMapping.from_json(said, kind="register", letters=get_column_letters(table()))
        assert refused.value.code == code


@pytest.mark.no_database
def test_the_same_heads_have_the_same_signature_whatever_stands_below():
    assert get_signature(table()) == get_signature(table([*ROWS, ["丙", 1, 2, ""]]))
    assert get_signature(table()) != get_signature(
        table([["项目名称", "投资（万元）", "投资额", "包联领导"], *ROWS[1:]])
    )
    assert list(get_proposed_mapping(read_columns(table(), Vocabulary("register", 2023))).columns) == ["A", "C"]


def test_no_row_is_read_until_the_columns_are_confirmed(province):
    found = looked_at(xlsx(ROWS), province)
    assert (found.state, found.rows) == ("needs_mapping", [])
    assert {each.letters: each.question for each in found.columns if each.question} == {
        "B": "field",
        "C": "unit",
        "D": "field",
    }
    said = {"A": {"field": "name_zh"}, "B": {"field": "total_investment", "unit": 10**8}}
    assert looked_at(xlsx(ROWS), province, mapping=said).state == "ready"


def test_the_first_sheet_with_known_columns_is_read_unless_another_is_named(province):
    rows = [["项目编号", "总投资（万元）"], ["HN-EI-2023-13", 5]]
    others = {"旧": ([["项目编号"], ["HN-EI-2023-14"]], "hidden"), "表": (rows, "visible"), "表2": (rows, "visible")}
    told = [["怎样填写"], ["1. 只填白色的格"]]
    found = looked_at(xlsx(told, sheets=others), province)
    assert (found.sheet, found.rows[0].project) == ("表", "HN-EI-2023-13")
    assert [each.name for each in found.sheets if each.is_hidden] == ["旧"]
    assert looked_at(xlsx(told, sheets=others), province, sheet="旧").rows[0].project == "HN-EI-2023-14"
    for content, code in ((xlsx([[None]]), "no_table"), (xlsx(rows), "no_sheet")):
        with pytest.raises(ValidationError) as refused:
            looked_at(content, province, **({"sheet": "没有"} if code == "no_sheet" else {}))
        assert refused.value.code == code


def test_of_a_file_in_which_no_table_is_found_the_heads_are_asked(province):
    cover = [["重点项目情况", None, None], [None, None, "某市"]]
    rows = [*cover, ["称呼", None, None], ["某项目", "甲", None]]
    found = looked_at(xlsx([[None]], sheets={"封面": (cover, "visible")}), province)
    assert (found.state, found.sheet, found.table.top, found.lacks_key) == ("needs_mapping", "封面", 0, True)
    heads = {"first": 3, "last": 3, "records": 4}
    said = looked_at(xlsx(rows), province, heads=heads, mapping={"A": {"field": "name_zh"}})
    assert (said.state, [row.row for row in said.rows]) == ("ready", [3])


def test_a_blank_cell_says_nothing_unless_it_was_said_to_clear(province):
    rows = [["项目编号", "总投资（万元）", "所属行业"], ["HN-EI-2023-13", None, "—"]]
    assert verdicts(looked_at(xlsx(rows), province)) == {
        "A2": ("unchanged", "HN-EI-2023-13", "HN-EI-2023-13"),
    }
    said = {
        "A": {"field": "code"},
        "B": {"field": "total_investment", "unit": "元", "blank_clears": True},
        "C": {"field": "sector", "blank_clears": True},
    }
    found = verdicts(looked_at(xlsx(rows), province, mapping=said))
    assert found["B2"] == ("changed", 1_047_340_000, None)
    assert found["C2"][0] == "refused"  # a project has a sector


@pytest.mark.no_database
def test_a_blank_cell_clears_nothing_that_says_what_a_row_is_about():
    kept = {CODE, NAME, VERSION}
    assert not any(may_clear("register", name) for name in {*kept, ""})
    assert all(may_clear("register", name) for name in FIELDS["register"].keys() - kept)
