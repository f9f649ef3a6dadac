"""The monthly sheet in a narrow or low window: neither the panel that follows nor the bar hides the row in hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.projects.pages.rounds import entries, submitted

from .axe import broken
from .test_every_page import settled
from .test_sheet import sheet_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _click(page, field):
    box = field.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


@pytest.mark.parametrize("take", [_click, lambda _page, field: field.focus()], ids=["pointer", "key"])
def test_a_row_stays_where_it_is_seen_when_the_panel_above_it_comes_under_it(changsha_writer, window, signed_in, take):
    page = window(width=390)
    rows = sheet_of(page, signed_in)
    rows[1].locator("[data-field=disbursed]").focus()
    rows[1].locator("[data-panel] [data-of]").wait_for()
    field = rows[2].locator("[data-field=disbursed]")
    field.scroll_into_view_if_needed()
    before = field.bounding_box()["y"]
    take(page, field)
    rows[2].locator("[data-panel] [data-of]").wait_for()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(field).to_be_focused()
    assert field.bounding_box()["y"] == pytest.approx(before, abs=2)


@pytest.mark.parametrize(("height", "sticks"), [(768, True), (384, False), (192, False)])
def test_the_bar_of_buttons_leaves_a_low_window_to_the_rows(changsha_writer, window, signed_in, height, sticks):
    page = window()
    page.set_viewport_size({"width": height * 16 // 9, "height": height})
    sheet_of(page, signed_in)
    box = page.locator("form .bar").bounding_box()
    assert (box["y"] + box["height"] <= height + 1) is sticks


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_on_a_phone_no_amount_is_cut_by_the_name_of_its_column(changsha_writer, window, signed_in, language):
    submitted(changsha_writer, entries()[::2], 345_670_000)
    page = window(width=390)
    sheet_of(page, signed_in, language)
    cells = page.locator("tbody td:visible, tfoot td:visible")
    assert cells.count() > 20
    assert (
        cells.evaluate_all("all => all.filter(each => each.scrollWidth > each.clientWidth).map(each => each.outerHTML)")
        == []
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_panel_under_a_row_breaks_no_rule_on_a_phone(changsha_writer, window, signed_in, language):
    """Numbers of a few digits, each of which opens, are still large enough for a finger."""
    page = window(width=390, bypass_csp=True)
    rows = sheet_of(page, signed_in, language)
    for row in rows[2:4]:
        row.locator("[data-field=disbursed]").focus()
        row.locator("[data-panel] [data-of]").wait_for()
        settled(page)
        assert broken(page, tags=()) == []
