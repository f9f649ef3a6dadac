"""`POST /rounds/<YYYY-MM>/<code>/`: one row, saved while one types."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import MonthlyReport
from projects.versioning.digests import digest_of
from projects.versioning.revisions import writing
from projects.workflows import reporting
from tests.pages import more_projects

from .rounds import JULY, REASONS, entries, july, report, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]


def address(entry):
    return f"{JULY}{entry.project.code}/"


def test_a_row_is_saved_and_what_it_comes_to_is_answered(changsha_writer, client_of):
    entry = entries()[1]
    answer = client_of(changsha_writer).post(address(entry), {"version": "new", "disbursed": "1", **REASONS}).json()
    assert july(entry).disbursed == 100_000_000
    assert answer["version"] == digest_of(july(entry))
    assert (answer["state"], answer["saved"], answer["ready"], answer["invalid"]) == ("draft", True, True, [])
    before = MonthlyReport.objects.filter(entry=entry, month__lt=7).added_up()
    assert answer["year_to_date"] == f"{(before + 10**8) / 10**8:.2f}"
    assert answer["share"] == f"{(before + 10**8) * 100 / entry.planned_disbursement:.1f}"
    assert "1.00" in answer["foot"]


def test_a_wrong_unit_is_answered_with_the_figure_to_fill_in(province, client_of):
    entry = next(entry for entry in entries("430700") if entry.project.code == "HN-EI-2023-13")
    answer = client_of(province).post(address(entry), {"version": "new", "disbursed": "8094"}).json()
    assert answer["invalid"] == ["disbursed"]
    assert answer["saved"] is False
    assert 'data-fill="0.8094"' in answer["messages"]
    assert july(entry) is None


@pytest.mark.parametrize(
    ("typed", "offer", "unit"),
    [
        ("8.094", "0.8094", "100 million CNY"),
        ("80.94", "0.08094", "1 million CNY"),
        ("8094", "0.08094", "10,000 CNY"),
        ("8094000000", "", ""),
    ],
)
def test_english_readers_are_offered_what_they_meant_in_billions(province, client_of, typed, offer, unit):
    entry = next(entry for entry in entries("430700") if entry.project.code == "HN-EI-2023-13")
    answer = client_of(province).post(f"{address(entry)}?lang=en", {"version": "new", "disbursed": typed}).json()
    assert answer["invalid"] == ["disbursed"]
    if offer:
        assert f'data-fill="{offer}"' in answer["messages"]
        assert f" is in units of {unit}, fill in {offer}." in answer["messages"]
    else:
        assert "data-fill" not in answer["messages"]


def test_another_ones_change_is_answered_with_both_versions(changsha_writer, province, client_of):
    entry = entries()[0]
    draft = report(entry, 100_000_000)
    version = digest_of(july(entry))
    with writing(user=province):
        draft.disbursed = 200_000_000
        draft.save()
    response = client_of(changsha_writer).post(address(entry), {"version": version, "disbursed": "3"})
    answer = response.json()
    assert response.status_code == 409
    assert july(entry).disbursed == 200_000_000
    for side, text in (("base", "1"), ("mine", "3"), ("theirs", "2")):
        assert f'name="{entry.pk}-_choice-disbursed" value="{side}"' in answer["messages"]
        assert f"<span data-text>{text}</span>" in answer["messages"]
    assert "周敏" in answer["messages"]
    assert answer["version"] == digest_of(july(entry))


@pytest.mark.parametrize(("side", "amount"), [("base", 1), ("mine", 3), ("theirs", 2)])
def test_what_is_chosen_is_saved_together_with_what_did_not_collide(changsha_writer, province, client_of, side, amount):
    entry = entries()[0]
    draft = report(entry, 100_000_000)
    opened, client = digest_of(july(entry)), client_of(changsha_writer)
    with writing(user=province):
        draft.disbursed, draft.contact = 200_000_000, "周敏 0731"
        draft.save()
    typed = {"disbursed": "3", "contact": "", "progress": "roof on"}
    told = client.post(address(entry), typed | {"version": opened}).json()
    answers = {"version": told["version"], "base": opened, "_choice-disbursed": side, "_choice-contact": "theirs"}
    saved = client.post(address(entry), typed | answers)
    assert saved.status_code == 200
    stored = july(entry)
    assert (stored.disbursed, stored.contact, stored.progress) == (amount * 10**8, "周敏 0731", "roof on")
    assert (saved.json()["texts"]["contact"], saved.json()["saved"]) == ("周敏 0731", True)


def test_a_choice_that_is_lacking_or_made_from_what_has_changed_again_is_asked_for(
    changsha_writer, province, client_of
):
    entry, client = entries()[0], client_of(changsha_writer)
    draft = report(entry, 100_000_000)
    opened = digest_of(july(entry))
    for amount in (2, 4):
        with writing(user=province):
            draft.disbursed = amount * 10**8
            draft.save()
        typed = {"disbursed": "3", "base": opened, "version": digest_of(july(entry))}
        assert client.post(address(entry), typed).status_code == 409
        older = client.post(address(entry), typed | {"version": opened, "_choice-disbursed": "mine"})
        assert older.status_code == 409
        assert f"<span data-text>{amount}</span>" in older.json()["messages"]
    assert july(entry).disbursed == 400_000_000
    assert client.post(address(entry), typed | {"_choice-disbursed": "mine"}).status_code == 200
    assert july(entry).disbursed == 300_000_000


def test_a_change_of_what_the_row_does_not_show_is_no_conflict(changsha_writer, province, client_of):
    """The report was returned meanwhile: its words are the same."""
    entry = entries()[0]
    report(entry, 100_000_000)
    opened = digest_of(july(entry))
    reporting.send_back(reporting.submit([july(entry)], user=changsha_writer), user=province, comment="More, please.")
    saved = client_of(changsha_writer).post(address(entry), {"version": opened, "disbursed": "3"})
    assert saved.status_code == 200
    assert july(entry).disbursed == 300_000_000


def test_the_same_words_from_two_people_are_no_conflict(changsha_writer, client_of):
    entry = entries()[0]
    report(entry, 100_000_000)
    response = client_of(changsha_writer).post(address(entry), {"version": "new", "disbursed": "1"})
    assert response.status_code == 200


def test_a_report_that_was_submitted_meanwhile_keeps_what_it_said(changsha_writer, client_of):
    entry = entries()[0]
    draft = report(entry, 100_000_000)
    version = digest_of(july(entry))
    reporting.submit([draft], user=changsha_writer)
    response = client_of(changsha_writer).post(address(entry), {"version": version, "disbursed": "3"})
    assert response.status_code == 409
    assert "data-settle" not in response.json()["messages"]
    assert 'type="radio"' not in response.json()["messages"]
    assert july(entry).disbursed == 100_000_000


def test_who_is_signed_out_is_told_so_and_not_led_away(register, public_read, client):
    assert client.post(address(entries()[0]), {"version": "new", "disbursed": "1"}).status_code == 401


@pytest.mark.parametrize(
    ("who", "status"),
    [("changsha_reader", 403), ("analyst", 403), ("administrator", 403), ("stranger", 404), ("zhuzhou_writer", 404)],
)
def test_who_may_not_write_it_changes_nothing(who, status, request, register, client_of):
    client = client_of(request.getfixturevalue(who))
    assert client.post(address(entries()[0]), {"version": "new", "disbursed": "1"}).status_code == status
    assert july(entries()[0]) is None


@pytest.mark.parametrize("code", ["HN-EI-2023-99", "HN-EI-2023-02", "%00", "x" * 300])
def test_an_entry_that_is_not_asked_is_not_found(province, client_of, code):
    assert client_of(province).post(f"{JULY}{code}/", {"version": "new"}).status_code == 404


def test_a_row_without_its_version_is_refused(changsha_writer, client_of):
    assert client_of(changsha_writer).post(address(entries()[0]), {"disbursed": "1"}).status_code == 400
    assert july(entries()[0]) is None


def test_it_is_written_to_and_not_read(changsha_writer, client_of):
    for method in ("get", "head"):  # who opens the address is led to the sheet that it belongs to
        response = getattr(client_of(changsha_writer), method)(address(entries()[0]))
        assert response.status_code == 302
        assert response["Location"] == "/rounds/2023-07/"
    assert client_of(changsha_writer).put(address(entries()[0])).status_code == 405


def test_a_forged_post_is_refused(changsha_writer, client_of):
    client = client_of(changsha_writer, enforce_csrf_checks=True)
    assert client.post(address(entries()[0]), {"version": "new", "disbursed": "1"}).status_code == 403


def test_it_asks_the_database_as_often_however_long_the_list_is(changsha_writer, client_of):
    client = client_of(changsha_writer)
    first, second = entries()[:2]
    with CaptureQueriesContext(connection) as few:
        client.post(address(first), {"version": "new", "disbursed": "1"})
    more_projects(40)
    submitted(changsha_writer, entries()[3:5])
    with CaptureQueriesContext(connection) as many:
        client.post(address(second), {"version": "new", "disbursed": "1"})
    assert len(many) == len(few)
