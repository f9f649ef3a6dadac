"""How pages stand on a narrow screen and in Chinese: what only a browser can tell."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.projects.pages.rounds import JULY, entries, submitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TALLEST_HEAD = "table => table.tHead.getBoundingClientRect().height"
BESIDE_ITS_EDGE = """table => {
  const words = document.createRange();
  words.selectNodeContents(table.caption);
  return words.getBoundingClientRect().right - table.closest(".scroll").getBoundingClientRect().right;
}"""


def test_heads_off_the_screen_leave_no_hole_and_captions_stay_on_it(public_read, register, window):
    page = window(width=390)
    page.goto("/projects/HN-EI-2023-21/?lang=en")
    table = page.locator("section[aria-labelledby=reports] table")
    assert table.evaluate(TALLEST_HEAD) < 70
    assert table.evaluate(BESIDE_ITS_EDGE) < 0
    for path in ("/league/", "/projects/"):
        page.goto(f"{path}?lang=en")
        assert page.locator("table").first.evaluate(TALLEST_HEAD) < 70, path
        assert page.locator("table").first.evaluate(BESIDE_ITS_EDGE) < 0, path


def test_what_waits_for_review_begins_below_its_heads(changsha_writer, province, window, signed_in):
    submitted(changsha_writer, entries()[:2])
    page = window(width=390)
    signed_in(page, "province")
    page.goto("/review/?lang=en")
    assert page.locator("table").first.evaluate(TALLEST_HEAD) < 70
    acts, switch = (page.locator(f".head {part}").bounding_box() for part in (".acts", ".seg"))
    assert switch["x"] == acts["x"]  # as what stands below it


def test_what_may_be_searched_for_is_said_in_full_on_a_narrow_screen(public_read, register, window):
    page = window(width=390)
    for language in ("en", "zh-hans"):
        page.goto(f"/?lang={language}")
        expect(page.locator("#search")).to_be_hidden()  # a link has its place, which leads to where the field is
        page.locator(".findlink").click()
        said = page.locator("#search").evaluate(
            """field => {
              const style = getComputedStyle(field);
              const pen = document.createElement("canvas").getContext("2d");
              pen.font = style.font;
              const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
              return pen.measureText(field.placeholder).width <= room;
            }"""
        )
        assert said, language


def test_a_latin_name_stands_apart_from_the_chinese_around_it(public_read, register, window):
    page = window()
    page.goto("/?lang=zh-hans")
    assert page.locator("body").evaluate("body => getComputedStyle(body).textAutospace") == "normal"


def test_an_absurd_amount_is_no_endless_figure_and_moves_no_column(changsha_writer, window, signed_in):
    page = window()
    signed_in(page, "changsha")
    page.goto(f"{JULY}?lang=zh-hans")
    row = page.locator(f'[data-code="{entries()[1].project.code}"]')
    place = row.locator("[data-state]").bounding_box()["x"]
    for absurd in ("99999999999999", "9999999"):
        row.locator("[data-field=disbursed]").fill(absurd)
        assert row.locator("[data-state]").bounding_box()["x"] == pytest.approx(place, abs=1)
    row.locator("[data-field=disbursed]").fill("99999999999999")
    expect(row.locator("[data-ytd]")).to_have_text("—")
    expect(row.locator("[data-share]")).to_have_text("—")


def test_a_table_scrolls_only_sideways_on_a_phone(public_read, register, window):
    page = window(width=390)
    page.goto("/attention/?lang=zh-hans")
    region = page.locator(".scroll:has(table.watched)")
    assert region.evaluate("each => each.scrollWidth > each.clientWidth")
    assert region.evaluate("each => each.clientHeight > innerHeight && each.scrollHeight - each.clientHeight < 2")
    page.set_viewport_size({"width": 1000, "height": 700})
    # where there is room the head of a table that is too wide stays, so that it scrolls in a region of its own
    assert region.evaluate("each => each.clientHeight < innerHeight")


BROKEN = r"""among => [...document.querySelectorAll(among)].flatMap(each => {
  const found = []
  const walker = document.createTreeWalker(each, NodeFilter.SHOW_TEXT)
  const whole = /\d{4}-\d\d-\d\d|[A-Z]+-[A-Z]+-[\d-]+/g
  while (walker.nextNode()) for (const part of walker.currentNode.nodeValue.matchAll(whole)) {
    const range = document.createRange()
    range.setStart(walker.currentNode, part.index)
    range.setEnd(walker.currentNode, part.index + part[0].length)
    if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) found.push(part[0])
  }
  return found
})"""


def test_days_and_codes_stay_in_one_piece(public_read, register, window):
    page = window(width=390)
    for path in (
        "/",
        "/problems/",
        "/compare/?since=2023-05-01",
        "/figures/disbursed/",
        "/changes/",
        "/league/?through=2023-07",
        "/?as_of=2023-05-01",
    ):
        page.goto(f"{path}{'&' if '?' in path else '?'}lang=en")
        assert page.evaluate(BROKEN, ".past, h1, h2, .lede, .opennote, .limits .w, .log a") == [], path
