"""The second week of August in a browser: six of thirty reports of July are in, and all that is approved counts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.projects.july import stage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OPEN = "July: 6/30 approved"


@pytest.mark.parametrize("width", [1366, 390])
def test_an_open_month_is_announced_looked_at_and_left_again(live_register, province, window, signed_in, width):
    stage(6)
    page = window(width=width)
    signed_in(page, "province")
    page.goto("/?lang=en")
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        "By illustrative data: half-way through the year, disb"
    )
    expect(page.locator(".opennote")).to_contain_text(OPEN)

    page.locator(".opennote a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        "By illustrative data: January to July (July 6/30), disbursement is 16.63 billion CNY"
    )
    how_far = page.get_by_role("region", name="How far, against which plan")
    expect(how_far).to_contain_text("35.2%")
    expect(how_far).to_contain_text("A further 3.32 billion CNY is planned for months not reported yet.")
    for said in ("complete 6", "with gaps 24 (24 months missing)", "none 12"):
        expect(page.locator(".coverbar")).to_contain_text(said)

    page.goto("/league/?lang=en&by=prefecture&through=2023-07")
    heading, first = page.locator("tbody tr").nth(0), page.locator("tbody tr").nth(1)
    expect(heading).to_contain_text("Ranked separately, because their shares include illustrative reports")
    expect(first).to_contain_text("Shaoyang")
    expect(first).to_contain_text("−4.4")

    page.goto("/attention/?lang=en&through=2023-07")
    expect(page.get_by_role("main")).to_contain_text("2 red, 19 yellow, 9 green, 12 not rated at the end of July 2023.")
    page.goto("/forecast/?lang=en&through=2023-07")
    expect(page.get_by_role("main")).to_contain_text("No forecast is given for July, which is open")
    expect(page.get_by_role("main")).to_contain_text("31.78 billion CNY")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    page.get_by_role("link", name="Show January to June").click()
    expect(page.get_by_role("main")).not_to_contain_text("No forecast is given")


def test_what_has_gaps_opens_to_its_projects(live_register, province, window, signed_in):
    stage(6)
    page = window()
    signed_in(page, "province")
    page.goto("/projects/?lang=en&through=2023-07")
    page.locator('[data-coverage="gaps"]').click()
    expect(page.locator("tbody tr")).to_have_count(24)
    expect(page.get_by_role("main")).not_to_contain_text("HN-EI-2023-14")
