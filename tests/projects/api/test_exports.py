"""Files of whole lists: the rules of each format, what is never in them, and that they are of one moment."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import threading
import unicodedata
import zipfile
from typing import Any
from unittest.mock import patch
from xml.etree import ElementTree

import pytest
from django.db import OperationalError, connection
from django.utils.translation import override
from openpyxl.utils.escape import unescape

from projects.api.projects import ProjectViewSet
from projects.api.urls import router
from projects.exports import csv_text
from projects.history.revisions import create_revision
from projects.models import Project
from projects.text import UNSEEN
from sectors.models import Checked

from .conftest import System, assert_problem
from .files import codes_told, lines_about, lines_of, sheets_of, streamed, table_of

ACTIVE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠1"]
ACTIVE += ["|calc", "｜calc", "\n=1", " \n|1"]
LISTS = sorted(prefix for prefix, _view, _name in router.registry)
MODELS = {prefix: view.model for prefix, view, _name in router.registry}
HIDDEN = [
    "\u200b=1",
    "\ufeff+1",
    "\u00ad\u2060@A1",
    "\u3000＝1",
    "\x07=1",
    "\u2066\t1",
    "''\u200b=1",
    "\u200b|calc",
    "甲\n=1",
    "甲\r\n \t|calc",
    "甲\n\n－1",
]
INERT = ["甲|calc", "甲\n乙=1", "甲\n\t", "'1", "\u200b1=", "a=1", "1-1", "\u3000新", "“=”"]


def whole(form: str, text: str) -> list[Any]:
    """What a reader makes of a file that it trusts to be whole."""
    if form == "ndjson":
        return [json.loads(line) for line in text.splitlines()]
    return list(csv.reader(io.StringIO(text), strict=True))


def strange(name: str, **more: Any) -> Project:
    """A project with a text that a format could stumble over, stored before texts were checked."""
    with patch.object(Checked, "check_value"), create_revision(reason="strange"):
        project = Project(code=more.pop("code", "ODD-1"), name_zh=name, sector=Project.objects.first().sector, **more)
        project.save()
    return project


def test_numbers_stay_numbers_and_what_is_not_known_is_blank(public):
    book = sheets_of(public, "/projects/", lang="en")
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    values = [row[head.index("total_investment (CNY)")] for row in rows]
    assert sum(value or 0 for value in values) == 138_500_000_000
    assert None in values
    assert book.worksheets[0].freeze_panes == "A2"
    about = dict(lines_about(book))
    assert (about["Rows"], about["Everything up to revision"]) == ("42 records", "1")


def test_a_csv_is_known_to_excel_as_utf_8(public):
    body = streamed(public, "/sectors/", "csv")
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.endswith(b"\r\n")


@pytest.mark.parametrize("form", ["ndjson", "csv", "xlsx"])
def test_a_file_says_what_it_is_and_head_reads_nothing(public, form):
    answer = public.client.head(f"/api/v1/projects/?format={form}&programme=2023")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="projects-2023-r1.{form}"'
    assert answer["X-Data-Revision"] == "1"
    assert b"".join(answer.streaming_content) == b""
    past = public.client.head(f"/api/v1/projects/?format={form}&as_of=r1", headers={"Accept": "text/csv"})
    assert past["Content-Disposition"].endswith(f'projects-r1.{form}"')


def test_a_file_is_as_of_the_past(public):
    before = lines_of(public, "/projects/")
    strange("后来")
    assert lines_of(public, "/projects/", as_of="r1") == before
    assert len(lines_of(public, "/projects/")) == len(before) + 1
    assert [row[1] for row in table_of(public, "/projects/", as_of="r1")[1:]] == [each["code"] for each in before]


@pytest.mark.permission
def test_a_reader_of_one_prefecture_takes_no_more_than_it_sees(changsha_reader, system_of):
    system = system_of(changsha_reader, scope="read")
    for path in ("/projects/", "/reports/"):
        assert lines_of(system, path) == system.all(path)
    assert {each["prefecture"]["adcode"] for each in lines_of(system, "/projects/")} == {"430100"}


@pytest.mark.permission
def test_the_public_never_reads_who_reported(public, province, system_of):
    strange("正常", start="2023-01-01", start_precision="day", start_reported_by="某人")
    assert {each["start_reported_by"] for each in lines_of(public, "/projects/")} == {None}
    assert "某人" not in streamed(public, "/projects/", "csv").decode()
    assert "某人" in streamed(system_of(province), "/projects/", "csv").decode()


def test_a_file_takes_no_page_and_a_table_no_other_records(public):
    assert_problem(public.get("/projects/", format="csv", expand="sector"), 400, "expand")
    assert_problem(public.get("/projects/HN-EI-2023-13/", format="csv"), 400, "format")
    assert_problem(public.get("/totals/", format="csv"), 400, "format")
    assert_problem(public.get("/projects/", format="ndjson", sector="none-such"), 400, "sector")


def test_a_file_has_an_address_of_its_own_and_is_csv_unless_told(public):
    query = {"sector": "new-display", "ordering": "-total_investment", "fields": "code,total_investment", "lang": "en"}
    told = public.get("/files/projects/", **query)
    assert told["Content-Type"].startswith("text/csv")
    assert b"".join(told.streaming_content) == streamed(public, "/projects/", "csv", **query)
    assert lines_of(public, "/files/projects/", **query) == lines_of(public, "/projects/", **query)
    assert_problem(public.get("/files/projects/", page="1", format="json"), 400, "page", "format")


def test_more_rows_than_a_sheet_holds_are_refused(public, monkeypatch):
    monkeypatch.setattr("projects.exports.workbook.MOST_ROWS", 41)
    problem = assert_problem(public.get("/projects/", format="xlsx"), 400, "format")
    assert "42" in problem["errors"]["format"][0]


def test_an_error_in_mid_stream_breaks_the_file_off(public, monkeypatch):
    def broken(*_arguments: Any) -> Any:
        raise OperationalError("the database went away")

    monkeypatch.setattr(ProjectViewSet, "serialize", broken)
    for form in ("ndjson", "csv"):
        pieces = []
        with pytest.raises(OperationalError):
            pieces.extend(iter(public.get("/projects/", format=form).streaming_content))
        text = b"".join(pieces).decode("utf-8-sig")
        with pytest.raises(ValueError if form == "ndjson" else csv.Error):
            whole(form, text)


def test_a_file_is_of_one_moment_whatever_is_written_meanwhile(live_register, public_read):
    system = System()
    before = system.all("/projects/")

    def write() -> None:
        try:
            with create_revision(reason="meanwhile"):
                for project in Project.objects.filter(basis="illustrative"):
                    project.county_zh = "后来"
                    project.save()
        finally:
            connection.close()

    pieces = iter(system.get("/projects/", format="ndjson").streaming_content)
    body = next(pieces)
    writer = threading.Thread(target=write)
    writer.start()
    writer.join(30)
    assert not writer.is_alive(), "a file keeps no writer waiting"
    body += b"".join(pieces)
    assert [json.loads(line) for line in body.splitlines()] == before
    assert lines_of(system, "/projects/") != before


@pytest.mark.no_database
@pytest.mark.parametrize("name", LISTS)
def test_every_head_is_chinese_for_who_reads_chinese_and_the_members_name_otherwise(province, system_of, name):
    system = system_of(province)
    for head in table_of(system, f"/{name}/", lang="zh-hans")[0]:
        assert head == "ID" or re.search("[\u4e00-\u9fff]", head), head
        assert not re.search("[a-z]", head), head
    with override("en"):
        units = "|".join(["CNY", "days", "%", *map(str, getattr(MODELS[name], "units", {}).values())])
    for head in table_of(system, f"/{name}/", lang="en")[0]:
        assert re.fullmatch(rf"[a-z_]+(\.[a-z_]+)?( \(({units})\))?", head), head


@pytest.mark.no_database
def test_codes_are_told_in_the_language_of_the_file_beside_what_the_file_is(public):
    chinese = codes_told(sheets_of(public, "/projects/", lang="zh-hans"))
    assert chinese["依据"] == {"published": "公开", "reported": "上报", "illustrative": "示例"}
    assert chinese["转出省份"]["44"] == "广东"
    assert codes_told(sheets_of(public, "/projects/", lang="en"))["kind"] == {"plant": "plant", "park": "park"}
    assert codes_told(sheets_of(public, "/programmes/", lang="zh-hans"))["是否有项目"] == {True: "是", False: "否"}
    assert codes_told(sheets_of(public, "/sectors/", lang="zh-hans")) == {}


@pytest.mark.no_database
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_table_without_a_column_is_refused(public, form):
    for path in ("/projects/", "/rounds/"):
        told = assert_problem(public.get(path, format=form, fields="links"), 400, "fields")
        assert "links: tables have no such column." in told["detail"]
        assert table_of(public, path, fields="links,url")[0]


@pytest.mark.no_database
@pytest.mark.parametrize("piece", ["长", "_", "a😀"])
def test_a_text_that_is_too_long_for_a_cell_says_that_it_was_cut(public, piece):
    whole_text, told = (piece * 40_000)[:40_000], "… (cut at 32,767 characters; whole as CSV or NDJSON)"
    strange("正常", note_en=whole_text)
    question = {"code": "ODD-1", "fields": "note_en"}
    book = zipfile.ZipFile(io.BytesIO(streamed(public, "/projects/", "xlsx", **question)))
    texts = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml")).iterfind(".//{*}row[2]//{*}t")  # noqa: S314  our own
    [text] = [each.text or "" for each in texts]
    assert 32_000 < len(text.encode("utf-16-le")) // 2 <= 32_767
    assert text.endswith(told)
    assert whole_text.startswith(unescape(text.removesuffix(told)))
    assert table_of(public, "/projects/", **question)[1] == [whole_text]


@pytest.mark.no_database
def test_a_sign_behind_what_nobody_sees_is_no_formula():
    for text in [*ACTIVE, *HIDDEN]:
        assert csv_text.inert_cell(text) == f"'{text}"
    for text in INERT:
        assert csv_text.inert_cell(text) == text


@pytest.mark.no_database
def test_all_that_is_unseen_is_known():
    unseen = {"Cc", "Cf", "Zs", "Zl", "Zp"}
    every = {each for each in map(chr, range(1, sys.maxunicode + 1)) if unicodedata.category(each) in unseen}
    assert {each for each in every if not re.match(UNSEEN, each)} == {"\t", "\r", "\n"}  # which are signs themselves


@pytest.mark.no_database
@pytest.mark.parametrize("text", ["=1+1", "\r=1", "＝1", "|calc", " \n|1"])
def test_no_cell_is_active(public, text):
    strange("正常", name_en="plain", note_en=text)
    for path in ("/projects/?code=ODD-1", "/projects/?code=ODD-1&fields=code,note_en"):
        head, row = table_of(public, path, lang="en")
        assert row[head.index("note_en")] == f"'{text}"
        cell = sheets_of(public, path, lang="en").worksheets[0].cell(2, head.index("note_en") + 1)
        assert cell.data_type == "s"
        assert cell.value.replace("_x000D_", "\r").replace("\n", "\r") == text.replace("\n", "\r")
