"""`/forecast/`."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.history.revisions import create_revision
from projects.models import MonthlyReport
from tests.pages import more_projects, opened

pytestmark = pytest.mark.django_db


def test_three_methods_stand_side_by_side_each_beside_every_plan(public_read, register, client):
    text = opened(client, "/forecast/", lang="en").text
    for words in ("Reported forecasts", "The pace so far", "The pace by the plan's curve"):
        assert words in text
    # illustrative reports are in it, so that nothing is said to be met or missed
    assert text.count("−15.520cannot be tested") == 2
    assert "falls short" not in text
    assert text.count("31.780 − 47.300 = −15.520") == 2  # how each method reckons, which its numbers lead to
    assert "met</span>" not in client.get("/forecast/", {"lang": "en"}).content.decode()
    assert (
        "At the pace so far the year will come to 31.78 billion CNY (30 of 42 projects): 15.52 billion CNY less than the"
        " announced plan, 0.08 billion CNY more than the monitored plan (illustrative)."
    ) in text
    assert "curve of the plans the year will come to" not in text  # the same amount is said once


def test_officers_forecasts_are_shown_with_what_they_rest_on(public_read, register, client):
    report = MonthlyReport.objects.get(entry__project__code="HN-EI-2023-36", month=6)
    with create_revision():
        report.forecast, report.correction_reason = 2_000_000_000, "told later"
        report.save()
    text = opened(client, "/forecast/", lang="en").text
    assert "1/42" in text
    told = "Reported forecasts: 2.0 billion CNY, of 1 of 42 projects: too few to be held against a plan (illustrative)."
    assert told in text
    assert text.count("too few to be held against a plan") == 2  # in the sentence, and in the place of both verdicts
    assert "45.300" not in text


def test_a_part_is_held_against_the_plans_of_its_own_entries(public_read, register, client):
    text = opened(client, "/forecast/", code="HN-EI-2023-36", lang="en").text
    assert "the entries' own plans" in text
    assert "the the" not in text
    assert "1.598" in text
    assert "−0.460cannot be tested" in text


def test_one_month_alone_says_nothing_of_the_year(public_read, register, client):
    text = opened(client, "/forecast/", month="2023-03", lang="en").text
    assert "One month alone says nothing of the year." in text
    assert "falls short" not in text


def test_a_reader_of_one_prefecture_sees_only_its_own(changsha_reader, client_of):
    text = opened(client_of(changsha_reader), "/forecast/", lang="en").text
    assert "the entries' own plans" in text
    assert "31.780" not in text


def test_the_public_reads_it_only_where_it_may(register, client):
    assert client.get("/forecast/").status_code == 302


@pytest.mark.no_database
def test_a_wrong_question_is_refused(public_read, register, client):
    assert client.get("/forecast/?sector=x").status_code == 400


@pytest.mark.parametrize("nobody", [{"programme": "2021"}, {"sector": "smart-terminals", "prefecture": "430400"}])
def test_of_no_project_it_says_so_and_shows_no_table(public_read, register, client, nobody):
    page = opened(client, "/forecast/", lang="en", **nobody)
    assert "No project on this list" in page.text
    assert "Method" not in page.text


def test_it_asks_the_database_no_more_for_more_projects(province, client_of):
    client = client_of(province)
    with CaptureQueriesContext(connection) as few:
        opened(client, "/forecast/")
    more_projects(20)
    with CaptureQueriesContext(connection) as many:
        opened(client, "/forecast/")
    assert len(many) == len(few) <= 22
