"""No cell of a file is one that a spreadsheet would calculate, whatever stands before the sign of a formula."""

from __future__ import annotations

import re
import sys
import unicodedata

import pytest

from projects.exports import csv_text
from projects.text import UNSEEN

from .conftest import System
from .files import sheets_of, table_of
from .test_exports import ACTIVE, strange

pytestmark = pytest.mark.no_database

HIDDEN = [
    "\u200b=1",
    "\ufeff+1",
    "\u202e-1",
    "\u00ad\u2060@A1",
    " =1",
    "\u3000＝1",
    "\x07=1",
    "\u2066\t1",
    "'=1",
    "''\u200b=1",
    "\u200b|calc",
    "甲\n=1",
    "甲\r\n \t|calc",
    "甲\n\n－1",
]
INERT = ["甲|calc", "甲\n乙", "甲\n乙=1", "甲\n\t", "'", "'1", "\u200b", "\u200b1=", "a=1", "1-1", "\u3000新", "“=”"]


@pytest.mark.parametrize("text", HIDDEN)
def test_a_sign_behind_what_nobody_sees_is_no_formula(public: System, text: str) -> None:
    strange("正常", name_en=f"{text}x", note_en=text)
    for path in ("/projects/?code=ODD-1", "/projects/?code=ODD-1&fields=name_en,note_en"):
        head, row = table_of(public, path, lang="en")
        assert row[head.index("note_en")] == f"'{text}"
        assert row[head.index("name_en")] == f"'{text}x"
    assert csv_text.inert_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", INERT)
def test_every_other_text_stays_as_it_is(public: System, text: str) -> None:
    strange("正常", note_en=text)
    assert table_of(public, "/projects/?code=ODD-1&fields=note_en")[1] == [text]
    assert csv_text.inert_cell(text) == text


def test_all_that_is_unseen_is_known() -> None:
    unseen = {"Cc", "Cf", "Zs", "Zl", "Zp"}
    every = {each for each in map(chr, range(1, sys.maxunicode + 1)) if unicodedata.category(each) in unseen}
    assert {each for each in every if not re.match(UNSEEN, each)} == {"\t", "\r", "\n"}  # which are signs themselves


@pytest.mark.parametrize("text", ACTIVE)
def test_no_cell_is_active(public: System, text: str) -> None:
    strange("正常", name_en="plain", note_en=text)
    for path in ("/projects/?code=ODD-1", "/projects/?code=ODD-1&fields=code,note_en"):
        head, row = table_of(public, path, lang="en")
        assert row[head.index("note_en")] == f"'{text}"
        sheet = sheets_of(public, path, lang="en").worksheets[0]
        cell = sheet.cell(2, head.index("note_en") + 1)
        assert cell.data_type == "s"
        assert cell.value.replace("_x000D_", "\r").replace("\n", "\r") == text.replace("\n", "\r")
