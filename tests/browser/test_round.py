"""The monthly round from the first figure that is typed to the total that it changes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from projects.models import MonthlyReport
from tests.people import PASSWORD
from tests.projects.pages.rounds import JULY, REASONS, entries, report, submitted

from .axe import broken
from .test_every_page import settled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def row_of(page, code):
    return page.locator(f'[data-code="{code}"]')


def stored(page, cells=None):
    """Wait until the server says that it has what was typed."""
    said = f"stored on the server: {cells} cell" if cells else "stored on the server"
    page.locator("[data-stored]", has_text=said).wait_for()


def in_panel(page, row, name):
    """A field of the panel, which follows the row in hand."""
    row.locator("[data-field=disbursed]").focus()
    return page.locator(f"[data-panel] [data-of='{row.get_attribute('data-row')}'] [data-field={name}]")


def sign_in_here(page, username):
    """On the form that the page led to, keeping where one wanted to go."""
    page.get_by_label("Name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def test_a_report_goes_from_the_keyboard_to_the_total(changsha_writer, province, window, signed_in):
    project, entry = entries()[1].project, entries()[1]
    bureau, reviewer = window(), window()
    signed_in(reviewer, "province")
    reviewer.goto("/?lang=en")
    figure = "[data-figure=disbursed]"
    expect(reviewer.locator(figure).first).to_have_attribute("data-value", "15890000000")

    # typed in 万元 where millions are wanted: caught, and the right figure is one press away
    signed_in(bureau, "changsha")
    bureau.goto(f"{JULY}?lang=en")
    row = row_of(bureau, project.code)
    row.locator("[data-field=disbursed]").fill("12345")
    row.locator("[data-fill]").click()
    expect(row.locator("[data-field=disbursed]")).to_have_value("123.45")
    row.locator("[data-field=stage]").select_option("equipment")
    for name, words in REASONS.items():
        in_panel(bureau, row, name).fill(words)
    stored(bureau, 4)
    expect(row.locator("[data-error]")).to_have_count(0)
    assert not MonthlyReport.objects.filter(entry=entry, month=7).exists()
    bureau.reload()
    expect(row.locator("[data-field=disbursed]")).to_have_value("123.45")
    expect(bureau.get_by_text("1 can be submitted, 0 to confirm, 0 to correct, 6 not filled in.")).to_be_visible()
    bureau.get_by_role("button", name="Submit the 1 that can go").click()
    bureau.get_by_text("1 report was submitted.").wait_for()

    # returned, corrected, submitted again
    reviewer.goto(f"/review/?lang=en&open={project.code}")
    reviewer.locator("#why").fill("That is the year, not the month.")
    reviewer.get_by_role("button", name="Return").click()
    reviewer.get_by_text("1 report was returned.").wait_for()
    bureau.goto(JULY)
    expect(bureau.get_by_text("That is the year, not the month.")).to_be_visible()
    row.locator("[data-field=disbursed]").fill("125.5")
    stored(bureau, 1)
    bureau.get_by_role("button", name="Submit the 1 that can go").click()
    bureau.get_by_text("1 report was submitted.").wait_for()

    # the bar says what the total becomes, and so it does
    reviewer.goto("/review/?lang=en")
    reviewer.get_by_label(f"Choose {project.name_en}").check()
    bar = reviewer.locator(".bar")
    expect(bar).to_contain_text(
        "1 selected, 0.126 billion CNY: the total of January to July goes from 15.890 to 16.016."
    )
    reviewer.get_by_role("button", name="Approve 1 selected").click()
    reviewer.get_by_text("1 report was approved.").wait_for()
    reviewer.goto("/projects/?lang=en&through=2023-07")
    expect(reviewer.locator(f"tfoot {figure}")).to_have_attribute("data-value", str(15_890_000_000 + 125_500_000))
    assert MonthlyReport.objects.get(entry=entry, month=7).approved_by == province


@pytest.mark.parametrize(("choice", "amount"), [("Save what is selected", 300_000_000), ("Take theirs", 200_000_000)])
def test_of_two_people_at_one_row_neither_loses_a_word(changsha_writer, window, signed_in, choice, amount):
    entry = entries()[0]
    draft = report(entry, 100_000_000)
    page = window()
    signed_in(page, "changsha")
    page.goto(f"{JULY}?lang=en")
    draft.disbursed = 200_000_000
    draft.save()
    row = row_of(page, entry.project.code)
    row.locator("[data-field=disbursed]").fill("300")
    row.locator("[data-theirs]").wait_for()
    assert MonthlyReport.objects.get(month=7).disbursed == 200_000_000
    if choice != "Take theirs":
        row.get_by_role("button", name=choice).click()  # nothing is chosen yet: the choice has the focus
        expect(row.locator("[data-theirs] input:focus")).to_have_count(1)
        row.locator("[data-theirs] input[value=mine]").check()
    row.get_by_role("button", name=choice).click()
    expect(row.locator("[data-theirs]")).to_have_count(0)
    assert float(row.locator("[data-field=disbursed]").input_value()) * 10**6 == pytest.approx(amount)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved.").wait_for()
    assert MonthlyReport.objects.get(month=7).disbursed == amount


def test_it_works_without_javascript(changsha_writer, window):
    page = window(java_script_enabled=False)
    page.goto(f"/login/?lang=en&next={JULY}")
    sign_in_here(page, "changsha")
    first, second = entries()[:2]
    page.fill(f"[name='{first.pk}-disbursed']", "abc")
    page.fill(f"[name='{second.pk}-disbursed']", "100")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.locator(f"#r{second.pk}").get_by_role("link", name="All fields").click()
    for name, words in REASONS.items():
        page.fill(f"[name='{second.pk}-{name}']", words)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved.").wait_for()
    page.get_by_role("button", name=re.compile("^Submit")).click()
    expect(page.get_by_text("1 report was submitted.")).to_be_visible()
    assert page.input_value(f"[name='{first.pk}-disbursed']") == "abc"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_neither_page_has_a_violation_or_scrolls_sideways(changsha_writer, province, window, signed_in, language):
    first, second, third = entries()[:3]
    submitted(changsha_writer, [first, second])
    report(third, None)
    complaints = []
    for username, paths in (
        ("changsha", [JULY, f"{JULY}{third.project.code}/"]),
        ("province", [JULY, f"/review/?open={first.project.code}", f"/rounds/2023-06/?correct={first.project.code}"]),
    ):
        page = window()
        signed_in(page, username)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        for path in paths:
            page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
            if path == JULY and username == "changsha":
                page.locator("[data-field=disbursed]").first.fill("99999999")  # more than a project, in whole CNY
                page.locator("[data-fill]").wait_for()
            for details in page.locator("main details").all():
                details.evaluate("element => element.open = true")
            widths = (390, 1366) if language == "zh-hans" else (1366, 390)
            for width in widths:
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
                if width == widths[-1]:
                    settled(page)
                    assert not broken(page, colours=language == "zh-hans"), (path, width)
    assert not complaints
