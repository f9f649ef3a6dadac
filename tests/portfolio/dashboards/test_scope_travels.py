"""Programme, months, day of knowledge and filters travel with every link of every page, navigation and search included."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve

from projects.history.revisions import create_revision
from projects.models import Programme
from projects.workflows.current_programme import choose
from tests.pages import PATHS, Page, opened, read

pytestmark = pytest.mark.no_database

SCOPE = {"programme": "2023", "through": "2023-03", "as_of": "r1", "sector": "energy-electronics"}
MORE_PATHS = ("/figures/disbursed/", "/figures/total_investment/", "/compare/?since=r1", "/proposals/", "/changes/1/")
WORK = ("/rounds/2023-07/", "/review/", "/tokens/", "/webhooks/")
# what is no page of the site, says all its conditions itself, or is there to change one of them
_NO_PAGES = ("/admin/", "/static/", "/api/", "/login/", "/logout/")


@pytest.fixture
def browser(province: Any) -> Client:
    """Somebody to whom another year is current, so that a link which forgets the programme shows it."""
    with create_revision(user=province, reason="another year"):
        choose(Programme.objects.get(year=2022))
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(province)
    return client


def asked(href: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(href).query, keep_blank_values=True)


def links_of(page: Page, path: str) -> list[str]:
    """The pages of the site that it leads to, but for those that change the question."""
    found = []
    for anchor in page.anchors:
        parts = urlsplit(anchor.href)
        if not anchor.href or parts.scheme or not parts.path or parts.path.startswith(_NO_PAGES):
            continue
        found.append(urljoin(path, anchor.href))
    return found


def is_work(href: str) -> bool:
    return bool(getattr(resolve(urlsplit(href).path).func, "is_work", False))


def forgotten(page: Page, path: str, scope: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The links that lack a part of the scope, with what they say instead. Work has no past."""
    lost = {}
    for href in links_of(page, path):
        query, path = asked(href), urlsplit(href).path
        wanted = dict(scope)
        if path.startswith("/programmes/2"):
            query["programme"] = [path.split("/")[2]]
        if month := re.search(r"/reports/(\d{4})-\d\d/", path):
            query["programme"] = [month[1]]
        if is_work(href):
            wanted.pop("as_of", None)
        lacking = {name: query.get(name) for name, value in wanted.items() if query.get(name) != [value]}
        if lacking:
            lost[href] = lacking
    return lost


def is_meant(lacking: dict[str, Any], href: str, scope: dict[str, str]) -> bool:
    """Whether a link is there to change what it lacks: another year, another month, day or filter, or none of them."""
    query = asked(href)
    if "code" in query:  # about one project: a filter that leaves it out says nothing of it
        lacking = {name: value for name, value in lacking.items() if name != "sector"}
    if not lacking:
        return True
    if set(lacking) == {"through"}:  # another month of the same question, or one alone
        return bool(query.get("through") or query.get("month"))
    if "programme" in lacking:  # another year, of which there is no such month
        return bool(lacking["programme"]) and set(lacking) <= {"programme", "through"}
    return len(lacking) == 1 and set(lacking) <= {"sector", "as_of"}


@pytest.mark.parametrize("path", [path for path in (*PATHS, *MORE_PATHS) if path != "/programmes/2022/"])
def test_every_link_of_a_scoped_page_has_its_scope(browser, path):
    response_path, _mark, own = path.partition("?")
    page = opened(browser, response_path, **SCOPE | {name: value[0] for name, value in parse_qs(own).items()})
    lost = forgotten(page, response_path, SCOPE)
    unmeant = {href: lacking for href, lacking in lost.items() if not is_meant(lacking, href, SCOPE)}
    assert not unmeant
    assert len(links_of(page, response_path)) > len(lost)


@pytest.mark.parametrize("path", WORK)
def test_work_has_no_past_but_stays_with_the_question(browser, path):
    scope = {name: value for name, value in SCOPE.items() if name != "as_of"}
    page = opened(browser, path, **scope)
    unmeant = {href: each for href, each in forgotten(page, path, scope).items() if not is_meant(each, href, scope)}
    assert not unmeant


