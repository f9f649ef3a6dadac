"""Two windows of one person on one sheet: each shows what is typed in the other, and none saves over it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from projects.models import MonthlyReport
from tests.projects.views.rounds import JULY, entries

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
