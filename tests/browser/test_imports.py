"""Imports as an official makes them, by the keyboard alone; and their pages in every state, judged by axe."""

from __future__ import annotations

import threading

import pytest
from playwright.sync_api import expect

from projects.jobs.worker import work
from projects.models import Import, Project
from tests.projects.imports.workbooks.made import xlsx
from tests.projects.models.reports_made import CHANGSHA_CODE
from tests.projects.pages.imports_made import in_every_state
from tests.projects.workbook_imports.sent import CODE

from .axe import broken, broken_in_both_themes, open_details

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "en": ("Send and check", "Confirm and check", "Look again now", "Write it", "Revision"),
    "zh-hans": ("上传并检查", "确认，去核对", "立即更新", "写入", "修订"),
}


def scrolls_sideways(page):
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


def pressed(page, locator):
    """Reached and pressed without a mouse."""
    locator.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def worked():
    """What the worker beside the server does."""
    work(("check-import", "confirm-import"), ending=threading.Event(), once=True, say=lambda _line: None)


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 390), ("en", 1366)])
def test_no_state_has_a_violation_or_scrolls_sideways(changsha_writer, window, signed_in, language, width):
    page, colours = window(width=width, color_scheme="light"), language == "zh-hans"
    signed_in(page, changsha_writer.username)
    page.goto(f"/imports/?lang={language}")
    assert (broken(page, colours=colours), scrolls_sideways(page)) == ([], False)
    found = in_every_state(changsha_writer, CHANGSHA_CODE)
    paths = [f"/imports/{each.pk}/" for each in found.values()]
    for path in ("/imports/", *paths, f"{paths[0]}?step=columns"):
        page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        open_details(page)
        assert (path, broken_in_both_themes(page, colours=colours), scrolls_sideways(page)) == (path, [], False)


@pytest.mark.parametrize("language", ["zh-hans"])
def test_a_workbook_is_imported_by_the_keyboard(province, window, signed_in, tmp_path, language):
    send, go_on, again, write, revision = WORDS[language]
    file = tmp_path / "名单.xlsx"
    file.write_bytes(xlsx([["单位：万元"], ["项目编号", "总投资", "计划"], [CODE, 104735, 51234]]))
    page = window()
    signed_in(page, "province")
    page.goto(f"/imports/?lang={language}")
    page.locator("#i-kind").focus()
    page.keyboard.press("Home")  # the first: projects and their places on the list
    expect(page.locator("#i-kind")).to_have_value("register")
    page.locator("#i-file").set_input_files(file)
    pressed(page, page.get_by_role("button", name=send))
    worked()
    pressed(page, page.get_by_role("link", name=again))
    column = page.locator("#column-C")
    expect(column).to_have_attribute("aria-invalid", "true")
    column.select_option("planned_disbursement")
    pressed(page, page.get_by_role("button", name=go_on))
    worked()
    pressed(page, page.get_by_role("link", name=again))
    expect(page.locator(".cells ins").first).to_be_visible()
    page.locator("#c-reason").focus()
    page.keyboard.type("名单修订")
    pressed(page, page.get_by_role("button", name=write, exact=True))
    worked()
    pressed(page, page.get_by_role("link", name=again))
    expect(page.get_by_role("link", name=revision).first).to_be_visible()
    assert Project.objects.get(code=CODE).total_investment == 1_047_350_000
    assert Import.objects.get().state == "done"
