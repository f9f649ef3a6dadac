"""Who presses a key or a button twice, faster than the server answers, has it done once and loses nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from projects.models import MonthlyReport, Revision
from tests.projects.july import BEFORE_CLOSING, set_today
from tests.projects.pages.rounds import entries, submitted

from .test_round import in_panel
from .test_sheet import sheet_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SLOW = 400  # milliseconds that the server takes longer
TWICE = "button => { button.click(); button.click(); setTimeout(() => button.click(), 60) }"


def slowed(page, pattern):
    def later(route):
        page.wait_for_timeout(SLOW)
        route.continue_()

    page.route(pattern, later)


def test_the_key_to_what_is_beside_a_row_leads_on_to_the_buttons_before_that_is_there(
    changsha_writer, window, signed_in
):
    page = window()
    cell = sheet_of(page, signed_in)[0].locator("[data-field=disbursed]")
    slowed(page, "**part=panel**")
    cell.focus()
    page.keyboard.type("10447")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-submit]")).to_be_focused()
    page.locator("[data-panel] [data-field=reason]").wait_for()
    expect(page.locator("[data-submit]")).to_be_focused()  # and stays there when it comes
    expect(cell).to_have_value("10447")


def test_a_sheet_is_submitted_once(changsha_writer, window, signed_in):
    page = window()
    rows = sheet_of(page, signed_in)
    before = Revision.objects.count()
    asked = []
    page.on("request", lambda request: asked.append(request) if request.is_navigation_request() else None)
    rows[0].locator("[data-field=disbursed]").focus()
    page.keyboard.type("10447")
    page.keyboard.press("Control+Enter")
    expect(in_panel(page, rows[0], "reason")).to_be_focused()
    for text in ("rain", "two shifts"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    slowed(page, "**part=panel**")
    page.locator("[data-submit]").evaluate(TWICE)  # before what was typed is stored
    page.get_by_text("已报送 1 项").wait_for()
    page.wait_for_timeout(2 * SLOW)
    assert [request.method for request in asked].count("POST") == 1
    assert Revision.objects.count() == before + 1
    assert MonthlyReport.objects.get(month=7, state="submitted").reason == "rain"


def test_the_same_reports_are_approved_once(live_register, changsha_writer, province, window, signed_in):
    """The second time they would not be waiting any more, and the page would say that nothing was done."""
    set_today(BEFORE_CLOSING)
    submitted(changsha_writer, entries()[:2])
    page = window()
    signed_in(page, "province")
    page.goto("/review/")
    for box in page.locator("[name=report]").all():
        box.check()
    page.locator("[name=action][value=approve]").evaluate(TWICE)
    page.get_by_text("No report of this month waits for review").wait_for()
    page.wait_for_timeout(SLOW)
    expect(page.get_by_text("Nothing was done")).to_have_count(0)
    assert MonthlyReport.objects.filter(month=7, state="approved").count() == 2


def test_a_record_of_the_administration_is_added_once(live_register, province, window, signed_in):
    page = window()
    signed_in(page, "province")
    page.goto("/admin/projects/enterprise/add/")
    page.fill("[name=name_zh]", "双击公司")
    for field in page.locator("input[required]:visible").all():
        if not field.input_value():
            field.fill("x")
    page.locator("[name=_save]").evaluate(TWICE)
    page.locator(".messagelist .success, .errornote").first.wait_for()
    page.wait_for_timeout(SLOW)
    assert page.locator(".messagelist .success").count() == 1
