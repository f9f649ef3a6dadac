"""The monthly sheet for somebody who lives in workbooks: pasting, undoing, copying, the panel, signing in again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from projects.models import MonthlyReport, ReportDraft
from tests.projects.pages.rounds import JULY, REASONS, entries

from .axe import broken
from .test_round import in_panel, row_of, sign_in_here, stored

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(event);
}"""
COPY = """() => {
  const event = new ClipboardEvent("copy", { clipboardData: new DataTransfer(), bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(event);
  return event.clipboardData.getData("text/plain");
}"""
BLOCK = "10447\t试生产\r\n1.1万元\tStarted\r\n约15162\tequipment\r\n2.7613亿元\t拟用地\r\n"


def sheet_of(page, signed_in, language="zh-hans", path=JULY):
    signed_in(page, "changsha", language)
    page.goto(path)
    return [row_of(page, entry.project.code) for entry in entries()]


def amounts(rows):
    return [row.locator("[data-field=disbursed]").input_value() for row in rows]


def stages(rows):
    return [row.locator("[data-field=stage]").input_value() for row in rows]


def test_a_block_is_pasted_cell_by_cell_and_undone_as_a_whole(changsha_writer, window, signed_in):
    page = window()
    rows = sheet_of(page, signed_in)
    rows[1].locator("[data-field=disbursed]").focus()
    page.evaluate(PASTE, BLOCK)
    bar = page.locator("[data-pasted]")
    expect(bar).to_contain_text("已粘贴 4 行 × 2 列：填入 6 格，2 格没有填入。")
    expect(bar.locator("li")).to_have_count(2)
    expect(bar).to_contain_text("“约15162”不是数")
    expect(bar).to_contain_text("没有“拟用地”这一项")
    assert amounts(rows)[:6] == ["", "10447", "1.1", "约15162", "27,613", ""]  # in the unit of the sheet
    assert stages(rows)[:6] == ["", "trial", "started", "equipment", "拟用地", ""]
    expect(page.locator("td.refused")).to_have_count(2)
    by_code = {draft.entry.project.code: draft for draft in ReportDraft.objects.all()}
    codes = [entry.project.code for entry in entries()]
    assert by_code[codes[1]].texts == {"disbursed": "104470000元", "stage": "trial"}
    assert by_code[codes[2]].texts == {"disbursed": "11000元", "stage": "started"}
    assert by_code[codes[3]].refused == {"disbursed": "约15162"}
    assert by_code[codes[4]].refused == {"stage": "拟用地"}
    rows[4].locator("[data-field=stage]").select_option("trial")
    expect(bar.locator("li")).to_have_count(1)  # what is mended is named no longer
    bar.locator("li a").first.click()
    expect(rows[3].locator("[data-field=disbursed]")).to_be_focused()
    page.keyboard.press("Control+z")  # what mended it
    page.keyboard.press("Control+z")
    expect(rows[1].locator("[data-field=disbursed]")).to_have_value("")
    assert set(amounts(rows)) | set(stages(rows)) == {""}
    expect(page.locator("td.refused")).to_have_count(0)
    expect(bar).to_be_hidden()
    page.wait_for_function("document.querySelector('[data-stored]').textContent === ''")
    assert not ReportDraft.objects.exists()
    assert not MonthlyReport.objects.filter(month=7).exists()


def test_a_refused_cell_keeps_its_old_value_until_it_is_corrected(changsha_writer, window, signed_in):
    page = window()
    rows = sheet_of(page, signed_in)
    field = rows[3].locator("[data-field=disbursed]")
    field.fill("15667")
    page.locator("[data-stored]", has_text="已存到服务器：1 格").wait_for()
    field.focus()
    page.evaluate(PASTE, "约15162\n")
    page.evaluate(PASTE, "约15162\t\n")
    expect(page.locator("[data-pasted] li")).to_contain_text("原值 15,667 未动")
    assert ReportDraft.objects.get().texts["disbursed"] == "156670000元"
    field.fill("15162")
    expect(page.locator("td.refused")).to_have_count(0)
    page.wait_for_function("document.querySelector('[data-total=now]').textContent === '15,162'")


def test_a_block_is_chosen_by_key_and_copied_out(changsha_writer, window, signed_in):
    page = window()
    rows = sheet_of(page, signed_in)
    rows[0].locator("[data-field=disbursed]").focus()
    page.evaluate(PASTE, "1\t试生产\n2\t已开工\n3\t\n")
    page.locator("[data-stored]", has_text="已存到服务器").wait_for()
    rows[0].locator("[data-field=disbursed]").focus()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("td.on")).to_have_count(4)
    assert page.evaluate(COPY) == "1\t试生产\n2\t已开工"
    page.keyboard.press("Escape")
    expect(page.locator("td.on")).to_have_count(0)
    rows[2].locator("[data-field=disbursed]").focus()
    assert page.evaluate(COPY) == "3"


