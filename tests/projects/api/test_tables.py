"""Lists as tables: what stands above the columns, and what a cell can hold."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.utils.translation import override
from openpyxl.utils.escape import unescape

from projects.api.urls import router

from .conftest import System, assert_problem
from .files import codes_told, lines_about, sheets_of, streamed, table_of
from .test_exports import strange

pytestmark = pytest.mark.no_database

SCHEMA = Path(__file__).parents[3] / "docs" / "openapi.json"
LISTS = sorted(prefix for prefix, _view, _name in router.registry)
MODELS = {prefix: view.model for prefix, view, _name in router.registry}


@pytest.mark.parametrize("name", LISTS)
def test_every_head_is_chinese_for_who_reads_chinese_and_the_members_name_otherwise(
    province: Any, system_of: Any, name: str
) -> None:
    system = system_of(province)
    for head in table_of(system, f"/{name}/", lang="zh-hans")[0]:
        assert head == "ID" or re.search("[\u4e00-\u9fff]", head), head
        assert not re.search("[a-z]", head), head
    with override("en"):
        units = "|".join(["CNY", "days", "%", *map(str, getattr(MODELS[name], "units", {}).values())])
    for head in table_of(system, f"/{name}/", lang="en")[0]:
        assert re.fullmatch(rf"[a-z_]+(\.[a-z_]+)?( \(({units})\))?", head), head


@pytest.mark.parametrize("name", LISTS)
def test_every_code_that_a_column_may_hold_is_told_in_words_on_the_second_sheet(
    province: Any, system_of: Any, name: str
) -> None:
    told = codes_told(sheets_of(system_of(province), f"/{name}/", lang="en"))
    for member, codes in codes_described(name).items():
        assert {str(code) for code in codes} <= {str(code) for code in told.get(member, {})}, member
    for codes in codes_told(sheets_of(system_of(province), f"/{name}/", lang="zh-hans")).values():
        for words in codes.values():
            assert re.search("[\u4e00-\u9fff%]", words), codes


def codes_described(name: str) -> dict[str, list[Any]]:
    """By member: the values that the schema lists for the records of a list; true and false where it has these."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    parts = schema["components"]["schemas"]
    answer = schema["paths"][f"/api/v1/{name}/"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    page = _resolved(answer, parts)
    record = _resolved(page["properties"]["results"]["items"], parts)
    found = {member: _values(_resolved(each, parts), parts) for member, each in record["properties"].items()}
    return {member: values for member, values in found.items() if values}


def _resolved(part: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    return parts[part["$ref"].rpartition("/")[2]] if "$ref" in part else part


def _values(part: dict[str, Any], parts: dict[str, Any]) -> list[Any]:
    if part.get("type") in ("boolean", ["boolean", "null"]):
        return [True, False]
    inside = [
        *part.get("oneOf", []),
        *part.get("anyOf", []),
        *part.get("allOf", []),
        *filter(None, [part.get("items")]),
    ]
    values = [*part.get("enum", []), *(value for each in inside for value in _values(_resolved(each, parts), parts))]
    return [value for value in values if value not in (None, "")]


def test_codes_are_told_in_the_language_of_the_file_beside_what_the_file_is(public: System) -> None:
    chinese = codes_told(sheets_of(public, "/projects/", lang="zh-hans"))
    assert chinese["依据"] == {"published": "公开", "reported": "上报", "illustrative": "示例"}
    assert chinese["转出省份"]["44"] == "广东"
    assert codes_told(sheets_of(public, "/projects/", lang="en"))["kind"] == {"plant": "plant", "park": "park"}
    assert codes_told(sheets_of(public, "/programmes/", lang="zh-hans"))["是否有项目"] == {True: "是", False: "否"}
    assert codes_told(sheets_of(public, "/sectors/", lang="zh-hans")) == {}


def test_the_head_of_the_day_of_a_source_says_so(public: System) -> None:
    assert "来源·发布日期" in table_of(public, "/targets/", lang="zh-hans")[0]


def test_a_value_whose_row_says_its_unit_has_none_in_its_head(public: System) -> None:
    head, *rows = table_of(public, "/targets/", lang="en")
    assert {"value", "unit"} <= set(head)
    assert len({row[head.index("unit")] for row in rows}) > 1
    assert {"数值", "单位"} <= set(table_of(public, "/targets/", lang="zh-hans")[0])
    assert table_of(public, "/targets/", lang="en", fields="value")[0] == ["value"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_table_without_a_column_is_refused(public: System, form: str) -> None:
    for path in ("/projects/", "/rounds/"):
        told = assert_problem(public.get(path, format=form, fields="links"), 400, "fields")
        assert "links: tables have no such column." in told["detail"]
        assert table_of(public, path, fields="links,url")[0]


@pytest.mark.parametrize("piece", ["长", "😀", "_", "a😀"])
def test_a_text_that_is_too_long_for_a_cell_says_that_it_was_cut(public: System, piece: str) -> None:
    whole_text = (piece * 40_000)[:40_000]
    strange("正常", note_en=whole_text)
    question = {"code": "ODD-1", "fields": "note_en"}
    for lang, told in (
        ("en", "… (cut at 32,767 characters; whole as CSV or NDJSON)"),
        ("zh-hans", "…（超过 32,767 字符，已截断；全文见 CSV 或 NDJSON）"),
    ):
        book = zipfile.ZipFile(io.BytesIO(streamed(public, "/projects/", "xlsx", lang=lang, **question)))
        texts = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml")).iterfind(".//{*}row[2]//{*}t")  # noqa: S314  our own
        [text] = [each.text or "" for each in texts]
        assert 32_000 < len(text.encode("utf-16-le")) // 2 <= 32_767
        assert text.endswith(told)
        kept = unescape(text.removesuffix(told))
        assert whole_text.startswith(kept)
    assert table_of(public, "/projects/", **question)[1] == [whole_text]


def test_a_text_that_just_goes_into_a_cell_is_whole(public: System) -> None:
    for code, text in (("ODD-1", "长" * 32_767), ("ODD-2", "😀" * 16_383)):
        strange("正常", code=code, note_en=text)
        sheet = sheets_of(public, "/projects/", code=code, fields="note_en").worksheets[0]
        assert sheet.cell(2, 1).value == text


def test_the_second_sheet_speaks_of_the_basis_where_there_is_such_a_column(public: System) -> None:
    def about(path: str, **query: Any) -> dict[str, str]:
        return dict(lines_about(sheets_of(public, path, lang="en", **query)))

    assert "Basis" in about("/projects/")
    assert "Basis" not in about("/projects/", fields="code,name_zh")
    assert "Basis" not in about("/sectors/")