def test_a_page_whose_address_says_the_year_is_left_for_the_same_year(browser):
    for path in ("/programmes/2023/", "/projects/HN-EI-2023-13/", "/rounds/2023-07/"):
        page = opened(browser, path)
        nav = [
            href for href in links_of(page, path) if urlsplit(href).path in ("/projects/", "/attention/", "/sectors/")
        ]
        assert nav
        assert all(asked(href).get("programme") == ["2023"] for href in nav), path


def test_another_year_is_asked_for_without_the_months_of_this_one(browser):
    for path in ("/", "/projects/", "/league/"):
        page = opened(browser, path, **SCOPE)
        years = [each.href for each in page.anchors if each.text.strip().startswith("2021")]
        assert years
        for href in years:
            assert browser.get(href).status_code == 200, href
            assert asked(href).get("sector") == [SCOPE["sector"]]
            assert "through" not in asked(href)


def test_words_of_one_page_do_not_travel_to_those_that_mean_something_else_by_them(browser):
    page = opened(browser, "/projects/", kind="plant", programme="2023")
    log = next(href for href in links_of(page, "/projects/") if urlsplit(href).path == "/changes/")
    assert "kind" not in asked(log)
    assert browser.get(log).status_code == 200
    page = opened(browser, "/changes/", kind="project", programme="2023")
    projects = next(href for href in links_of(page, "/changes/") if urlsplit(href).path == "/projects/")
    assert "kind" not in asked(projects)
    page = opened(browser, "/review/", month="2023-07")
    assert all("month" not in asked(href) for href in links_of(page, "/review/") if urlsplit(href).path == "/projects/")


def test_a_single_month_travels_too(browser):
    page = opened(browser, "/", programme="2023", month="2023-02")
    nav = next(href for href in links_of(page, "/") if urlsplit(href).path == "/sectors/")
    assert urlencode({"month": "2023-02"}) in nav


def test_every_entry_of_the_navigation_is_followed_with_the_question_of_the_page(browser):
    """From a page about a month of a year that is not the current one, and from there on."""
    here = f"/attention/?{urlencode({name: value for name, value in SCOPE.items() if name != 'as_of'})}"
    for _step in range(3):
        page = browser.get(here).content.decode()
        nav = read(page.partition('<nav class="nav"')[2].partition("</nav>")[0].encode())
        assert len(nav.anchors) == 7
        for anchor in nav.anchors:
            query = asked(anchor.href)
            assert (query.get("programme"), query.get("through")) == (["2023"], ["2023-03"]), anchor.href
            assert query.get("sector") == [SCOPE["sector"]], anchor.href
            response = browser.get(anchor.href)
            assert response.status_code == 200, anchor.href
            scope = response.context["scope"]
            assert (scope.programme.year, str(scope.end_month)) == (2023, "2023-03"), anchor.href
        here = nav.anchors[_step].href


def test_the_menus_of_the_bar_lead_to_each_month_and_day_of_the_same_question(browser):
    bar = (
        browser.get("/sectors/", SCOPE).content.decode().partition('<section class="scope"')[2].partition("</section>")
    )
    page = read(bar[0].encode())
    menus = [each.href for each in page.anchors if each.href.startswith("/sectors/?")]
    months = {
        query["through"][0] for href in menus if (query := asked(href)).get("as_of") == ["r1"] and "through" in query
    }
    assert {"2023-01", "2023-03", "2023-06"} <= months
    days = {tuple(asked(href).get("as_of", ["today"])) for href in menus}
    assert days == {("r1",), ("today",)}  # before it was recorded nothing of this register was known
    for href in menus:
        assert asked(href).get("sector") == [SCOPE["sector"]], href
        assert browser.get(href).status_code == 200, href


def test_a_day_that_is_typed_keeps_the_question(browser):
    page = opened(browser, "/sectors/", programme="2023", through="2023-03", sector=SCOPE["sector"])
    hidden = [
        (each["name"], each["value"]) for tag, each in page.elements if tag == "input" and each.get("type") == "hidden"
    ]
    for pair in (("programme", "2023"), ("through", "2023-03"), ("sector", SCOPE["sector"])):
        assert hidden.count(pair) == 2, pair  # in the search and in the form of the day
