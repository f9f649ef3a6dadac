"""Blocks from workbooks on the monthly sheet: pasted by their heads and names, said cell by cell, undone at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from projects.models import ReportDraft
from tests.projects.pages.rounds import entries, report

from .test_sheet import PASTE, amounts, sheet_of, stages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_table_of_a_web_page_is_pasted_from_its_first_row(changsha_writer, window, signed_in):
    page = window()
    rows = sheet_of(page, signed_in)
    rows[1].locator("[data-field=disbursed]").focus()
    page.evaluate(PASTE, "\n1\t试生产\n2\t已开工")  # as Chromium copies a table that stands below something
    assert amounts(rows)[:3] == ["", "1", "2"]
    page.evaluate(PASTE, "\n8\n9")  # a column whose first cell is empty
    assert amounts(rows)[1:4] == ["", "8", "9"]


def test_a_block_is_put_in_place_by_its_heads_and_codes(changsha_writer, window, signed_in):
    report(entries()[1], 104_470_000, stage="trial")
    page = window()
    rows = sheet_of(page, signed_in)
    codes = [entry.project.code for entry in entries()]
    # another order, another unit, a column that is not there, one that is in the panel
    heads = ["项目编号", "7月完成（亿元）", "无关", "Reason for being behind plan"]
    said = [
        heads,
        [codes[2], "0.5", "x", '"two\nlines"'],
        [codes[0], "1.25", "y", "rain"],
        ["NO-SUCH", "1", "", ""],
    ]
    rows[0].locator("[data-field=disbursed]").focus()
    page.evaluate(PASTE, "\n".join("\t".join(line) for line in said))
    bar = page.locator("[data-pasted] [data-words]")
    expect(bar).to_contain_text("填入 4 格，0 格没有填入。")  # and each of the sixteen is accounted for
    expect(bar).to_contain_text("另有 5 格超出本表。4 格是表头，用于确定所在列。3 格是项目编号或名称，用于确定所在行。")
    assert amounts(rows)[:3] == ["1.25亿元", "10,447", "5,000"]  # the first is in hand
    texts = {draft.entry.project.code: draft.texts for draft in ReportDraft.objects.all()}
    assert texts[codes[2]] == {"disbursed": "50000000元", "reason": "two\nlines"}
    assert texts[codes[0]] == {"disbursed": "125000000元", "reason": "rain"}


# What a workbook's program puts on the clipboard: its own markup, with a hidden row, a merged cell and formats, beside the
# text that it would paste into another program. The text is what is taken: of it both programs say the same.
_EXCEL_HTML = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta name=ProgId content=Excel.Sheet>
<style>td{mso-number-format:General}.x{mso-number-format:"0.00_ "}</style></head><body><table><!--StartFragment-->
<col width=72><col width=96 span=2><tr height=19><td rowspan=2>试生产</td><td class=x x:num="1234.5">1,234.50 </td>
</tr><tr height=0 style='display:none'><td class=x>99</td></tr><!--EndFragment--></table></body></html>"""
_WPS_HTML = """<html xmlns:et="urn:schemas-wps-cn:et"><body><!--StartFragment--><table><colgroup><col width="72"></colgroup>
<tr><td class="et2" x:num="1234.5">1,234.50</td></tr></table><!--EndFragment--></body></html>"""
_BOTH = """([text, html]) => {
  const data = new DataTransfer();
  data.setData('text/html', html);
  data.setData('text/plain', text);
  const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
  return document.activeElement.dispatchEvent(event); // whether the browser still pastes by itself
}"""


@pytest.mark.parametrize("html", [_EXCEL_HTML, _WPS_HTML], ids=["excel", "wps"])
def test_of_the_clipboard_of_a_workbook_the_text_is_taken(changsha_writer, window, signed_in, html):
    page = window()
    rows = sheet_of(page, signed_in)
    field = rows[0].locator("[data-field=disbursed]")
    field.focus()
    # separators of thousands and the space of a format, a cell of two lines, one that is merged with the one above, a
    # dash for nothing, a column that is too narrow; lines end as programs of Windows end them, and after the last is none
    lines = [" 1,234.50 \t已开工", "1.1万元\t", '"2.1\n亿元"\t', " -   \t", "########\t"]
    assert not page.evaluate(_BOTH, ["\r\n".join(lines) + "\r\n", html])
    bar = page.locator("[data-pasted]")
    expect(bar.locator("[data-words]")).to_contain_text("已粘贴 5 行 × 2 列：填入 8 格，2 格没有填入。")
    assert amounts(rows)[:3] == ["1,234.50", "1.1", "21,000"]
    assert amounts(rows)[5:] == ["", ""]
    assert stages(rows)[0] != ""
    assert bar.locator("li").count() == 2
    page.keyboard.press("Control+z")
    assert amounts(rows) == [""] * 7
    # one cell, whose text ends its line, is the browser's to paste where the cursor is: the markup has no place in a field
    field.focus()
    assert page.evaluate(_BOTH, ["1,234.50\r\n", html])
    assert amounts(rows) == [""] * 7
