"""Rows inside a form that others changed meanwhile: the form is shown again with them, and nothing is overwritten."""

from __future__ import annotations

import pytest

from projects.history.revisions import create_revision
from projects.models import Claim, Entry, Problem, Programme
from tests.projects.admin.forms import change_url, errors_of, filled, project
from tests.projects.admin.meetings import change

pytestmark = pytest.mark.no_database

ENGLISH = {"lang": "en"}


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


def shown_again(page):
    """Assert that a form is shown again because of its rows, and return what it says was typed into them."""
    assert page.status_code == 409
    assert any("Somebody changed rows inside this form" in text for text in errors_of(page)["__all__"])
    return [(title, [str(text) for _label, text in pairs]) for title, pairs in page.context["typed_rows"]]


def test_rows_that_they_changed_stand_as_stored_and_what_was_typed_is_said_beside(browser, register):
    record, entry = project("18"), project("18").entries.get()
    opened = browser.get(change_url(record), ENGLISH)
    change(entry, planned_disbursement=100_000_000, status="new")
    typed = {"entries-0-planned_disbursement": "0.2", "entries-0-planned_disbursement_reported_by": "局"}
    page = browser.post(change_url(record) + "?lang=en", filled(opened, name_en="Mine", **typed))
    [(title, texts)] = shown_again(page)
    assert str(entry) in title
    assert "局" in texts
    assert "0.2 billion CNY" in texts[0]
    assert filled(page)["entries-0-planned_disbursement"] == "0.1"
    assert browser.post(change_url(record), filled(page)).status_code == 302
    entry.refresh_from_db()
    assert (entry.planned_disbursement, entry.status) == (100_000_000, "new")
    assert project("18").name_en == "Mine"


def test_who_typed_nothing_into_rows_keeps_the_rest(browser, register):
    record = project("02")
    claim = record.claims.first()
    opened = browser.get(change_url(record), ENGLISH)
    claim.delete()
    page = browser.post(change_url(record) + "?lang=en", filled(opened, name_en="Mine"))
    assert shown_again(page) == []
    assert browser.post(change_url(record), filled(page)).status_code == 302
    assert project("02").name_en == "Mine"
    assert not Claim.objects.filter(pk=claim.pk).exists()


def test_fields_and_rows_that_both_changed_are_shown_together(browser, register):
    record, entry = project("18"), project("18").entries.get()
    opened = browser.get(change_url(record), ENGLISH)
    change(entry, status="new")
    change(record, name_en="Theirs")
    typed = {"name_en": "Mine", "entries-0-disbursed_before": "0.3"}
    page = browser.post(change_url(record) + "?lang=en", filled(opened, **typed))
    [(_title, [text])] = shown_again(page)
    assert "0.3 billion CNY" in text
    assert errors_of(page)["name_en"] == ["Stored now: Theirs"]
    data = filled(page, **{"entries-0-disbursed_before": "0.3"})
    assert browser.post(change_url(record), data).status_code == 302
    entry.refresh_from_db()
    assert (project("18").name_en, entry.status, entry.disbursed_before) == ("Mine", "new", 300_000_000)


def test_rows_added_by_both_are_said(browser, register):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    with create_revision():
        Entry(project=record, programme=Programme.objects.get(year=2021)).save()
    new = {
        "entries-TOTAL_FORMS": "2",
        "entries-1-programme": Programme.objects.get(year=2022).pk,
        "entries-1-joined": "2022-01-01",
        "entries-1-basis": "reported",
    }
    page = browser.post(change_url(record) + "?lang=en", filled(opened, **new))
    [(title, texts)] = shown_again(page)
    assert title.endswith("new")
    assert "2022-01-01" in texts
    assert filled(page)["entries-TOTAL_FORMS"] == "2"
    assert set(record.entries.values_list("programme__year", flat=True)) == {2021, 2023}


@pytest.mark.parametrize("typed", [{"problems-0-description": "Still no site"}, {"problems-0-DELETE": "on"}])
def test_a_row_that_they_deleted_stays_deleted_and_what_was_done_with_it_is_said(typed, browser, register):
    record = project("18")
    with create_revision():
        row = Problem(project=record, kind="land", description="No site", raised_on="2023-05-01")
        row.save()
    opened = browser.get(change_url(record), ENGLISH)
    row.delete()
    page = browser.post(change_url(record) + "?lang=en", filled(opened, **typed))
    [(_title, [text])] = shown_again(page)
    assert text in ("Still no site", "yes")
    assert browser.post(change_url(record), filled(page)).status_code == 302
    assert not Problem.objects.filter(project=record, description__contains="no site").exists()


def test_a_row_that_moved_to_another_record_meanwhile_is_noticed(browser, register):
    record, claim = project("02"), project("02").claims.first()
    opened = browser.get(change_url(record), ENGLISH)
    change(claim, project=project("18"), adopted=False)
    page = browser.post(change_url(record) + "?lang=en", filled(opened, name_en="Mine"))
    assert shown_again(page) == []
    assert browser.post(change_url(record), filled(page)).status_code == 302
    assert Claim.objects.get(pk=claim.pk).project == project("18")
