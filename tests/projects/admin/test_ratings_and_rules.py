"""Ratings, light rules, report events, and what a programme says of its rounds."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from projects.choices import Light
from projects.models import LightRule, Programme, Rating, Revision
from projects.totals.lights import progress_light
from tests.people import person
from tests.projects.admin.forms import change_url, errors_of, filled, project, url

ENGLISH = {"lang": "en"}


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


@pytest.fixture
def rating(province, client_of):
    entry = project("21").entries.get()
    data = {"entry": entry.pk, "month": 6, "light": "red", "words": "No crane on the site"}
    forged = {"author": "1", "rated_on": "2020-01-01"}
    assert client_of(province).post(url(Rating, "add"), data | forged).status_code == 302
    return entry.ratings.get()


def test_author_and_day_of_a_rating_are_the_systems(rating, province):
    assert rating.author == province
    assert rating.rated_on == dt.date(2023, 8, 7)  # the programme's today


def test_a_rating_is_changed_by_its_author_alone(rating, browser, client_of):
    data = filled(browser.get(change_url(rating)), words="A crane since Monday")
    assert browser.post(change_url(rating), data).status_code == 302
    other = client_of(person("reviewer", "province"))
    assert other.get(change_url(rating)).status_code == 200
    assert other.post(change_url(rating), data | {"words": "All is well"}).status_code == 403
    rating.refresh_from_db()
    assert rating.words == "A crane since Monday"


def test_a_prefecture_reads_ratings_of_its_own_and_writes_none(rating, changsha_writer, zhuzhou_writer, client_of):
    assert client_of(changsha_writer).get(change_url(rating)).status_code == 200
    assert client_of(changsha_writer).post(change_url(rating), {}).status_code == 403
    assert client_of(zhuzhou_writer).get(change_url(rating)).status_code == 404


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("code", "limits", "sentence"),
    [
        ("points-behind", {}, "Progress: yellow from 10 percentage points behind the pro-rata plan, red beyond 30"),
        ("share-of-pace", {"red": "70"}, "Progress: yellow below 80% of the pro-rata plan, red below 70%."),
        ("points-behind", {"missing_red": "4"}, "Missing reports: yellow from 1 in a row, red from 4."),
    ],
)
def test_the_form_of_a_rule_says_in_words_what_its_limits_mean(code, limits, sentence, browser, register):
    rule = LightRule.objects.get(code=code)
    assert browser.post(change_url(rule), filled(browser.get(change_url(rule)), **limits)).status_code == 302
    assert sentence in browser.get(change_url(rule), ENGLISH).content.decode()


@pytest.mark.no_database
def test_the_words_of_a_rule_are_those_of_the_light(register):
    """At the limits that the sentences name, the rule gives the light that they name."""
    points, share = (LightRule.objects.get(code=code) for code in ("points-behind", "share-of-pace"))

    def behind(by):
        return progress_light(points, plan=1000, due=Fraction(500), done=500 - 10 * by)

    assert [behind(by) for by in (9, 10, 30, 31)] == [Light.GREEN, Light.YELLOW, Light.YELLOW, Light.RED]
    done = [progress_light(share, plan=1000, due=Fraction(100), done=part) for part in (80, 79, 60, 59)]
    assert done == [Light.GREEN, Light.YELLOW, Light.YELLOW, Light.RED]


def test_limits_out_of_order_are_refused_at_the_limit_and_changes_are_kept(browser, register):
    rule = LightRule.objects.get(code="points-behind")
    page = browser.get(change_url(rule))
    assert "red" in errors_of(browser.post(change_url(rule), filled(page, red="5")))
    before = Revision.objects.newest_number()
    assert browser.post(change_url(rule), filled(page, red="25")).status_code == 302
    assert Revision.objects.newest_number() == before + 1


def test_a_programme_has_its_reporting_day_and_rule(browser, register):
    programme = Programme.objects.get(year=2024)
    rule = LightRule.objects.get(code="share-of-pace")
    data = filled(browser.get(change_url(programme)), reporting_day="2024-03-05", light_rule=rule.pk)
    assert browser.post(change_url(programme), data).status_code == 302
    programme.refresh_from_db()
    assert (programme.today, programme.light_rule) == (dt.date(2024, 3, 5), rule)
