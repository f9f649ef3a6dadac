"""Two windows of one person on one sheet: each shows what is typed in the other, and none saves over it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from projects.models import MonthlyReport
from tests.projects.pages.rounds import JULY, entries

from .axe import broken
from .test_accessibility import scrolls_sideways
from .test_every_page import settled
from .test_round import row_of
from .test_sheet import sheet_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_second_window_shows_what_is_typed_in_the_first_and_saves_nothing_over_it(changsha_writer, window, signed_in):
    page = window()
    rows = sheet_of(page, signed_in)
    other = page.context.new_page()
    other.goto(JULY)
    beside = [row_of(other, entry.project.code) for entry in entries()]
    rows[0].locator("[data-field=disbursed]").fill("10447")
    rows[0].locator("[data-field=stage]").select_option("trial")
    expect(beside[0].locator("[data-field=disbursed]")).to_have_value("10,447")
    expect(beside[0].locator("[data-field=stage]")).to_have_value("trial")
    expect(other.locator("[data-stored]")).to_contain_text("2 格")
    beside[0].locator("[data-field=stage]").select_option("started")
    expect(rows[0].locator("[data-field=stage]")).to_have_value("started")
    beside[1].locator("[data-field=disbursed]").fill("5")
    other.locator("[data-save]").click()
    expect(other.locator("[data-stored]")).to_be_empty()
    amounts_saved = list(MonthlyReport.objects.filter(month=7).order_by("disbursed").values_list("disbursed", "stage"))
    assert amounts_saved == [(50_000, ""), (104_470_000, "started")]


def test_a_window_of_another_browser_is_told_before_it_stores_over_the_first(changsha_writer, window, signed_in):
    """None of this browser hears of the other; what is typed in both is asked at its row, and nothing is lost meanwhile."""
    first, second = (window(), window(width=390, bypass_csp=True))
    mine, theirs = (sheet_of(page, signed_in, language) for page, language in ((second, "en"), (first, "zh-hans")))
    theirs[0].locator("[data-field=disbursed]").fill("10447")
    expect(first.locator("[data-stored]")).to_contain_text("1 格")
    mine[0].locator("[data-field=disbursed]").fill("5")
    mine[0].locator("[data-field=stage]").select_option("started")
    asked = mine[0].locator("[data-elsewhere]")
    expect(asked).to_contain_text("in another window or browser")
    expect(mine[0].locator("[data-field=disbursed]")).to_have_value("5")
    settled(second)
    assert (broken(second, tags=()), scrolls_sideways(second, 320)) == ([], False)
    second.set_viewport_size({"width": 1366, "height": 900})
    second.locator("[data-save]").click()  # first that is settled
    expect(asked.locator("input[type=radio]").first).to_be_focused()
    assert not MonthlyReport.objects.filter(month=7).exists()
    asked.locator("input[value=theirs]").check()
    asked.get_by_role("button", name="Use what is selected").click()
    expect(asked).to_have_count(0)
    expect(mine[0].locator("[data-field=disbursed]")).to_have_value("104.47")  # million, where the other has 万元
    expect(mine[0].locator("[data-field=stage]")).to_have_value("started")
    expect(mine[0].locator("[data-field=disbursed]")).to_be_focused()  # the button is gone that had been
    theirs[0].locator("[data-field=disbursed]").fill("7")
    expect(theirs[0].locator("[data-field=stage]")).to_have_value("started")  # which the answer brings along
    expect(first.locator("[data-stored]")).to_contain_text("2 格")
    mine[0].locator("[data-field=disbursed]").fill("8")
    asked.locator("input[value=mine]").check()
    asked.get_by_role("button", name="Use what is selected").click()
    expect(asked).to_have_count(0)
    second.locator("[data-save]").click()
    expect(second.locator("[data-stored]")).to_be_empty()
    assert list(MonthlyReport.objects.filter(month=7).values_list("disbursed", "stage")) == [(8_000_000, "started")]
