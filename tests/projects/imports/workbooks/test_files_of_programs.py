"""The same tables as different programs write them: openpyxl, XlsxWriter, LibreOffice, and text in every encoding."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from .made import MERGED, MESSY, PLAIN, WAN, fields, names, read, saved, xlsx

pytestmark = pytest.mark.no_database

OFFICE = Path("/usr/bin/soffice")


def of_office(content: bytes, folder: Path, *, form: str = "xlsx") -> bytes:
    """What LibreOffice makes of a workbook that it opens and saves."""
    (folder / "in").mkdir()
    (folder / "in/a.xlsx").write_bytes(content)
    home = f"-env:UserInstallation=file://{folder}/home"
    command = [OFFICE, home, "--headless", "--convert-to", form, "--outdir", folder, folder / "in/a.xlsx"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return next(folder.glob("a.*")).read_bytes()


def test_formulas_that_were_never_computed_errors_and_shares():
    rows = [["项目名称", "总投资（万元）", "备注"], ["甲", "=1+2", 0.55], ["乙", "#REF!", 0.125]]
    table, _columns = read(xlsx(rows, formats={"C2": "0%", "C3": '0.0"%以上"'}))
    assert {place.address: code for place, code in table.grid.faults.items()} == {
        "B2": "uncomputed",
        "B3": "error_value",
    }
    assert table.grid.text(1, 2) == "55%"
    assert table.grid.text(2, 2) == "0.125"


def test_a_formula_that_came_to_an_empty_text_is_blank_and_no_fault(tmp_path):
    """As of tables that are filled down beyond their records: =IF(B3="","",B3*2)."""
    rows = [[*PLAIN[0], "备注"], *([*row, f'=IF(B{n}=200,"大","")'] for n, row in enumerate(PLAIN[1:], start=2))]
    below = [[None, None, None, f'=IF(B{n}="","",B{n}*2)'] for n in (4, 5)]
    content = of_office(xlsx([*rows, *below]), tmp_path)
    table, _columns = read(content)
    assert table.grid.faults == {}
    assert table.rows == (1, 2)
    assert [table.grid.text(row, 3) for row in table.rows] == ["", "大"]


def test_a_formula_of_xlsxwriter_has_no_value_though_it_says_zero():
    file = io.BytesIO()
    workbook = xlsxwriter.Workbook(file)
    sheet = workbook.add_worksheet("表")
    for row, line in enumerate(PLAIN):
        sheet.write_row(row, 0, line)
    sheet.write_formula("B4", "=B2+B3")
    sheet.merge_range("E1:F1", "备注")
    workbook.close()
    table, columns = read(file.getvalue())
    assert [place.address for place in table.grid.faults] == ["B4"]
    assert names(file.getvalue()) == ["100", "200", ""]
    assert [each.field for each in columns][:3] == ["name_zh", "total_investment", "sector"]


@pytest.mark.office
def test_what_libreoffice_saves_is_read_the_same_and_its_formulas_are_computed(tmp_path):
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx(MESSY, merged=MERGED, hidden_rows=[6])))
    workbook["汇总"]["C7"] = "=SUM(C5:C6)"
    workbook["汇总"]["E6"] = "=E5*2"
    content = of_office(saved(workbook), tmp_path)
    table, columns = read(content)
    before, columns_before = read(xlsx(MESSY, merged=MERGED, hidden_rows=[6]))
    assert [(each.head, each.field, each.unit) for each in columns] == [
        (each.head, each.field, each.unit) for each in columns_before
    ]
    assert (table.rows, table.hidden_rows, table.grid.faults) == (before.rows, before.hidden_rows, {})
    assert table.grid.text(5, 4) == "33.58"
    assert table.grid.text(5, 6) == "2022-02-07"


@pytest.mark.parametrize(
    ("encoding", "separator"), [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("gb18030", ",")]
)
def test_csv_in_every_encoding_and_with_every_separator(encoding, separator):
    text = f'项目名称{separator}总投资（万元）\r\n"甲{separator}乙\n园"{separator}１００\r\n\r\n丙{separator}7\r\n'
    table, columns = read(text.encode(encoding), name="a.csv")
    assert [each.field for each in columns] == ["name_zh", "total_investment"]
    assert [table.grid.text(row, 0) for row in table.rows] == [f"甲{separator}乙\n园", "丙"]
    assert table.rows == (1, 3)  # as a spreadsheet numbers them


def test_pasted_cells_are_read_as_a_table():
    assert fields("项目名称\t总投资（万元）\n甲\t100\n") == {"A": ("name_zh", None), "B": ("total_investment", WAN)}
