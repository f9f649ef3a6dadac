"""Rounds: their counts, next month's prefilled, a year's at once, all or none."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Programme, Revision, Round
from projects.workflows import reporting
from tests.projects.admin.forms import change_url, errors_of, filled, messages_of, project, url

ENGLISH = {"lang": "en"}
YEAR = {"first_month": 8, "last_month": 12, "due_day": 10, "grace_days": 3, "closing_day": 20}


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


@pytest.fixture
def programme(register):
    return Programme.objects.get(year=2023)


def year_url():
    return reverse("admin:projects_round_year")


def form_errors(response):
    return {name: [str(text) for text in texts] for name, texts in response.context["form"].errors.items()}


def columns(browser, month, **query):
    """State, asked, in and missing of one round as its line says them."""
    found = browser.get(url(Round), {"programme": "2023", **query}).context["cl"].result_list
    line = next(each for each in found if each.month == month)
    return str(line.state), line.count.asked, line.count.arrived, line.count.missing


def test_the_list_says_what_was_asked_what_is_in_and_what_is_missing(browser, programme):
    assert columns(browser, 6) == ("closed", 30, 30, 0)
    assert columns(browser, 7) == ("open", 30, 0, 30)
    text = browser.get(url(Round), ENGLISH).content.decode()
    assert '<span class="state-open">open</span>' in text


def test_a_prefecture_counts_its_own(changsha_writer, client_of):
    mine = Entry.objects.visible_to(changsha_writer).asked_to_report().filter(programme__year=2023).count()
    assert columns(client_of(changsha_writer), 7)[1:] == (mine, 0, mine)
    assert 0 < mine < 30


@pytest.mark.parametrize(("state", "months"), [("open", [7]), ("closed", [6, 5, 4, 3, 2, 1]), ("late", [])])
def test_rounds_are_filtered_by_the_state_of_their_programmes_day(state, months, browser, programme):
    found = browser.get(url(Round), {"state": state}).context["cl"].queryset
    assert [each.month for each in found] == months


def test_the_form_of_a_new_round_is_next_month_with_the_habit_of_the_last(browser, programme):
    data = filled(browser.get(url(Round, "add")))
    assert data["programme"] == str(programme.pk)
    assert data["month"] == "8"
    assert (data["opens"], data["due"], data["closes"]) == ("2023-09-01", "2023-09-10", "2023-09-20")
    assert data["grace_days"] == "3"
    assert browser.post(url(Round, "add"), data).status_code == 302
    made = Round.objects.get(programme=programme, month=8)
    assert made.punctual_until == dt.date(2023, 9, 13)


def test_after_december_comes_january_of_the_next_programme(browser, programme):
    browser.post(year_url(), YEAR | {"programme": programme.pk})
    data = filled(browser.get(url(Round, "add")))
    following = Programme.objects.get(year=2024)
    assert (data["programme"], data["month"], data["due"]) == (str(following.pk), "1", "2024-02-10")


def test_a_round_is_changed_and_wrong_days_are_said_at_their_fields(browser, programme):
    found = programme.rounds.get(month=7)
    page = browser.get(change_url(found))
    assert browser.post(change_url(found), filled(page, due="2023-08-11")).status_code == 302
    page = browser.get(change_url(found))
    for name, value in (("due", "2023-07-01"), ("month", "6"), ("opens", "soon"), ("closes", "9999-12-31")):
        assert set(errors_of(browser.post(change_url(found), filled(page, **{name: value})))) == {name}


def test_the_round_of_a_month_with_reports_stays_the_round_of_this_month(browser, programme):
    june, july = programme.rounds.get(month=6), programme.rounds.get(month=7)
    days = {"month": "9", "opens": "2023-10-01", "due": "2023-10-10", "closes": "2023-10-20"}
    refused = browser.post(change_url(june) + "?lang=en", filled(browser.get(change_url(june)), **days))
    assert errors_of(refused)["month"] == [
        "There are reports of 2023-06: the round of this month stays as it is their round."
    ]
    assert browser.post(change_url(july), filled(browser.get(change_url(july)), **days)).status_code == 302


def test_the_rounds_of_a_year_are_made_in_one_revision(browser, programme):
    before = Revision.objects.newest_number()
    response = browser.post(year_url(), YEAR | {"programme": programme.pk}, follow=True)
    assert messages_of(response)
    assert Revision.objects.newest_number() == before + 1
    december = programme.rounds.get(month=12)
    assert [str(day) for day in (december.opens, december.due, december.closes)] == [
        "2024-01-01",
        "2024-01-10",
        "2024-01-20",
    ]
    assert list(programme.rounds.order_by("month").values_list("month", flat=True)) == list(range(1, 13))


def test_a_shorter_month_is_due_on_its_last_day(browser):
    programme = Programme.objects.get(year=2024)
    data = YEAR | {"programme": programme.pk, "first_month": 1, "last_month": 1, "due_day": 30, "grace_days": 0}
    assert browser.post(year_url(), data | {"closing_day": 31}).status_code == 302
    assert programme.rounds.get().due == dt.date(2024, 2, 29)


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"first_month": 6}, "first_month", "6、7"),
        ({"last_month": 7}, "last_month", ""),
        ({"closing_day": 5}, "closing_day", "2023-08"),
        ({"due_day": 32}, "due_day", ""),
    ],
)
def test_a_year_that_cannot_be_made_is_not_made_at_all(changes, field, said, browser, programme):
    before, count = Revision.objects.newest_number(), Round.objects.count()
    response = browser.post(year_url(), YEAR | {"programme": programme.pk} | changes)
    assert response.status_code == 200
    errors = form_errors(response)
    assert set(errors) == {field}
    assert said in errors[field][0]
    assert (Revision.objects.newest_number(), Round.objects.count()) == (before, count)


def test_only_the_province_makes_rounds(changsha_writer, analyst, client_of, programme):
    for user in (changsha_writer, analyst):
        browser = client_of(user)
        assert browser.get(year_url()).status_code == 403
        assert browser.post(year_url(), YEAR | {"programme": programme.pk}).status_code == 403
        assert year_url() not in browser.get(url(Round)).content.decode()
    assert programme.rounds.count() == 7


def test_a_submitted_report_is_in(browser, programme, changsha_writer, client_of):
    entry = project("21").entries.get()
    with create_revision():
        said = {"disbursed": 1, "reason": "Rain", "measure": "More people", "basis": "illustrative"}
        MonthlyReport(entry=entry, month=7, **said).save()
    assert columns(browser, 7)[2] == 0
    reporting.submit(entry.reports.filter(month=7), user=changsha_writer)
    assert columns(browser, 7)[1:] == (30, 1, 29)
