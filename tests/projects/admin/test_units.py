"""Amounts in the administration: read and typed in one unit, that of the language the form was written in."""

from __future__ import annotations

import pytest

from projects.models import Programme, Project, Revision, Target
from tests.pages import read
from tests.projects.admin.forms import change_url, errors_of, filled, project, url
from tests.projects.admin.meetings import change

pytestmark = pytest.mark.no_database

CNY = 2_160_050_000
WRITTEN = {
    "zh-hans": ("21.6005", "亿元", "= 2,160,050,000 元"),
    "en": ("2.16005", "billion CNY", "= 2,160,050,000 CNY"),
}
TOLD = {"total_investment_reported_by": "局"}
OTHER = {"zh-hans": "en", "en": "zh-hans"}


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


@pytest.fixture
def record(register):
    return change(project("21"), total_investment=CNY, total_investment_reported_by="局")


def action(page):
    """Where the browser sends the form of a record."""
    forms = [attributes for tag, attributes in read(page.content).elements if tag == "form"]
    [found] = [each["action"] for each in forms if each.get("id") == "project_form"]
    return found if found.startswith("/") else f"{page.request['PATH_INFO']}{found}"


@pytest.mark.parametrize("language", WRITTEN)
def test_a_form_asks_in_the_unit_of_the_list_and_opened_and_saved_again_changes_nothing(language, browser, record):
    text, unit, whole = WRITTEN[language]
    page = browser.get(change_url(record), {"lang": language})
    assert filled(page)["total_investment"] == text
    html = page.content.decode()
    assert f'value="{text}"' in html
    assert f'<span class="unit">{unit}</span>' in html
    assert whole in html
    assert f"<small>{unit}</small>" in browser.get(url(Project)).content.decode()
    before = Revision.objects.newest_number()
    assert browser.post(action(page), filled(page)).status_code == 302
    assert Revision.objects.newest_number() == before


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("since", WRITTEN)
def test_what_was_typed_before_the_language_changed_is_read_in_the_unit_it_was_typed_in(
    language, since, browser, record
):
    opened = browser.get(change_url(record), {"lang": language})
    browser.get(url(Project), {"lang": since})
    typed = {"zh-hans": "33.5", "en": "3.35"}[language]
    saved = browser.post(action(opened), filled(opened, total_investment=typed, **TOLD))
    assert saved.status_code == 302
    assert project("21").total_investment == 3_350_000_000
    assert browser.get(change_url(record)).headers["Content-Language"] == since  # the newer choice stands


@pytest.mark.parametrize("language", WRITTEN)
def test_an_error_shows_again_what_was_typed_in_its_unit_and_says_what_to_type(language, browser, record):
    opened = browser.get(change_url(record), {"lang": language})
    browser.get(url(Project), {"lang": OTHER[language]})
    wrong = filled(opened, total_investment="12.5", expected_revenue="二亿", reason="looked up", **TOLD)
    page = browser.post(action(opened), wrong)
    assert "expected_revenue" in errors_of(page)
    said = errors_of(page, language)["expected_revenue"][0]
    assert WRITTEN[language][1] in said
    assert "1.2" in said
    assert page.context["adminform"].form["total_investment"].value() == "12.5"
    mended = browser.post(action(page), filled(page, expected_revenue="", total_investment=WRITTEN[language][0]))
    assert mended.status_code == 302
    assert project("21").total_investment == CNY


@pytest.mark.parametrize("language", WRITTEN)
def test_a_target_of_money_is_typed_in_the_readers_unit_and_one_of_projects_as_it_is(language, browser, register):
    shown = {"zh-hans": "1385", "en": "138.5"}[language]
    programme = Programme.objects.get(year=2023)
    target = Target.objects.filter(programme=programme, measure="total_investment", value=138_500_000_000).first()
    page = browser.get(change_url(target), {"lang": language})
    assert filled(page)["value"] == shown
    assert {"zh-hans": "金额以亿元填写", "en": "For money in billion CNY"}[language] in page.content.decode()
    assert browser.post(change_url(target), filled(page)).status_code == 302
    target.refresh_from_db()
    assert target.value == 138_500_000_000
    counted = Target.objects.filter(programme=programme, measure="project_count").first()
    assert filled(browser.get(change_url(counted)))["value"] == str(counted.value)
