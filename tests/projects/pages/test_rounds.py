"""`/rounds/`."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.history.revisions import create_revision
from projects.models import Programme, Round
from projects.workflows import reporting
from tests.pages import more_projects, opened, read
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


def test_a_reader_of_one_prefecture_counts_only_its_own(changsha_reader, client_of):
    page = opened(client_of(changsha_reader), "/rounds/", lang="en")
    assert values(page, "reports_in", "2023-06") == [len(entries())]


def test_filters_narrow_the_rounds(public_read, register, client):
    page = opened(client, "/rounds/", sector="new-display")
    assert values(page, "reports_in", "2023-06") == [5]


def test_a_year_without_rounds_says_so(public_read, register, client):
    assert "No round yet" in opened(client, "/rounds/", programme="2021", lang="en").text


def test_a_stranger_is_shown_nothing(stranger, client_of, client):
    assert "No round yet" in opened(client_of(stranger), "/rounds/", lang="en").text
    assert client.get("/rounds/").status_code == 302


@pytest.mark.no_database
def test_a_wrong_question_is_refused(public_read, register, client):
    assert client.get("/rounds/?sector=x").status_code == 400


def test_it_asks_the_database_no_more_for_more_projects_or_rounds(province, client_of):
    client = client_of(province)
    with CaptureQueriesContext(connection) as few:
        opened(client, "/rounds/")
    more_projects(20)
    with CaptureQueriesContext(connection) as many:
        opened(client, "/rounds/")
    assert len(many) == len(few)
    with create_revision():
        year = Programme.objects.get(year=2023)
        opens, due, closes = (dt.date(2023, 9, day) for day in (1, 10, 20))
        Round(programme=year, month=8, opens=opens, due=due, closes=closes).save()
    with CaptureQueriesContext(connection) as more:
        opened(client, "/rounds/")
    assert len(more) == len(many) <= 23


@pytest.mark.parametrize("sign", ["", "-"])
def test_each_column_orders_the_rounds(public_read, register, client, sign):
    table = client.get("/rounds/").context["table"]
    for column in table.page_columns:
        answer = client.get("/rounds/", {"sort": f"{sign}{column.name}"})
        values = [column.sort_key(row) for row in answer.context["table"].records]
        known = [value for value in values if value is not None]
        assert len(values) == Round.objects.count() > 1
        assert known == sorted(known, reverse=bool(sign))
        assert values[len(known) :] == [None] * (len(values) - len(known))
        heads = [each["aria-sort"] for tag, each in read(answer.content).elements if "aria-sort" in each]
        assert heads == ["descending" if sign else "ascending"]


def test_rounds_are_newest_first_and_their_order_costs_nothing(public_read, register, client):
    with CaptureQueriesContext(connection) as usual:
        months = [row.round.month for row in client.get("/rounds/").context["table"].records]
    assert months == sorted(months, reverse=True)
    with CaptureQueriesContext(connection) as ordered:
        client.get("/rounds/?sort=-disbursed")
    assert len(ordered) == len(usual)
    assert client.get("/rounds/?sort=size").status_code == 400
