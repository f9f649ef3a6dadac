"""Rows inside a form that two people have open: changed, added and deleted by either."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from projects.history.revisions import create_revision
from projects.models import Claim, Entry, Problem, Programme
from tests.projects.admin.forms import change_url, filled, project
from tests.projects.admin.meetings import change, lines, sent

pytestmark = pytest.mark.no_database

ENGLISH = {"lang": "en"}


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


def test_a_row_changed_by_both_is_chosen_field_by_field(browser, register):
    record, entry = project("18"), project("18").entries.get()
    opened = browser.get(change_url(record), ENGLISH)
    change(entry, planned_disbursement=100_000_000, status="new")
    typed = {"entries-0-planned_disbursement": "0.2", "entries-0-disbursed_before": "0.3"}
    typed["entries-0-planned_disbursement_reported_by"] = "局"
    page = browser.post(change_url(record) + "?lang=en", filled(opened, **typed))
    own = f"entries-{entry.pk}"
    assert lines(page) == {
        f"{own}-planned_disbursement": ("changed by both", ""),
        f"{own}-disbursed_before": ("changed by you only", "mine"),
        f"{own}-status": ("changed by them only", "theirs"),
    }
    assert "HN-EI-2023-18" in page.content.decode()
    chosen = sent(page, **{f"entries__{entry.pk}__planned_disbursement": "mine"})
    assert browser.post(change_url(record), chosen).status_code == 302
    entry.refresh_from_db()
    assert (entry.planned_disbursement, entry.disbursed_before) == (200_000_000, 300_000_000)
    assert entry.planned_disbursement_reported_by == "局"
    assert entry.status == "new"


def test_a_row_with_a_number_that_no_form_has_is_passed_over(browser, register):
    record, entry = project("18"), project("18").entries.get()
    opened = browser.get(change_url(record), ENGLISH)
    change(entry, planned_disbursement=100_000_000)
    typed = {f"entries-{'1' * 5000}-status": "new", "entries-0-planned_disbursement": "2"}
    typed["entries-0-planned_disbursement_reported_by"] = "局"
    # not in parts, whose heads may not be that long
    body, form = urlencode(filled(opened, **typed), doseq=True), "application/x-www-form-urlencoded"
    page = browser.post(change_url(record) + "?lang=en", body, content_type=form)
    assert page.status_code == 409
    assert f"entries-{entry.pk}-planned_disbursement" in lines(page)


def test_rows_added_by_both_are_both_kept(browser, register):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    years = {year: Programme.objects.get(year=year) for year in (2021, 2022)}
    with create_revision():
        Entry(project=record, programme=years[2021]).save()
    new = {
        "entries-TOTAL_FORMS": "2",
        "entries-1-programme": years[2022].pk,
        "entries-1-joined": "2022-01-01",
        "entries-1-status": "unknown",
        "entries-1-basis": "reported",
        "name_en": "Mine",
    }
    page = browser.post(change_url(record) + "?lang=en", filled(opened, **new))
    assert page.status_code == 409
    assert [str(line.options) for line in page.context["lines"] if not line.is_choice]
    assert browser.post(change_url(record), sent(page)).status_code == 302
    assert set(record.entries.values_list("programme__year", flat=True)) == {2021, 2022, 2023}
    assert project("18").name_en == "Mine"


def test_the_same_row_added_by_both_is_said_to_be_there_and_nothing_is_lost(browser, register):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    programme = Programme.objects.get(year=2022)
    with create_revision():
        Entry(project=record, programme=programme).save()
    new = {"entries-TOTAL_FORMS": "2", "entries-1-programme": programme.pk, "entries-1-status": "unknown"}
    page = browser.post(
        change_url(record) + "?lang=en", filled(opened, name_en="Mine", **new, **{"entries-1-basis": "reported"})
    )
    assert page.status_code == 200
    assert page.context["adminform"].form["name_en"].value() == "Mine"
    assert record.entries.count() == 2


@pytest.mark.parametrize(("side", "left"), [("theirs", False), ("mine", True)])
def test_a_row_that_they_deleted_and_i_changed_is_gone_or_comes_back(side, left, browser, register):
    record = project("18")
    with create_revision():
        row = Problem(project=record, kind="land", description="No site", raised_on="2023-05-01")
        row.save()
    opened, key = browser.get(change_url(record), ENGLISH), row.pk
    row.delete()
    page = browser.post(change_url(record) + "?lang=en", filled(opened, **{"problems-0-description": "Still no site"}))
    assert page.status_code == 409
    assert lines(page) == {f"problems-{key}": ("changed by both", "")}
    chosen = sent(page, **{f"problems__{key}": side})
    assert browser.post(change_url(record), chosen).status_code == 302
    assert Problem.objects.filter(project=record, description="Still no site").exists() is left
    assert not Problem.objects.filter(pk=key).exists()


def test_a_row_that_they_deleted_and_i_left_alone_stays_deleted(browser, register):
    record = project("02")
    claim = record.claims.first()
    opened = browser.get(change_url(record), ENGLISH)
    claim.delete()
    page = browser.post(change_url(record) + "?lang=en", filled(opened, name_en="Mine"))
    assert page.status_code == 409
    assert browser.post(change_url(record), sent(page)).status_code == 302
    assert project("02").name_en == "Mine"
    assert not Claim.objects.filter(pk=claim.pk).exists()


@pytest.mark.parametrize(("side", "left"), [("theirs", True), ("mine", False)])
def test_a_row_that_i_deleted_and_they_changed_is_chosen_as_a_whole(side, left, browser, register):
    record = project("02")
    claim = record.claims.first()
    opened = browser.get(change_url(record), ENGLISH)
    change(claim, note_en="Theirs")
    number = next(
        index
        for inline in opened.context["inline_admin_formsets"]
        if inline.formset.prefix == "claims"
        for index, form in enumerate(inline.formset.initial_forms)
        if form.instance == claim
    )
    page = browser.post(change_url(record) + "?lang=en", filled(opened, **{f"claims-{number}-DELETE": "on"}))
    assert lines(page) == {f"claims-{claim.pk}": ("changed by both", "")}
    chosen = sent(page, **{f"claims__{claim.pk}": side})
    assert browser.post(change_url(record), chosen).status_code == 302
    assert Claim.objects.filter(pk=claim.pk, note_en="Theirs").exists() is left


def test_a_row_that_moved_to_another_record_meanwhile_is_noticed(browser, register):
    record, claim = project("02"), project("02").claims.first()
    opened = browser.get(change_url(record), ENGLISH)
    change(claim, project=project("18"), adopted=False)
    page = browser.post(change_url(record) + "?lang=en", filled(opened, name_en="Mine"))
    assert page.status_code == 409
    assert browser.post(change_url(record), sent(page)).status_code == 302
    assert Claim.objects.get(pk=claim.pk).project == project("18")
