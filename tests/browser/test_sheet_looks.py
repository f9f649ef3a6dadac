"""The monthly sheet on a laptop: nothing that is written in it is cut, and what has the focus keeps it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.projects.pages.rounds import entries, submitted

from .test_round import in_panel
from .test_sheet import sheet_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CUT = """sheet => {
  const room = (each) => each.clientWidth - 2 * parseFloat(getComputedStyle(each).paddingLeft);
  const pen = document.createElement("canvas").getContext("2d");
  const arrow = 18;  // pixels that Chromium keeps for it
  const tooNarrow = [...sheet.querySelectorAll("select")].filter((each) => {
    pen.font = getComputedStyle(each).font;
    return [...each.options].some((option) => pen.measureText(option.text).width + arrow > room(each));
  });
  const clipped = [...sheet.querySelectorAll("th, td")].filter((each) => each.scrollWidth > each.clientWidth);
  const edge = sheet.getBoundingClientRect().right;
  const beyond = [...sheet.querySelectorAll("button")].filter((each) => each.getBoundingClientRect().right > edge);
  return [...tooNarrow, ...clipped, ...beyond].map((each) => each.outerHTML.slice(0, 200));
}"""


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_is_cut_of_a_sheet_of_which_some_is_submitted(changsha_writer, window, signed_in, language):
    submitted(changsha_writer, entries()[::2])
    page = window()
    page.set_viewport_size({"width": 1366, "height": 768})
    rows = sheet_of(page, signed_in, language)
    assert page.locator("[data-table]").evaluate(
        "table => table.parentElement.scrollWidth <= table.parentElement.clientWidth"
    )
    assert page.locator(".sheet").evaluate(CUT) == []
    rows[1].locator("[data-field=disbursed]").focus()
    page.locator("[data-panel] [data-of]").wait_for()
    panel, bar = (page.locator(each).bounding_box() for each in ("[data-panel]", ".work > .bar"))
    assert panel["y"] + panel["height"] <= bar["y"]


def test_tab_that_is_in_the_panel_before_its_row_is_keeps_the_focus_there(changsha_writer, window, signed_in):
    page = window()
    rows = sheet_of(page, signed_in)
    rows[0].locator("[data-field=disbursed]").focus()
    in_panel(page, rows[0], "reason").wait_for()
    waiting = []
    page.route("**part=panel**", lambda route: waiting.append(route))
    rows[-1].locator("[data-field=stage]").focus()
    page.keyboard.press("Tab")
    for _each in range(100):
        page.wait_for_timeout(0 if waiting else 20)
    waiting[0].continue_()
    page.unroute("**part=panel**")
    expect(page.locator("[data-panel]")).to_contain_text(entries()[-1].project.code)
    expect(page.locator("[data-panel] a").first).to_be_focused()


def test_what_is_refused_has_the_focus_when_the_sheet_comes_back(changsha_writer, window, signed_in):
    page = window()
    sheet_of(page, signed_in)
    page.locator("[data-submit]").click()
    expect(page.locator("[data-errsum]")).to_be_focused()
