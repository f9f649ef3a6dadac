"""In a real browser, what a prefecture names as the origin of a figure changes and opens nothing."""

import pytest
from playwright.sync_api import expect

from projects.history.revisions import create_revision
from tests.projects.admin.forms import change_url, project

pytestmark = pytest.mark.browser

# an input of a figure, and a way to another page that needs no script
MARKUP = '<input name=total_investment value=88 form=project_form><meta http-equiv="refresh" content="0;url=/about/">'
TIME = 700  # milliseconds in which a page would have led away


@pytest.fixture
def opened(window, live_register, province, signed_in):
    """The form of a project of which such an origin was stored, in the browser of the province."""
    with create_revision(reason="stored"):
        record = project("18")
        record.total_investment_reported_by = MARKUP
        record.total_investment += 1
        record.save()
    page = window(width=1366)
    signed_in(page, "province")
    page.goto(change_url(record), wait_until="commit")
    return page


def test_the_form_stays_and_saves_what_was_typed(opened):
    before = project("18")
    opened.wait_for_load_state()  # only now a page is led away
    opened.wait_for_timeout(TIME)
    assert opened.url.endswith(change_url(before))
    expect(opened.locator("#id_total_investment_source_helptext")).to_contain_text('<meta http-equiv="refresh"')
    assert opened.locator("meta[http-equiv]").count() == 0
    opened.fill("#id_note_en", "Only this")
    opened.click("[name=_continue]")
    expect(opened.locator(".messagelist")).to_be_visible()
    after = project("18")
    assert after.note_en == "Only this"
    assert (after.name_zh, after.total_investment) == (before.name_zh, before.total_investment)


@pytest.fixture
def help_texts_are_markup(settings):
    settings.FORM_RENDERER = "django.forms.renderers.TemplatesSetting"


def test_as_markup_it_would_have_led_away(help_texts_are_markup, opened):
    opened.wait_for_url("**/about/")
