"""Menu of days, in a register that was moved in with its past: each day that it offers answers what the page asks."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest

from projects.history.revisions import create_revision
from projects.models import Programme

pytestmark = pytest.mark.django_db

ENGLISH = {"lang": "en"}
LATER = "HN-EI-2023-13"  # its project became known with the list
PATHS = (
    "/?through=2023-07",
    "/?through=2023-06",
    "/",
    "/projects/?through=2023-07&light=red",
    "/sectors/energy-electronics/?through=2023-07",
    "/attention/?through=2023-07",
    "/forecast/?programme=2023",
    f"/projects/{LATER}/",
    "/?programme=2022",
)


def days_offered(client, path):
    page = client.get(path, headers={"Accept-Language": "en"}).content.decode()
    bar = page.partition('<section class="scope"')[2].partition("</section>")[0]
    return [unescape(href) for href in re.findall(r'<a href="([^"]+as_of=\d[^"]*)"', bar)]


@pytest.mark.parametrize("path", PATHS)
def test_each_day_of_the_menu_answers(public_read, moved_in, client, path):
    offered = days_offered(client, path)
    assert len(offered) >= 2
    assert [(href, client.get(href).status_code) for href in offered] == [(href, 200) for href in offered]


def test_a_month_of_another_year_is_refused_in_true_words(public_read, moved_in, client):
    for asked in ({"through": "2023-07", "programme": "2022"}, {"through": "2018-07", "as_of": "2023-02-28"}):
        page = client.get("/", ENGLISH | asked)
        assert page.status_code == 400
        text = page.content.decode()
        assert re.search(r"20\d\d-07 is not in 20\d\d, the year of the programme that is asked about\.", text)


def test_no_day_is_offered_on_which_the_programme_was_not_known(public_read, moved_in, client):
    with create_revision():
        Programme(year=2018, name_zh="2018年", reporting_day=dt.date(2018, 5, 1)).save()
    assert days_offered(client, "/?programme=2018") == []
    assert len(days_offered(client, "/?programme=2023")) >= 2


def test_a_month_says_its_year_where_no_programme_is_named(public_read, moved_in, client):
    for asked in ({"through": "2022-06"}, {"month": "2022-06"}):
        page = client.get("/", ENGLISH | asked).content.decode()
        assert "<b>2022</b>" in page.partition('<section class="scope"')[2].partition("</section>")[0]
    # another day is asked by the form too, on which another programme was the current one
    page = client.get("/", ENGLISH | {"through": "2023-07"}).content.decode()
    assert '<input type="hidden" name="programme" value="2023">' in page
