"""`/rounds/`."""

import pytest

from projects.workflows import reporting
from tests.pages import opened
from tests.projects.models.reports_made import today_is

from .rounds import entries, submitted

pytestmark = pytest.mark.django_db


def values(page, figure, month):
    """The value of a figure in the line of a month."""
    found = [anchor for anchor in page.figures() if anchor.data["figure"] == figure and f"={month}" in anchor.href]
    return [int(anchor.data["value"]) for anchor in found]


def test_every_round_says_when_and_how_far(public_read, register, client):
    page = opened(client, "/rounds/", lang="en")
    assert "July 2023: 0 of 30 reports received, 0 approved; due on 2023-08-10 (3 days left)." in page.text
    assert values(page, "reports_in", "2023-06") == [30]
    assert values(page, "reports_missing", "2023-07") == [30]
    assert values(page, "disbursed", "2023-06") == [4_675_500_000]


def test_a_report_counts_as_soon_as_it_is_in_and_its_money_once_it_is_approved(changsha_writer, province, client_of):
    client = client_of(province)
    reports = submitted(changsha_writer, entries()[:2])
    page = opened(client, "/rounds/", lang="en")
    assert values(page, "reports_in", "2023-07") == [2]
    assert values(page, "reports_approved", "2023-07") == [0]
    assert values(page, "disbursed", "2023-07") == []
    reporting.approve(reports, user=province)
    page = opened(client, "/rounds/", lang="en")
    assert values(page, "reports_approved", "2023-07") == [2]
    assert values(page, "disbursed", "2023-07") == [20_000_000]


def test_what_comes_after_the_days_of_grace_is_late(changsha_writer, province, client_of):
    today_is("2023-08-14")
    submitted(changsha_writer, entries()[:1])
    page = opened(client_of(province), "/rounds/", lang="en")
    assert values(page, "reports_late", "2023-07") == [1]
    assert "4 days over" in page.text


def test_a_year_without_rounds_says_so(public_read, register, client):
    assert "No round yet" in opened(client, "/rounds/", programme="2021", lang="en").text


def test_a_stranger_is_shown_nothing(stranger, client_of, client):
    assert "No round yet" in opened(client_of(stranger), "/rounds/", lang="en").text
    assert client.get("/rounds/").status_code == 302
