"""From anywhere in a long form to the button that sends it in a few keys, and back; told on the page in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.projects.july import BEFORE_CLOSING, set_today
from tests.projects.pages.rounds import entries, submitted

from .test_sheet import sheet_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOLD = {"zh-hans": "Ctrl 回车", "en": "Ctrl Enter"}
COMPOSING = """key => {
  const pressed = { key, isComposing: true, bubbles: true, cancelable: true };
  return document.activeElement.dispatchEvent(new KeyboardEvent("keydown", pressed));
}"""


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("which", [0, -1])
def test_two_keys_lead_from_a_cell_to_submitting_and_one_back(changsha_writer, window, signed_in, language, which):
    page = window()
    cell = sheet_of(page, signed_in, language)[which].locator("[data-field=disbursed]")
    submit = page.locator("[data-submit]")
    expect(page.locator("caption .keyed")).to_contain_text(TOLD[language])
    expect(submit).to_have_attribute("aria-keyshortcuts", "Control+Enter")
    cell.focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-panel] [data-field=reason]")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(submit).to_be_focused()
    assert "/rounds/2023-07/" in page.url
    page.keyboard.press("Escape")
    expect(cell).to_be_focused()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_who_comes_by_tab_skips_the_rows(changsha_writer, window, signed_in, language):
    page = window()
    sheet_of(page, signed_in, language)
    skip = page.locator("form .skip")
    page.locator("details.download summary").first.focus()
    for _stop in range(6):
        page.keyboard.press("Tab")
        if skip.evaluate("element => element === document.activeElement"):
            break
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.locator("[data-submit]")).to_be_focused()


def test_keys_that_an_input_method_needs_change_no_cell(changsha_writer, window, signed_in):
    """Whoever writes 亿元 with an input method confirms it by Enter, and looks through its candidates by arrows."""
    page = window()
    cell = sheet_of(page, signed_in)[0].locator("[data-field=disbursed]")
    cell.focus()
    page.keyboard.type("1.1")
    for key in ("Enter", "ArrowDown", "Escape", "ArrowRight"):
        assert page.evaluate(COMPOSING, key), key
        expect(cell).to_be_focused()
        expect(cell).to_have_value("1.1")


def test_the_queue_of_the_review_is_left_by_one_key(live_register, changsha_writer, province, window, signed_in):
    set_today(BEFORE_CLOSING)
    submitted(changsha_writer, entries()[:3])
    page = window()
    signed_in(page, "province")
    page.goto("/review/")
    page.locator("[name=report]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[name=action][value=approve]")).to_be_focused()
    expect(page.locator("[data-keys-told]")).to_contain_text(TOLD["en"])


@pytest.mark.parametrize(
    ("path", "field", "button"),
    [
        ("/projects/HN-EI-2023-37/propose/", "[id='p-project.total_investment']", "main form .btn.main"),
        ("/rounds/2023-07/HN-EI-2023-37/", "[data-field=reason]", "main form .btn.main"),
        ("/admin/projects/project/37/change/", "#id_start_reported_by", "[name=_save]"),
    ],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_long_form_is_left_by_one_key(
    live_register, changsha_writer, window, signed_in, path, field, button, language
):
    set_today(BEFORE_CLOSING)
    page = window()
    signed_in(page, "changsha", language)
    page.goto(path)
    expect(page.locator("[data-keys-told]")).to_contain_text(TOLD[language])
    page.locator(field).focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(button)).to_be_focused()
    expect(page.locator(button)).to_have_attribute("aria-keyshortcuts", "Control+Enter")
    assert page.url.split("?")[0].endswith(path)
