"""Values on charts in a browser: the same by pointer, by keys and by touch; each chart is one Tab stop."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from projects.history.revisions import create_revision
from sectors.models import Sector

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

JUNE = re.compile(
    r"June 2023.*In the month4\.676.*Since January15\.890.*gap−7\.760.*gap\+0\.040.*30 reports, illustrative"
)
STOPS = "e => [...e.querySelectorAll('svg a')].filter(each => each.tabIndex >= 0).length"
COVERS = """([box, point]) => {
  const [a, b] = [box.getBoundingClientRect(), point.getBoundingClientRect()];
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}"""


@pytest.fixture
def overview(live_register, public_read, window):
    def opened(**options):
        page = window(**options)
        page.goto("/?lang=en")
        return page, page.locator("figure.chartbox [data-chart]")

    return opened


def test_pointer_and_keys_show_the_same_box(overview):
    page, chart = overview()
    box, newest = chart.locator(".vbox"), chart.locator("a[data-start]")
    expect(box).to_be_hidden()
    newest.hover()
    expect(box).to_have_text(JUNE)
    by_pointer = box.inner_html()
    assert not page.evaluate(COVERS, [box.element_handle(), newest.element_handle()])
    page.mouse.move(0, 0)
    expect(box).to_be_hidden()
    newest.focus()
    expect(box).to_have_text(JUNE)
    assert box.inner_html() == by_pointer
    expect(page.locator(".chartkeys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(newest).to_be_focused()


def test_arrows_move_in_it_and_stop_at_its_ends(overview):
    page, chart = overview()
    box = chart.locator(".vbox")
    chart.locator("a[data-start]").focus()
    page.keyboard.press("ArrowLeft")
    expect(box).to_contain_text("May 2023")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    expect(box).to_contain_text("January 2023")
    page.keyboard.press("End")
    expect(box).to_contain_text("June 2023")
    page.keyboard.press("ArrowRight")
    expect(box).to_contain_text("announced plan 47.3")
    page.keyboard.press("t")
    expect(page.locator("#by-month table")).to_be_visible()


def test_enter_leads_where_the_number_leads(overview):
    page, chart = overview()
    chart.locator("a[data-start]").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_url("**/projects/?*through=2023-05*counted_in=disbursed*")


@pytest.mark.parametrize("path", ["/", "/sectors/", "/prefectures/", "/sectors/new-display/", "/programmes/"])
def test_each_chart_is_one_tab_stop(live_register, public_read, window, path):
    page = window()
    page.goto(f"{path}?lang=en")
    charts = page.locator("[data-chart]:has(svg a)")
    assert charts.count()
    assert {charts.nth(number).evaluate(STOPS) for number in range(charts.count())} == {1}


def test_a_bar_and_a_prefecture_show_theirs_and_open(overview):
    page, _chart = overview()
    bar = page.locator("section[aria-labelledby=sectors] .barcol a").first
    bar.hover()
    box = page.locator("section[aria-labelledby=sectors] .vbox")
    expect(box).to_have_text(re.compile(r"Advanced computing.*Disbursed3\.934.*39\.6%.*−10\.4.*7/8"))
    assert not page.evaluate(COVERS, [box.element_handle(), bar.element_handle()])
    page.locator(".map a[aria-label^=Zhuzhou]").hover()
    expect(page.locator("[data-chart]:has(.map) .vbox")).to_have_text(re.compile(r"Zhuzhou.*Projects2.*8\.58"))
    page.locator(".map a[aria-label^=Zhuzhou]").click()
    page.wait_for_url("**/projects/?*prefecture=430200*counted_in=total_investment*")


def test_on_a_phone_it_stands_under_the_chart_and_a_second_tap_opens(overview):
    page, chart = overview(width=390, has_touch=True, is_mobile=True)
    box, newest = chart.locator(".vbox"), chart.locator("a[data-start]")
    address = page.url
    newest.tap()
    expect(box).to_have_text(JUNE)
    assert box.bounding_box()["y"] >= chart.locator("svg").bounding_box()["y"] + 270
    assert page.url == address
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    newest.tap()
    page.wait_for_url("**/projects/?*counted_in=disbursed*")


def test_a_name_is_never_markup(live_register, public_read, window):
    with create_revision():
        sector = Sector.objects.get(code="new-display")
        sector.name_en = '"><img src=x onerror="document.title=1">'
        sector.save()
    page = window()
    page.goto("/?lang=en")
    for bar in page.locator("section[aria-labelledby=sectors] .barcol a").all():
        bar.hover()
    page.locator('.barcol a[aria-label^="\\">"]').hover()
    expect(page.locator("section[aria-labelledby=sectors] .vbox b")).to_have_text(
        '"><img src=x onerror="document.title=1">'
    )
    expect(page.locator(".vbox img")).to_have_count(0)
