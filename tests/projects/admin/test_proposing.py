"""What a prefecture may only propose is read-only in the administration, which leads to the page where it is proposed."""

from __future__ import annotations

import pytest

from projects.models import Entry, Programme, Project, Proposal
from tests.projects.admin.forms import change_url, filled, url
from tests.projects.admin.test_projects import new_project
from tests.projects.workflows.proposals_made import INVESTMENT, LETTER, PLAN, project, proposed

pytestmark = pytest.mark.no_database

ENGLISH = {"lang": "en"}
GATED = {
    "total_investment": "4.572",
    "expected_revenue": "3",
    "sector": "1",
    "chain_link": "",
    "transferred": "no",
    "source_province": "",
    "basis": "reported",
    "total_investment_reported_by": LETTER,
    "entries-0-planned_disbursement": "0.31",
    "entries-0-joined": "2023-01-31",
    "entries-0-left": "2023-12-31",
    "entries-0-basis": "reported",
}


@pytest.fixture
def browser(changsha_writer, client_of):
    return client_of(changsha_writer)


def save(browser, record, **changes):
    page = browser.get(change_url(record), ENGLISH)
    return browser.post(change_url(record), filled(page, **changes), follow=True)


def stored(record):
    return type(record).objects.filter(pk=record.pk).values().get()


def test_the_rest_is_saved_and_what_may_only_be_proposed_is_no_field(browser):
    record = project()
    before, place = stored(record), stored(record.entries.get())
    page = browser.get(change_url(record), ENGLISH)
    assert not set(GATED) & set(filled(page))
    assert f'href="/projects/{record.code}/propose/"' in page.content.decode()
    save(browser, record, county_en="Known better", **GATED, **{"entries-0-status": "new"})
    assert stored(record) == before | {"county_en": "Known better"}
    assert stored(record.entries.get()) == place | {"status": "new"}
    assert not Proposal.objects.exists()


def test_the_names_of_a_published_project_are_no_fields_either(browser):
    fields = browser.get(change_url(project("HN-EI-2023-11"))).context["adminform"].form.fields
    assert not {"name_zh", "name_en", "basis"} & set(fields)


def test_who_only_reads_is_not_led_to_a_proposal(analyst, changsha_reader, client_of):
    for user in (analyst, changsha_reader):
        assert "/propose/" not in client_of(user).get(change_url(project())).content.decode()


def test_the_province_saves_everything(province, client_of):
    browser = client_of(province)
    assert "/propose/" not in browser.get(change_url(project())).content.decode()
    save(browser, project(), total_investment="4.572", total_investment_reported_by=LETTER)
    assert project().total_investment == 4_572_000_000


def test_a_new_project_is_made_and_its_place_on_a_list_is_proposed_on_its_page(browser):
    page = browser.get(url(Project, "add"))
    assert "entries" not in {inline.formset.prefix for inline in page.context["inline_admin_formsets"]}
    data = new_project(prefecture=project().prefecture_id, total_investment="12.3", total_investment_reported_by=LETTER)
    assert browser.post(url(Project, "add"), data).status_code == 302
    made = Project.objects.get(code="HN-EI-2024-01")
    assert made.total_investment == 1_230_000_000
    assert browser.get(url(Entry, "add")).status_code == 403


def test_a_place_is_changed_as_in_the_project(browser):
    entry = project().entries.get()
    before = stored(entry)
    save(browser, entry, planned_disbursement="0.31", programme=Programme.objects.get(year=2024).pk, status="new")
    assert stored(entry) == before | {"status": "new"}


def test_what_waits_is_said_to_everybody_who_edits(changsha_writer, province, client_of):
    made = proposed(changsha_writer, INVESTMENT, PLAN)
    for user in (changsha_writer, province):
        for record in (project(), project().entries.get()):
            text = client_of(user).get(change_url(record), ENGLISH).content.decode()
            assert f'href="/proposals/{made.pk}/"' in text
            assert "→ 5 billion CNY" in text
            assert "→ 0.7 billion CNY" in text
