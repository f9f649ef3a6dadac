"""A workbook of a list by itself, against readers that others wrote: every text and number comes back as it was."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from projects.exports import workbook
from projects.exports.columns import Cell
from projects.pages.tables import Column
from projects.text import ACTIVE
from tests.office import saved_by_office

pytestmark = pytest.mark.no_database

CHARACTERS = st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\n\t\r\x07")
BEGUN = st.sampled_from([*ACTIVE, "\xad", "\u2028", "\ufeff", "'", "0", "1-2", "2023-06", "_x0041_", "<b>&amp;", " "])
TEXTS = st.builds(str.__add__, st.just("") | BEGUN, st.text(CHARACTERS, max_size=30))
NUMBERS = st.integers(-(10**14), 10**14) | st.decimals(-(10**9), 10**9, places=5)
CELLS: Any = st.none() | TEXTS | NUMBERS


def written(rows: Sequence[Sequence[Cell]], head: Sequence[str]) -> bytes:
    columns = [Column(name="", label=label, value=str) for label in head]
    return b"".join(workbook.iter_xlsx(columns, [], about=[("=1+1", "=2")], below=rows))


def of_openpyxl(book: bytes) -> list[list[Any]]:
    rows = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0].iter_rows(values_only=True)
    return [[unescape(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


def of_calamine(book: bytes) -> list[list[Any]]:
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0)
    return [[None if cell == "" else cell for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def is_same(found: Any, meant: Cell) -> bool:
    if isinstance(meant, int | Decimal):
        return not isinstance(found, str) and Decimal(str(found)) == meant
    return bool(found == (meant or None))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6))
def test_what_is_written_is_what_two_readers_find(rows: list[tuple[Cell, ...]]) -> None:
    book = written(rows, ["a", "b", "c"])
    for read in (of_openpyxl, of_calamine):
        head, *found = read(book)
        assert head == ["a", "b", "c"]
        for line, meant in zip(found, rows, strict=False):  # readers leave blank rows at the end out
            assert all(map(is_same, line, meant)), (read, line, meant)
        assert not any(cell not in (None, "") for row in rows[len(found) :] for cell in row)


@pytest.mark.parametrize(
    "text", [*(f"{sign}1" for sign in ACTIVE), "\u200b=1", "007", "2023-06", "'=1", " 1", "TRUE", ".5", "June 2023"]
)
def test_what_an_edit_would_make_something_else_is_marked_as_a_text(text: str) -> None:
    """Excel shows such a cell with an apostrophe while it is edited, and keeps it a text."""
    sheet = openpyxl.load_workbook(io.BytesIO(written([[text, "名称"]], ["a", "=b"]))).worksheets[0]
    assert [cell.quotePrefix for cell in sheet[2]] == [True, False]
    assert sheet["B1"].value == "=b"


def test_a_file_of_many_projects_takes_the_memory_of_one_chunk() -> None:
    columns = [
        SimpleNamespace(head=f"c{number}", number_format="", codes=(), cell=lambda row: row) for number in range(12)
    ]

    def bytes_held(rows: int) -> int:
        tracemalloc.start()
        chunks = ([f"长沙惠科光电有限公司{start + place}" for place in range(500)] for start in range(0, rows, 500))
        size = sum(map(len, workbook.iter_xlsx(columns, chunks, about=[])))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert size > 10 * rows
        return peak

    assert bytes_held(10_000) < 1.5 * bytes_held(1_000) < 2**23


@pytest.mark.office
def test_an_office_keeps_each_text(tmp_path: Path) -> None:
    texts = [f"{begun}甲" for begun in (*ACTIVE, "\u200b=", "'", "007", "1-2", "2023-06", "<&>", " ")]
    book = tmp_path / "in.xlsx"
    book.write_bytes(written([[text] for text in texts], ["a"]))
    saved = saved_by_office(book)[0].read_bytes()
    kept = [row[0] for row in of_openpyxl(saved)[1:]]
    assert kept == [text.replace("\r", "\n") for text in texts]  # a new line is one to it however it was written
    assert of_openpyxl(saved) == of_calamine(saved)