def test_the_panel_follows_the_row_says_what_is_unusual_and_takes_a_cell_back(
    plausible, changsha_writer, window, signed_in
):
    page = window()
    rows = sheet_of(page, signed_in)
    code = "HN-EI-2023-25"
    row = row_of(page, code)
    row.locator("[data-field=disbursed]").fill("8520")
    panel = page.locator("[data-panel]")
    expect(panel).to_contain_text("中位数 3,880")
    expect(panel.locator("svg rect")).to_have_count(12)
    expect(panel.locator("[data-unusual]")).to_contain_text("比往月中位数高120%")
    expect(panel).to_contain_text("2022-08 至 2022-12")
    in_panel(page, row, "reason").fill("设备到货推迟")
    rows[0].locator("[data-field=disbursed]").focus()
    expect(panel).to_contain_text(entries()[0].project.code)
    expect(in_panel(page, row, "reason")).to_have_value("设备到货推迟")
    panel.locator("[data-undo-cell=disbursed]").click()
    expect(row.locator("[data-field=disbursed]")).to_have_value("")
    page.locator("[data-stored]", has_text="已存到服务器：1 格").wait_for()
    assert ReportDraft.objects.get().texts == {"reason": "设备到货推迟"}


def test_who_is_signed_out_while_submitting_is_led_to_signing_in_and_loses_nothing(changsha_writer, window, signed_in):
    page = window()
    rows = sheet_of(page, signed_in, "en")
    rows[0].locator("[data-field=disbursed]").fill("50")
    for name, words in REASONS.items():
        in_panel(page, rows[0], name).fill(words)
    stored(page, 3)
    page.context.clear_cookies()
    in_panel(page, rows[0], "problems").fill("no power")
    page.get_by_role("button", name="Submit the 1 that can go").click()
    note = page.locator("[data-note=signed-out]")
    note.wait_for()
    assert page.url.endswith(JULY)
    expect(note.get_by_role("link", name="Sign in")).to_be_focused()
    expect(page.locator("[data-stored]")).to_contain_text("nothing was sent")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto(page.url + "&lang=en")
    sign_in_here(page, "changsha")
    page.get_by_role("button", name="Put it back").click()
    stored(page, 4)
    page.get_by_role("button", name="Submit the 1 that can go").click()
    page.get_by_text("1 report was submitted.").wait_for()
    assert MonthlyReport.objects.get(month=7).problems == "no power"


def test_the_unit_is_remembered_for_the_person_and_takes_what_is_typed_along(changsha_writer, window, signed_in):
    page, other = window(), window()
    rows = sheet_of(page, signed_in)
    rows[0].locator("[data-field=disbursed]").fill("5000")
    page.get_by_role("button", name="亿元").click()
    expect(rows[0].locator("[data-field=disbursed]")).to_have_value("0.5")
    assert sheet_of(other, signed_in)[0].locator("[data-field=disbursed]").input_value() == "0.5"
    expect(other.locator("[data-total=now]")).to_have_text("0.50")
    assert not MonthlyReport.objects.filter(month=7).exists()


def test_nothing_is_typed_into_a_sheet_that_is_being_left(changsha_writer, window, signed_in):
    """Another would come in its place, in another unit, and not have it."""
    page = window()
    field = sheet_of(page, signed_in)[1].locator("[data-field=disbursed]")
    page.evaluate(
        "addEventListener('pagehide', () => sessionStorage.takes = !document.querySelector('[data-sheet]').inert)"
    )
    page.get_by_role("button", name="亿元").click()
    expect(page.get_by_role("button", name="亿元")).to_have_attribute("aria-current", "true")
    assert page.evaluate("sessionStorage.takes") == "false"
    field.fill("0.5")
    expect(field).to_have_value("0.5")


def test_seven_projects_stand_on_the_first_screen_of_a_laptop(changsha_writer, window, signed_in):
    page = window()
    page.set_viewport_size({"width": 1366, "height": 768})
    rows = sheet_of(page, signed_in)
    rows[2].locator("[data-field=disbursed]").focus()
    bar = page.locator("form .bar").bounding_box()
    for row in rows:
        box = row.locator("tr").first.bounding_box()
        assert box["height"] <= 40
        assert box["y"] + box["height"] <= bar["y"]
    assert not broken(page, colours=True)


def test_on_a_phone_the_panel_opens_under_its_row(changsha_writer, window, signed_in):
    page = window(width=390)
    rows = sheet_of(page, signed_in)
    rows[1].locator("[data-field=disbursed]").focus()
    panel = rows[1].locator("[data-panel] [data-of]")
    panel.wait_for()
    assert panel.bounding_box()["y"] > rows[1].locator("[data-field=stage]").bounding_box()["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    in_panel(page, rows[1], "problems").fill("无电")
    page.locator("[data-stored]", has_text="1 格").wait_for()


def test_what_stands_in_the_way_of_a_submission_is_listed_and_leads_to_its_field(changsha_writer, window, signed_in):
    page = window()
    rows = sheet_of(page, signed_in, "en")
    rows[0].locator("[data-field=disbursed]").fill("about 3")
    rows[0].locator("[data-error=disbursed]").wait_for()
    button = page.locator("[data-show-mend]")
    expect(button).to_have_text("1 to correct")
    button.click()
    expect(page.locator("[data-errsum] li")).to_have_count(1)
    rows[0].locator("[data-field=disbursed]").fill("0")
    expect(page.locator("[data-errsum] li")).to_have_text(re.compile("reason.*measure", re.IGNORECASE | re.DOTALL))
    page.get_by_role("button", name="Submit what can go").click()
    expect(page.locator("[data-errsum] li")).to_have_count(7)  # and the amounts of the other six
    page.locator("[data-errsum] a", has_text="Reason for being behind plan").first.click()
    expect(page.locator(f"[data-panel] #f{entries()[0].pk}-reason")).to_be_focused()
