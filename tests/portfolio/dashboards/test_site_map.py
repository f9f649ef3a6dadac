"""A page that is added is found: the tests of all pages open it, and some page leads to it.

What is missing is said with the file that it belongs in; see docs/adding.md.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from portfolio.templatetags import navigation
from tests.markup.walking import routes_of_people
from tests.pages import PATHS, opened

pytestmark = pytest.mark.django_db

OPENED_OTHERWISE = {
    "/login/": "who is signed in is led on",
    "/compare/": "it says a day; test_past.py opens it with one",
}
UNDER_NO_ENTRY = ("help/", "login/", "search/", "tokens/", "webhooks/")  # the head of every page leads to them


def addresses():
    """Those of all pages that need nothing to be filled in."""
    return [
        f"/{route.pattern}"
        for route in routes_of_people()
        if not route.parameters and not route.pattern.startswith("admin/")
    ]


def test_the_tests_of_all_pages_open_each_that_everybody_may_read(public_read, register, client):
    readable = {path for path in addresses() if client.get(path).status_code == 200} - OPENED_OTHERWISE.keys()
    opened = {path.partition("?")[0] for path in PATHS}
    assert readable - opened == set(), "make it a page, or name it in PATHS of tests/pages.py"


@pytest.mark.no_database  # what a page leads to is the same on both
def test_each_page_is_led_to_by_another(public_read, register, client):
    pages = {urlsplit(path).path for path in PATHS}
    links = {(page, urlsplit(anchor.href).path) for page in pages for anchor in opened(client, page).anchors}
    lost = pages - {address for page, address in links if address != page}
    assert lost == set(), "lead to it in portfolio/templatetags/navigation.py or projects/pages/monitoring/tabs.py"


@pytest.mark.no_database
def test_each_page_is_under_an_entry_of_the_navigation():
    names = {route.name for route in routes_of_people() if not route.pattern.startswith(("admin/", *UNDER_NO_ENTRY))}
    assert names - navigation._PLACE_OF.keys() == set(), "name it in _PLACES of portfolio/templatetags/navigation.py"
