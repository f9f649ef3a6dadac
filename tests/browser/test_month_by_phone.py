"""The month on a phone, by fingers: typed, saved, submitted, opened from the queue, returned, approved."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from projects.models import MonthlyReport
from tests.projects.pages.rounds import JULY, entries, report, submitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "has_touch": True, "is_mobile": True}
# what a finger finds in the middle of an element
ON_TOP = """each => {
  const { x, y, width, height } = each.getBoundingClientRect();
  const found = document.elementFromPoint(x + width / 2, y + height / 2);
  return each.contains(found);
}"""


def phone(window, signed_in, who, path):
    page = window(**PHONE)
    page.set_viewport_size({"width": 390, "height": 844})
    signed_in(page, who)
    page.goto(f"{path}?lang=en")
    return page


def test_a_month_is_reported_and_reviewed_by_fingers(changsha_writer, province, window, signed_in):
    entry = entries()[1]
    page = phone(window, signed_in, "changsha", "/tasks/")
    page.locator(".task .go a").first.tap()
    page.wait_for_url(f"**{JULY}*")  # loaded: its script opens the panel of the row that is tapped
    row = page.locator(f"[data-code='{entry.project.code}']")
    row.locator("[data-field=disbursed]").tap()
    page.keyboard.type("104.47")
    for name, text in (("reason", "rain"), ("measure", "two shifts")):
        field = row.locator(f"[data-panel] [data-field={name}]")
        field.tap()
        assert field.evaluate(ON_TOP), name
        page.keyboard.type(text)
    page.locator("[data-save]").tap()
    page.get_by_text("Saved.").wait_for()
    page.locator("[data-submit]").tap()
    page.get_by_text("1 report was submitted.").wait_for()

    desk = phone(window, signed_in, "province", "/review/")
    way = desk.get_by_role("link", name="Open").first
    box = way.bounding_box()  # without scrolling the table, whose columns a phone does not show
    assert box["x"] + box["width"] <= 390
    assert way.evaluate(ON_TOP)
    way.tap()
    desk.locator("#why").fill("All of July?")
    desk.get_by_role("button", name="Return").tap()
    desk.get_by_text("1 report was returned.").wait_for()
    assert MonthlyReport.objects.get(entry=entry, month=7).state == "returned"

    page.goto(f"{JULY}?lang=en")
    expect(page.get_by_text("All of July?").first).to_be_visible()
    row.locator("[data-field=disbursed]").fill("104.5")
    page.locator("[data-stored]", has_text="stored").wait_for()
    page.locator("[data-submit]").tap()
    page.get_by_text("1 report was submitted.").wait_for()

    desk.goto("/review/?lang=en")
    desk.get_by_role("link", name="Open").first.tap()
    desk.get_by_role("button", name="Approve").tap()
    desk.get_by_text("1 report was approved.").wait_for()
    assert MonthlyReport.objects.get(entry=entry, month=7).state == "approved"


@pytest.mark.parametrize("width", [320, 390])
def test_the_bar_of_a_sheet_leaves_a_phone_to_its_rows(changsha_writer, window, signed_in, width):
    entry = entries()[0]
    report(entry)
    page = phone(window, signed_in, "changsha", JULY)
    page.set_viewport_size({"width": width, "height": 640})
    for language in ("en", "zh-hans"):
        page.goto(f"{JULY}?lang={language}")
        assert page.locator("form .bar").bounding_box()["height"] <= 640 / 5, language


@pytest.mark.parametrize("width", [320, 390])
def test_the_bar_of_the_review_leaves_a_phone_to_its_rows(changsha_writer, province, window, signed_in, width):
    submitted(changsha_writer, entries()[:2])
    page = phone(window, signed_in, "province", "/review/")
    page.set_viewport_size({"width": width, "height": 640})
    for language in ("en", "zh-hans"):
        page.goto(f"/review/?lang={language}")
        assert page.locator("form .bar").bounding_box()["height"] <= 640 / 4, language
