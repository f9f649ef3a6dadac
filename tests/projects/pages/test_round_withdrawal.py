"""Withdrawing a report on the sheet of a month."""

import pytest

from projects.choices import ReportState
from projects.workflows import reporting
from tests.pages import opened, read

from .rounds import JULY, entries, fields, inputs, july, posted, report, submitted, version_now

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]


def test_a_submitted_row_is_fixed_until_it_is_withdrawn(changsha_writer, client_of):
    entry = entries()[0]
    (handed_in,) = submitted(changsha_writer, [entry])
    client = client_of(changsha_writer)
    assert f"{entry.pk}-disbursed" not in inputs(opened(client, JULY))
    forged = posted(client, fields(entry, version=version_now(entry), disbursed="9"))
    assert forged.status_code == 200
    assert july(entry).disbursed == handed_in.disbursed
    assert posted(client, withdraw=str(entry.pk)).status_code == 302
    assert july(entry).state == ReportState.DRAFT
    assert "月报已撤回，恢复为草稿。请在报送截止前重新报送。" in opened(client, JULY).text


def test_a_withdrawal_that_comes_too_late_is_told_at_its_row(changsha_writer, province, client_of):
    entry = entries()[0]
    reporting.approve(submitted(changsha_writer, [entry]), user=province)
    client = client_of(changsha_writer)
    client.get(f"{JULY}?lang=en")
    response = posted(client, withdraw=str(entry.pk))
    assert response.status_code == 200
    assert "This report is in the state “approved” since" in read(response.content).text


def test_what_comes_of_a_part_of_a_sheet_is_not_called_the_prefectures(changsha_writer, client_of):
    """Of the rows of one state, or of one page, the sum is no sum of the prefecture: others of it wait already."""
    own = entries()
    submitted(changsha_writer, own[:2])
    report(own[2], 30_000_000)
    client = client_of(changsha_writer)
    whole = opened(client, JULY, lang="en", unit="large").text
    assert "Changsha then comes to 0.050 billion CNY in July, waiting for review." in whole
    part = opened(client, JULY, lang="en", unit="large", show="outstanding").text
    assert "What is shown here then comes to 0.030 billion CNY in July, waiting for review." in part
    assert "Changsha then comes to" not in part
