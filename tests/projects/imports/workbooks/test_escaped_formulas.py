"""What our own files escape for spreadsheets is read back as it was."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.exports.csv_text import inert_cell
from projects.imports.books import TextTable
from projects.text import ACTIVE, escape_formula, is_formula, unescape_formula

pytestmark = pytest.mark.no_database

PIECES = st.sampled_from([*ACTIVE, *map(chr, range(1, 9)), "\x7f", "\xa0", "'", "甲", "1", " ", "\n", '"', ","])
TEXTS = st.lists(PIECES, max_size=8).map("".join)


@given(TEXTS)
def test_every_text_is_read_back_as_it_was_written(text):
    assert unescape_formula(escape_formula(text)) == text
    assert is_formula(text) == (escape_formula(text) != text)


@pytest.mark.parametrize(
    "text", ["|calc", "'|calc", "=1", "'=1", "''=1", "甲\n=1", "-1", "\u200b=1", "'甲'", "甲|乙", "'", "一、\n- 二"]
)
def test_the_import_of_a_file_of_ours_gives_the_text(text):
    lines = io.StringIO()
    csv.writer(lines).writerows([["名称", "备注"], ["甲", inert_cell(text)]])
    assert TextTable(f"\ufeff{lines.getvalue()}".encode()).grid().text(1, 1) == text
