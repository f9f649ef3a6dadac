"""Drafts of the sheet of a month over reports that somebody else has changed since."""

import pytest

from projects.history.digests import digest_of
from projects.history.revisions import create_revision
from projects.models import ReportDraft
from projects.workflows import reporting
from tests.pages import opened

from .rounds import JULY, entries, fields, inputs, july, posted, report, row_of, stored, version_now

pytestmark = pytest.mark.django_db


def test_another_ones_change_is_answered_with_both_versions_and_the_draft_stays(changsha_writer, province, client_of):
    entry = entries()[0]
    draft = report(entry, 100_000_000)
    version = digest_of(july(entry))
    with create_revision(user=province):
        draft.disbursed = 200_000_000
        draft.save()
    answer = row_of(stored(client_of(changsha_writer), fields(entry, version=version, disbursed="3")), entry)
    assert answer["conflict"] is True
    assert july(entry).disbursed == 200_000_000
    for side, text in (("base", "1"), ("mine", "3"), ("theirs", "2")):
        assert f'name="{entry.pk}-_choice-disbursed" value="{side}"' in answer["messages"]
        assert f"<span data-text>{text}</span>" in answer["messages"]
    assert "周敏" in answer["messages"]
    assert answer["version"] == digest_of(july(entry))
    again = opened(client_of(changsha_writer), JULY, unit="large")
    assert inputs(again)[f"{entry.pk}-disbursed"]["value"] == "3"
    assert "周敏" in again.text


def test_a_draft_over_a_report_that_changed_since_is_a_conflict_where_it_is_opened_and_where_it_is_saved(
    changsha_writer, province, client_of
):
    entry, client = entries()[0], client_of(changsha_writer)
    draft = report(entry, 100_000_000)
    stored(client, fields(entry, version=version_now(entry), disbursed="3"))
    with create_revision(user=province):
        draft.disbursed = 200_000_000
        draft.save()
    page = opened(client, JULY, unit="large")
    assert "周敏" in page.text
    assert inputs(page)[f"{entry.pk}-disbursed"]["value"] == "3"
    # a form that knows the newest version and settles nothing overwrites nothing
    assert posted(client, fields(entry, version=version_now(entry))).status_code == 409
    assert july(entry).disbursed == 200_000_000
    assert posted(client, fields(entry, version=version_now(entry)), theirs=str(entry.pk)).status_code == 302
    assert july(entry).disbursed == 200_000_000
    assert not ReportDraft.objects.exists()


def test_a_row_in_conflict_comes_to_what_the_total_counts_of_it(changsha_writer, province, client_of):
    entry, client = entries()[0], client_of(changsha_writer)
    draft = report(entry, 100_000_000)
    stored(client, fields(entry, version=version_now(entry), disbursed="3"))
    with create_revision(user=province):
        draft.disbursed = 200_000_000
        draft.save()
    answer = client.get(JULY, {"unit": "large"})
    shown = {row.key: row for row in answer.context["rows"]}
    totals = answer.context["totals"]
    row = shown[entry.pk]
    assert (bool(row.conflict), row.texts["disbursed"]) == (True, "3")
    assert row.now == totals.now.amount == 300_000_000
    assert row.year_to_date == totals.year_to_date.amount
    assert client.get(JULY, {"format": "csv", "lang": "en"}).status_code == 200


def test_a_choice_that_is_lacking_or_made_from_what_has_changed_again_is_asked_for(
    changsha_writer, province, client_of
):
    entry, client = entries()[0], client_of(changsha_writer)
    draft = report(entry, 100_000_000)
    began = digest_of(july(entry))
    for amount in (2, 4):
        with create_revision(user=province):
            draft.disbursed = amount * 10**8
            draft.save()
        typed = {"disbursed": "3", "base": began}
        assert row_of(stored(client, fields(entry, version=version_now(entry), **typed)), entry)["conflict"]
        chosen = {**typed, "_choice-disbursed": "mine"}
        older = row_of(stored(client, fields(entry, version=began, **chosen)), entry)
        assert older["conflict"]
        assert f"<span data-text>{amount}</span>" in older["messages"]
    assert july(entry).disbursed == 400_000_000
    assert not row_of(stored(client, fields(entry, version=version_now(entry), **chosen)), entry)["conflict"]
    posted(client, fields(entry, version=version_now(entry)))
    assert july(entry).disbursed == 300_000_000


def test_a_change_of_what_the_row_does_not_show_is_no_conflict(changsha_writer, province, client_of):
    """The report was returned meanwhile: its words are the same."""
    entry = entries()[0]
    report(entry, 100_000_000)
    began = digest_of(july(entry))
    reporting.send_back(reporting.submit([july(entry)], user=changsha_writer), user=province, comment="More, please.")
    answer = row_of(stored(client_of(changsha_writer), fields(entry, version=began, disbursed="3")), entry)
    assert not answer["conflict"]
    assert answer["version"] == version_now(entry)


def test_the_same_words_from_two_people_are_no_conflict_and_no_draft(changsha_writer, client_of):
    entry = entries()[0]
    report(entry, 100_000_000)
    assert not row_of(stored(client_of(changsha_writer), fields(entry, disbursed="1")), entry)["conflict"]
    assert not ReportDraft.objects.exists()


def test_a_report_that_was_submitted_meanwhile_keeps_what_it_said(changsha_writer, client_of):
    entry, client = entries()[0], client_of(changsha_writer)
    draft = report(entry, 100_000_000)
    version = digest_of(july(entry))
    reporting.submit([draft], user=changsha_writer)
    for _twice in range(2):
        answer = row_of(stored(client, fields(entry, version=version, disbursed="3")), entry)
        assert answer["conflict"] is True
        assert "data-settle" not in answer["messages"]
        assert 'type="radio"' not in answer["messages"]
    assert july(entry).disbursed == 100_000_000
    assert f"{entry.pk}-disbursed" not in inputs(opened(client, JULY))
