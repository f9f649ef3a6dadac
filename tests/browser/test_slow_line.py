"""The overview over a slow line: what it weighs, all that it asks for counted, and when it is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.bench.slow_line import MOST_BYTES, MOST_MILLISECONDS, served, visit, visits

pytestmark = [pytest.mark.browser, pytest.mark.no_database]

OVERVIEWS = ("/?lang=zh-hans", "/?lang=en")
# on the first screen of whom nothing else is drawn than the page, its stylesheet, at most two scripts and the icon
MOST_REQUESTS = 6  # the browser's own drawings, which cost nothing, are counted among them


@pytest.fixture(scope="module")
def site(tmp_path_factory: Any) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("served")) as address:
        yield address


def test_the_overview_comes_in_few_bytes(chromium: Browser, site: str) -> None:
    for path in OVERVIEWS:
        found = visit(chromium, site + path, slowed=1)
        assert found.bytes <= MOST_BYTES, (path, found)
        assert found.requests <= MOST_REQUESTS, (path, found)


def test_who_comes_again_is_sent_next_to_nothing(chromium: Browser, site: str) -> None:
    """The page is asked about and has not changed; its stylesheet is not even asked about."""
    context = chromium.new_context(base_url=site)
    page = context.new_page()
    page.goto(OVERVIEWS[0])
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append((answer.request.resource_type, answer.status)))
    line = context.new_cdp_session(page)
    received: list[float] = []
    line.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    line.send("Network.enable")
    page.goto(OVERVIEWS[0])
    page.wait_for_load_state("networkidle")
    context.close()
    assert answers
    assert sum(received) < 2_000, (answers, received)


def test_each_page_asks_for_one_stylesheet_and_at_most_two_scripts(chromium: Browser, site: str) -> None:
    context = chromium.new_context(base_url=site)
    page = context.new_page()
    for path in ("/", "/projects/", "/attention/", "/sectors/", "/prefectures/", "/about/", "/login/", "/nothing/"):
        page.goto(path)
        assert page.locator("link[rel=stylesheet]").count() == 1, path
        assert page.locator("script").count() <= 2, path
        assert page.locator("style, [style]").count() == 0, path
    context.close()


@pytest.mark.alone
def test_the_overview_is_drawn_soon(chromium: Browser, site: str) -> None:
    for path in OVERVIEWS:
        visit(chromium, site + path)  # the server has made the page since
        found = visits(chromium, site + path)
        assert found.whole <= MOST_MILLISECONDS, (path, found)
