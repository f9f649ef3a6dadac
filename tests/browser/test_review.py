"""A report from its submission to its approval, decided by keys alone; and what single keys do not do."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from projects.choices import Role
from projects.models import MonthlyReport
from projects.workflows import reporting
from tests.people import person
from tests.projects.pages.rounds import entries, july, submitted

from .axe import broken

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def review_of(page, entry, language="en"):
    page.goto(f"/review/?lang={language}&month=2023-07&open={entry.project.code}")


def with_single_keys(page):
    page.add_init_script("localStorage.setItem('review-keys', 'on')")
    return page


def states(*of):
    return [MonthlyReport.objects.get(entry=entry, month=7).state for entry in of]


def test_a_month_is_returned_resubmitted_and_approved_by_keys_alone(changsha_writer, province, window, signed_in):
    first, second, third = entries()[:3]
    for number, entry in enumerate((third, second, first), start=1):
        submitted(changsha_writer, [entry], 150_000_000 * number)
    page = with_single_keys(window())
    signed_in(page, "province")
    review_of(page, first)
    order = [link.get_attribute("href") for link in page.locator("aside table a").all()]
    assert len(order) == 3

    # J and K go on and back
    expect(page.get_by_text("1 of 3 that wait")).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_text("2 of 3 that wait")).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_text("1 of 3 that wait")).to_be_visible()

    # R asks for the comment first, and types no letter into it; then the form is sent by its button
    page.keyboard.press("r")
    expect(page.locator("#why")).to_be_focused()
    expect(page.locator("#why")).to_have_value("")
    opened = page.get_by_role("heading", level=1).inner_text()
    page.keyboard.type("All of July? Please join the rar files.")  # a, j, k and r are letters here
    expect(page.locator("#why")).to_have_value("All of July? Please join the rar files.")
    page.keyboard.press("Tab")
    page.keyboard.press("r")
    expect(page.get_by_text("1 report was returned.")).to_be_visible()
    expect(page.get_by_text("1 of 2 that wait")).to_be_visible()
    assert page.get_by_role("heading", level=1).inner_text() != opened
    [returned] = MonthlyReport.objects.filter(month=7, state="returned")
    assert returned.comment == "All of July? Please join the rar files."

    # it comes again, and its changes are marked
    returned.disbursed += 5_000_000
    returned.save()
    reporting.submit([returned], user=changsha_writer)
    review_of(page, returned.entry)
    expect(page.get_by_text("submitted again")).to_be_visible()
    changed = page.locator("tr.chg")
    assert changed.count() >= 3
    for row in changed.all():
        expect(row.locator("td").last).to_have_text("changed")
    expect(page.get_by_text("All of July? Please join the rar files.")).to_be_visible()

    # A approves and goes on, until nothing waits
    for left in (2, 1, 0):
        page.keyboard.press("a")
        page.wait_for_load_state()
        expect(page.get_by_text("1 report was approved.")).to_be_visible()
        if page.locator("[data-desk]").count() == 0 and left:
            page.goto("/review/?lang=en&month=2023-07")
            page.get_by_role("link", name="Open").first.click()
    expect(page.get_by_text("No report of this month waits for review")).to_be_visible()
    assert states(first, second, third) == ["approved"] * 3


def test_a_comment_that_is_left_waits_with_its_report_until_it_is_sent(changsha_writer, province, window, signed_in):
    first, second = entries()[:2]
    submitted(changsha_writer, [first, second])
    page = with_single_keys(window())
    signed_in(page, "province")
    page.goto("/review/?lang=en&month=2023-07")
    page.get_by_role("link", name="Open").first.click()
    page.locator("#why").fill("is this July alone?")
    page.locator("h1").click()
    page.keyboard.press("j")
    expect(page.get_by_text("2 of 2 that wait")).to_be_visible()
    expect(page.locator("#why")).to_have_value("")
    page.locator("a[rel=prev]").click()
    expect(page.get_by_text("1 of 2 that wait")).to_be_visible()
    expect(page.locator("#why")).to_have_value("is this July alone?")
    # for this person alone
    person("reviewer", Role.PROVINCE)
    signed_in(page, "reviewer")
    page.reload()
    expect(page.locator("#why")).to_have_value("")
    signed_in(page, "province")
    page.reload()
    expect(page.locator("#why")).to_have_value("is this July alone?")
    page.get_by_role("button", name="Return").click()
    expect(page.get_by_text("1 report was returned.")).to_be_visible()
    [returned] = MonthlyReport.objects.filter(month=7, state="returned")
    assert returned.comment == "is this July alone?"
    assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_key_cap_can_be_read_on_every_button(scheme, changsha_writer, province, window, signed_in):
    submitted(changsha_writer, entries()[:2])
    page = with_single_keys(window(color_scheme=scheme))
    signed_in(page, "province")
    review_of(page, entries()[0])
    caps = page.locator("kbd:visible")
    assert caps.all_inner_texts().count("A") == 1
    for cap in caps.all():  # axe leaves aside what has the very colour of its ground
        colour, ground, of_button = cap.evaluate(
            "cap => [getComputedStyle(cap).color, getComputedStyle(cap).backgroundColor, "
            "getComputedStyle(cap.parentElement).backgroundColor]"
        )
        assert colour != (of_button if ground == "rgba(0, 0, 0, 0)" else ground), cap.inner_text()


def test_single_keys_are_off_until_they_are_switched_on_and_stay_on(changsha_writer, province, window, signed_in):
    submitted(changsha_writer, entries()[:2])
    page = window()
    signed_in(page, "province")
    review_of(page, entries()[0])
    expect(page.get_by_label("Single keys")).not_to_be_checked()
    expect(page.locator("kbd").first).to_be_hidden()
    for key in ("a", "j"):
        page.keyboard.press(key)
    assert states(*entries()[:2]) == ["submitted"] * 2
    page.get_by_label("Single keys").check()
    expect(page.locator("kbd").first).to_be_visible()
    page.reload()
    expect(page.get_by_label("Single keys")).to_be_checked()
    page.keyboard.press("Control+a")  # to select all is not to approve
    assert states(*entries()[:2]) == ["submitted"] * 2
    page.keyboard.press("a")
    expect(page.get_by_text("1 report was approved.")).to_be_visible()


def test_without_a_script_all_of_it_is_there(changsha_writer, province, window, signed_in):
    submitted(changsha_writer, entries()[:1])
    page = window(java_script_enabled=False)
    signed_in(page, "province")
    review_of(page, entries()[0])
    assert not page.get_by_label("Single keys").is_visible()
    assert page.locator("kbd:visible").count() == 0
    page.locator("#why").fill("look again")
    page.get_by_role("button", name="Return").click()
    expect(page.get_by_text("1 report was returned.")).to_be_visible()
    assert july(entries()[0]).comment == "look again"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_report_has_no_violation_and_does_not_scroll_sideways(changsha_writer, province, window, signed_in, language):
    entry = entries()[0]
    [report] = submitted(changsha_writer, [entry])
    reporting.send_back([report], user=province, comment="look again " * 20)
    report.refresh_from_db()
    report.progress = "roof closed " * 30
    report.save()
    reporting.submit([report], user=changsha_writer)
    page, complaints = window(), []
    signed_in(page, "province", language)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    of_project = f"/projects/{entry.project.code}/reports"
    for path in (f"{of_project}/2023-07/", f"{of_project}/2023-06/reopen/", f"/review/?open={entry.project.code}"):
        page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        for width in (320, 390, 1366):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        assert not broken(page, colours=language == "zh-hans"), path
    assert not complaints
