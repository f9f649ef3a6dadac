"""The overview over a slow line: what it weighs, all that it asks for counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.serving import environment_of, prepare_register, run, serving

pytestmark = [pytest.mark.browser, pytest.mark.no_database]

OVERVIEWS = ("/?lang=zh-hans", "/?lang=en")
MOST_BYTES = 45 * 1024
# on the first screen of whom nothing else is drawn than the page, its stylesheet, at most two scripts and the icon
MOST_REQUESTS = 6  # the browser's own drawings, which cost nothing, are counted among them


@pytest.fixture(scope="module")
def site(tmp_path_factory: Any) -> Iterator[str]:
    """The address of the site as it is served, with its static files collected and the register in it."""
    directory = tmp_path_factory.mktemp("served")
    environment = environment_of(
        f"sqlite:///{directory / 'register.sqlite3'}",
        DJANGO_SETTINGS_MODULE="tests.collected_settings",
        COLLECTED=str(directory / "static"),
    )
    prepare_register("", environment)
    run('call_command("collectstatic", interactive=False, verbosity=0)', environment)
    with serving(environment) as (address, _process):
        yield address


def test_the_overview_comes_in_few_bytes(browser: Browser, site: str) -> None:
    for path in OVERVIEWS:
        received = get_received_bytes(browser, site + path)
        assert sum(received) <= MOST_BYTES, (path, received)
        assert len(received) <= MOST_REQUESTS, (path, received)


def get_received_bytes(browser: Browser, address: str) -> list[float]:
    """Return the bytes on the wire of each response to somebody who comes for the first time."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    line = context.new_cdp_session(page)
    received: list[float] = []
    line.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    line.send("Network.enable")
    page.goto(address)
    page.wait_for_load_state("networkidle")
    context.close()
    return received


def test_who_comes_again_is_sent_next_to_nothing(browser: Browser, site: str) -> None:
    """The page is asked about and has not changed; its stylesheet is not even asked about."""
    context = browser.new_context(base_url=site)
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


def test_each_page_asks_for_one_stylesheet_and_at_most_two_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site)
    page = context.new_page()
    for path in ("/", "/projects/", "/attention/", "/sectors/", "/prefectures/", "/about/", "/login/", "/nothing/"):
        page.goto(path)
        assert page.locator("link[rel=stylesheet]").count() == 1, path
        assert page.locator("script").count() <= 2, path
        assert page.locator("style, [style]").count() == 0, path
    context.close()
