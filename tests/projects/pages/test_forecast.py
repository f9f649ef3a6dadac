"""`/forecast/`."""

import datetime as dt

import pytest

from tests.pages import opened
from tests.projects.july import set_today

pytestmark = pytest.mark.django_db


def test_it_says_what_it_assumes_and_what_it_means_for_each_plan(public_read, register, client):
    text = opened(client, "/forecast/", lang="en").text
    assert "It assumes that the pace so far holds" in text
    assert "15.890 ÷ 50.0% = 31.780" in text
    # illustrative reports are in it, so that nothing is said to be met or missed
    assert text.count("cannot be tested") == 2
    assert "would fall short" not in text
    assert "−15.520" in text
    assert (
        "By illustrative data: If the pace so far held, the year would"
        " come to 31.78 billion CNY (30 of 42 projects): 15.52 billion CNY less than"
        " the announced plan, about the monitored plan."
    ) in text
    assert "0.080" not in text  # the monitored plan is known to a hundredth


def test_a_part_is_held_against_the_plans_of_its_own_entries(public_read, register, client):
    text = opened(client, "/forecast/", code="HN-EI-2023-36", lang="en").text
    assert "the entries' own plans" in text
    assert "the the" not in text
    assert "1.598" in text
    assert "−0.460 · cannot be tested" in text


def test_one_month_alone_says_nothing_of_the_year(public_read, register, client):
    text = opened(client, "/forecast/", month="2023-03", lang="en").text
    assert "One month alone says nothing of the year." in text
    assert "would fall short" not in text


@pytest.mark.parametrize("nobody", [{"programme": "2021"}, {"sector": "smart-terminals", "prefecture": "430400"}])
def test_of_no_project_it_says_so_and_shows_no_table(public_read, register, client, nobody):
    page = opened(client, "/forecast/", lang="en", **nobody)
    assert "No project on this list" in page.text
    assert "÷" not in page.text


def test_of_a_year_that_is_over_it_says_so(public_read, register, client):
    set_today(dt.date(2024, 1, 15))
    text = opened(client, "/forecast/", lang="en").text
    assert "The year is over: what it came to is reported, not forecast." in text
    assert "nothing to calculate from" not in text.lower()
    assert "nine tenths" not in text  # what it would be compared with
    assert "÷" not in opened(client, "/projects/HN-EI-2023-36/", lang="en").text
