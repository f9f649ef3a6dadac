"""Reading lists in a browser: panels of filters, heads of tables that stay, the key of the search."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BESIDE = """label => {
  const box = label.querySelector("input").getBoundingClientRect();
  const words = document.createRange();
  words.selectNodeContents(label.lastChild);
  const text = words.getBoundingClientRect();
  return box.width < 30 && box.right <= text.left && Math.abs(box.top - text.top) < 12;
}"""
ON_TOP = """button => {
  const box = button.getBoundingClientRect();
  return document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2) === button;
}"""


def panels(page: Page) -> Any:
    return page.locator("details.picker[open]")


@pytest.mark.parametrize("width", [1366, 390])
def test_a_panel_of_filters_closes_as_one_expects(public_read, register, window, width):
    page = window(width=width)
    page.goto("/projects/?lang=en")
    if width == 390:
        page.locator("[data-fold] > summary").click()
    sector, prefecture = (page.locator("details.picker", has_text=name).first for name in ("Sector", "Prefecture"))
    sector.locator("summary").click()
    expect(panels(page)).to_have_count(1)
    assert all(label.evaluate(BESIDE) for label in sector.locator("label").all())
    button = page.get_by_role("button", name="Filter", exact=True)
    button.scroll_into_view_if_needed()
    assert button.evaluate(ON_TOP)

    prefecture.locator("summary").click()
    expect(panels(page)).to_have_count(1)
    assert prefecture.get_attribute("open") is not None

    page.keyboard.press("Escape")
    expect(panels(page)).to_have_count(0)
    expect(prefecture.locator("summary")).to_be_focused()

    sector.locator("summary").click()
    page.get_by_role("heading", name="Projects", exact=True).click()
    expect(panels(page)).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_on_a_phone_the_list_begins_on_the_first_screen(public_read, register, window, language):
    page = window(width=390)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/projects/?lang={language}")
    row = page.locator("tbody tr").first.bounding_box()
    assert row["y"] + row["height"] < 844
    form = page.locator("form.filters")
    expect(form).to_be_hidden()
    page.locator("[data-fold] > summary").click()
    expect(form).to_be_visible()
    page.set_viewport_size({"width": 1366, "height": 768})
    page.reload()
    expect(form).to_be_visible()
    expect(page.locator("[data-fold] > summary")).to_be_hidden()


@pytest.mark.parametrize("width", [1366, 1000, 390])
def test_the_head_of_a_table_stays_while_it_is_scrolled(public_read, register, window, width):
    page = window(width=width)
    page.goto("/projects/?lang=en")
    head, last = page.locator("thead").first, page.locator("tbody tr").last
    region = page.locator(".scroll").first
    if width == 390 or region.evaluate("region => region.classList.contains('fits')"):
        last.scroll_into_view_if_needed()  # on a phone it scrolls only sideways, and the head goes along with the window
    else:  # too wide for the window, so it scrolls in a region of its own
        region.evaluate("region => { region.scrollIntoView(); region.scrollTop = region.scrollHeight }")
    expect(head).to_be_in_viewport()
    expect(last).to_be_in_viewport()
    page.emulate_media(media="print")
    assert head.evaluate("head => getComputedStyle(head).position") == "static"


def test_a_slash_leads_to_the_search_and_finds(public_read, register, window):
    page = window()
    page.goto("/attention/?lang=en")
    page.keyboard.press("/")
    field = page.get_by_role("searchbox").first
    expect(field).to_be_focused()
    page.keyboard.type("energy / electronics")
    expect(field).to_have_value("energy / electronics")
    field.fill("energy electronics")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sectors/energy-electronics/**")


def test_a_slash_leads_to_the_search_where_its_field_has_no_room(public_read, register, window):
    page = window(width=683)  # a laptop's at 200 %
    page.goto("/?lang=en")
    page.keyboard.press("/")
    page.wait_for_url("**/search/**")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("HN-EI-2023-21")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("HN-EI-2023-21")


_LINES = """links => links.map(link => [link.textContent, link.getClientRects().length])"""


@pytest.mark.parametrize(("path", "most"), [("/projects/", 3), ("/sectors/energy-electronics/", 2), ("/attention/", 1)])
def test_names_of_projects_are_not_squeezed(public_read, register, window, path, most):
    page = window()
    page.goto(f"{path}?lang=en")
    names = page.locator("tbody th.name > a").evaluate_all(_LINES)
    assert len(names) > 9
    assert [each for each in names if each[1] > most] == []
    assert [name for name, lines in names if name.startswith("Illustrative") and lines > min(most, 2)] == []
