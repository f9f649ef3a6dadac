"""Back in the browser after a step was taken: the page of work that one comes to is of now, not of before the step."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.projects.pages.rounds import JULY, REASONS, entries, report, submitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEPT_BY_THE_BROWSER = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"


def test_back_from_what_was_submitted_is_no_sheet_that_would_submit_again(changsha_writer, window, signed_in):
    report(entries()[0], 10_000_000, stage="trial", **REASONS)
    page = window()
    signed_in(page, "changsha")
    page.goto("/tasks/")
    due = page.locator(".task .big").first.inner_text()
    page.goto(JULY)
    page.locator("[data-submit]", has_text="1").click()
    page.locator("main .note.good").wait_for()
    page.go_back()
    row = page.locator(f"[data-code='{entries()[0].project.code}']")
    expect(row.locator("[data-state]")).to_have_text("submitted")
    expect(page.locator("[data-will]")).to_contain_text("0 can be submitted")
    page.goto("/tasks/")
    assert page.locator(".task .big").first.inner_text() != due


def test_back_from_what_was_approved_or_returned_is_a_queue_without_it(changsha_writer, province, window, signed_in):
    submitted(changsha_writer, entries()[:3])
    page = window()
    signed_in(page, "province")
    page.goto("/review/")
    waiting = page.locator("form[data-review] tbody [name=report]")
    expect(waiting).to_have_count(3)
    waiting.first.check()
    page.locator("[name=action][value=approve]").click()
    page.locator("main .note.good").wait_for()
    page.go_back()
    expect(waiting).to_have_count(2)
    page.locator("form[data-review] tbody a[href*='open=']").first.click()
    page.locator("[name=action][value=return]").click()
    page.locator("#why").wait_for()
    page.goto("/tasks/")
    page.go_back()  # to the page that said what was lacking
    page.locator("#why").fill("All of July?")
    page.locator("[name=action][value=return]").click()
    page.locator("main .note.good").wait_for()
    page.go_back()
    expect(page.locator("main")).to_contain_text("is not, or is no longer, waiting for review")
    expect(page.locator("#comment")).to_have_value("")


@pytest.mark.parametrize("path", [JULY, "/review/", "/review/?open=one"])
def test_a_page_that_the_browser_itself_has_kept_is_asked_for_again(changsha_writer, province, window, signed_in, path):
    sent = submitted(changsha_writer, entries()[:1])[0].entry.project.code
    page = window()
    signed_in(page, "changsha" if path == JULY else "province")
    page.goto(path.replace("one", sent))
    with page.expect_navigation():
        page.evaluate(KEPT_BY_THE_BROWSER)


def test_what_was_chosen_and_typed_in_the_queue_is_there_for_who_looks_at_a_report_and_comes_back(
    changsha_writer, province, window, signed_in
):
    submitted(changsha_writer, entries()[:3])
    page = window()
    signed_in(page, "province")
    page.goto("/review/")
    boxes = page.locator("form[data-review] tbody [name=report]")
    for number in (0, 2):
        boxes.nth(number).check()
    page.locator("#comment").fill("All of July?")
    page.locator("form[data-review] tbody a[href*='open=']").first.click()
    page.locator("#why").wait_for()
    page.go_back()
    for number, checked in enumerate([True, False, True]):
        expect(boxes.nth(number)).to_be_checked(checked=checked)
    expect(page.locator("#comment")).to_have_value("All of July?")
    expect(page.locator("[data-approve]")).to_contain_text("2")
    page.goto("/tasks/")
    page.goto("/review/")  # come to anew, it begins anew
    for number in range(3):
        expect(boxes.nth(number)).to_be_checked(checked=False)
    expect(page.locator("#comment")).to_have_value("")
