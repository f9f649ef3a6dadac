"""The frame of every page in a browser: its height, its menus without a script, one's own tasks by keyboard and by phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .axe import broken, broken_in_the_dark

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# of 1366 by 768 pixels, so that the first screen holds the answers; the bar has a second line in English
HEIGHTS = {"zh-hans": {".top": 49, ".nav": 40, ".scope": 39}, "en": {".top": 49, ".nav": 40, ".scope": 64}}


def test_head_navigation_and_bar_leave_the_first_screen_to_the_answers(public_read, register, window):
    page = window()
    for language, heights in HEIGHTS.items():
        page.goto(f"/?lang={language}")
        for part, most in heights.items():
            assert page.locator(part).bounding_box()["height"] <= most, (part, language)


def test_the_menus_of_the_bar_work_without_a_script_and_one_at_a_time(public_read, register, window):
    page = window(java_script_enabled=False)
    page.goto("/sectors/?lang=en")
    months = page.locator("details.pickm", has_text="Months")
    days = page.locator("details.pickm", has_text="Data as at")
    months.locator("summary").click()
    expect(months.get_by_role("link", name="Jan–Mar closed")).to_be_visible()
    days.locator("summary").click()
    expect(months.get_by_role("link", name="Jan–Mar closed")).to_be_hidden()
    months.locator("summary").click()
    months.get_by_role("link", name="Jan–Mar closed").click()
    expect(page.locator("details.pickm", has_text="Months").locator("summary")).to_contain_text("Jan–Mar")
    assert "through=2023-03" in page.url


def test_on_a_phone_labels_go_and_values_stay(public_read, register, window):
    page = window(width=390)
    page.goto("/?lang=zh-hans")
    bar = page.locator(".scope")
    expect(bar.get_by_text("数据时点", exact=True)).to_be_hidden()
    expect(bar.locator("summary b").first).to_have_text("2023")
    expect(bar.locator("summary").nth(1)).to_contain_text("已截止")
    assert bar.bounding_box()["height"] < 100


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_every_menu_of_the_bar_stands_whole_on_the_screen(public_read, register, window, width):
    page = window(width=width)
    page.goto("/?lang=en")
    menus = page.locator("details.pickm")
    for menu in menus.all():
        menu.locator("summary").click()
        box = menu.locator("ul").bounding_box()
        assert box["x"] >= 0, box
        assert box["x"] + box["width"] <= width, box
        menu.locator("summary").click()  # it lies over what follows
    assert menus.count() == 3


@pytest.mark.parametrize("who", ["changsha", "province"])
def test_the_own_tasks_have_no_violation_and_no_sideways_scrolling(changsha_writer, province, window, signed_in, who):
    page = window()
    signed_in(page, who, "zh-hans")
    for width in (320, 390, 1366):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/tasks/")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
        assert not broken(page, colours=width == 1366)
    assert not broken_in_the_dark(page)


def test_by_keyboard_a_bureau_comes_from_signing_in_to_the_sheet(changsha_writer, window, signed_in_by_the_form):
    page = window()
    signed_in_by_the_form(page, "changsha")
    page.wait_for_url("**/tasks/")
    page.locator(".task .btn.main").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/rounds/2023-07/")
