"""The page of a conflict in Chromium: says at once what will be saved, fits 390 px, breaks no rule of axe or of the CSP."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from projects.history.revisions import create_revision
from tests.projects.admin.forms import change_url, project

from .axe import broken_in_both_themes

pytestmark = pytest.mark.browser
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize(("language", "width"), [("en", 1366), ("zh-hans", 390)])
def test_two_people_at_one_project(language, width, window, live_register, province, signed_in):
    troubles = []
    page = window(width=width)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if line.type in ("error", "warning") else None)
    signed_in(page, "province", language)
    record = project("18")
    page.goto(change_url(record))
    with create_revision():
        record.total_investment, record.note_en = 5_000_000_000, "Theirs"
        record.save()
    typed = {"en": "6.05", "zh-hans": "60.5"}[language]
    page.fill("#id_total_investment", typed)
    page.fill("#id_total_investment_reported_by", "局")
    page.fill("#id_name_en", "Mine")
    page.click("[name=_save]")
    will = page.locator("[data-will]")
    will.wait_for()
    expect(will).to_contain_text("Mine")
    expect(will).not_to_contain_text(typed)
    assert page.evaluate(OVERFLOW) == 0
    assert broken_in_both_themes(page, colours=language == "zh-hans") == []
    page.click("button.main")  # the browser itself asks for the choice
    expect(page.locator("[data-conflict]")).to_have_count(1)
    page.check("[name='_choice-total_investment'][value=mine]")
    expect(will).to_contain_text(typed)
    page.fill("#merge-reason", "By the bureau's letter")
    page.click("button.main")
    page.wait_for_url("**/projects/project/")
    found = project("18")
    assert (found.total_investment, found.name_en, found.note_en) == (6_050_000_000, "Mine", "Theirs")
    assert [text for text in troubles if "409" not in text] == []
