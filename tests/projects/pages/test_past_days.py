"""The frame of a past day, of a register moved in with its past: days to move between, and what differs from today."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from portfolio.charts.days import get_known_days
from projects.history.revisions import create_revision
from projects.models import Project, Revision
from tests.pages import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def then(moved_in, public_read, client):
    def asked(path="/", as_of="2023-05-01", lang="en", **query):
        response = client.get(path, {"programme": 2023, "as_of": as_of, "lang": lang, **query})
        assert response.status_code == 200
        return response.content.decode()

    return asked


def test_a_day_before_any_list_was_announced_is_of_the_year_that_had_begun(then, client):
    """Not of the newest programme there is: nobody who picks a day of 2023 asks about 2025."""
    for path in ("/", "/projects/", "/sectors/"):
        assert client.get(path, {"as_of": "2023-03-01"}).context["scope"].programme.year == 2023, path


def test_another_day_is_asked_of_the_same_programme(moved_in, public_read, client):
    """On it another one may have been the current one, and nobody has named a programme."""
    page = client.get("/", {"as_of": "2023-05-01", "lang": "en"})
    programme = page.context["scope"].programme
    links = [urlsplit(anchor.href) for anchor in read(page.content).anchors]
    asked = [parse_qs(each.query) for each in links if each.path in ("", "/") and "as_of=20" in each.query]
    days = {each["as_of"][0]: each.get("programme") for each in asked if each["as_of"] != ["2023-05-01"]}
    assert len(days) > 5
    known = [day for day in days if day >= programme.known_since.isoformat()]
    assert {day: days[day] for day in known} == {day: [str(programme.year)] for day in known}
    assert 'name="programme" value="2023"' in strip(page.content.decode())


def strip(page):
    return page[page.index('<div class="days"') :].partition("</form>")[0]


@pytest.mark.parametrize("path", ["/", "/sectors/", "/projects/", "/attention/", "/figures/disbursed/"])
def test_a_past_day_has_a_frame_and_a_way_back(then, client, path):
    page = then(path)
    assert '<body class="of-past">' in page
    back = [each for each in read(page.encode()).anchors if each.text == "Back to today"]
    assert back
    assert all("as_of" not in each.href for each in back)
    assert 'class="of-past"' not in client.get(path, {"programme": 2023, "lang": "en"}).content.decode()


def test_the_days_of_the_year_on_which_something_became_known_can_be_gone_to(then):
    found = strip(then())
    known = set(Revision.objects.filter(known_on__year=2023).values_list("known_on", flat=True))
    marked = {dt.date.fromisoformat(day) for day in re.findall(r'<a href="[^"]*as_of=([\d-]+)[^"]*" aria-label', found)}
    offered = {dt.date.fromisoformat(day) for day in re.findall(r'<option value="([\d-]+)"', found)}
    assert marked == known
    assert offered == known | {dt.date(2023, 5, 1)}
    assert '<option value="2023-05-01" selected' in found
    assert 'name="programme" value="2023"' in found  # what the form takes along of the question


def test_a_mark_says_what_became_known(then):
    found = strip(then())
    assert 'aria-label="2023-03-06: list, targets' in found
    assert 'aria-label="2023-05-10: reports of April' in found
    later = re.search(r"<a [^>]*as_of=2023-05-10.*?</a>", found, re.DOTALL)
    earlier = re.search(r"<a [^>]*as_of=2023-04-10.*?</a>", found, re.DOTALL)
    assert "d-later" in later[0]
    assert "d-later" not in earlier[0]


def test_what_is_recorded_day_by_day_is_marked_by_its_months(moved_in):
    with create_revision():
        project = Project.objects.get(code="HN-EI-2023-13")
        project.total_investment += 7
        project.save()
    today = Revision.objects.order_by("-number").first().day
    [found] = get_known_days(today.year)
    assert (found.day, found.month, found.kinds) == (today, None, ())


def test_a_moment_or_a_revision_has_no_days_of_knowledge(then):
    assert '<div class="days"' not in then(as_of="r29")


def test_a_figure_that_differs_says_what_it_is_today(then):
    page = then()
    cards = page[page.index('class="cards six"') :]
    assert re.search(r'data-figure="project_count" data-value="40".*?today 42', cards, re.DOTALL)
    total = cards[cards.index('data-figure="total_investment"') :].partition("</article>")[0]
    assert "today" not in total.partition("verdict")[0]  # what is the same is not said again


def test_tables_say_it_too_and_the_same_question_is_asked_of_today(then, client):
    page = then("/sectors/")
    smart = page[page.index("Smart terminals</a></th>") :].partition("</tr>")[0]
    assert re.search(r'data-figure="project_count" data-value="2">2</a><span class="now">today 3</span>', smart)
    now = client.get("/sectors/", {"programme": 2023, "through": "2023-03", "lang": "en"}).content.decode()
    assert 'class="now"' not in now
