"""A real browser before a real server: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import NEEDED
from tests.people import PASSWORD, session_of

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the run. Its event loop lives in this thread, where Django would refuse the database."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(NEEDED["browser"]), args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def window(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """`window(width=390)` opens a window of its own, on the test's server; closed at the end."""
    contexts: list[BrowserContext] = []

    def opened(*, width: int = 1366, **options: Any) -> Page:
        size = {"width": width, "height": 900}
        contexts.append(chromium.new_context(base_url=live_server.url, viewport=size, **options))
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def signed_in(live_server: Any) -> Callable[..., None]:
    """`signed_in(page, "province")` gives a window the cookies of somebody who has signed in, by default in English."""

    def sign_in(page: Page, username: str, language: str = "en") -> None:
        user = get_user_model().objects.get(username=username)
        cookies = {settings.SESSION_COOKIE_NAME: session_of(user), settings.LANGUAGE_COOKIE_NAME: language}
        page.context.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
        )

    return sign_in


@pytest.fixture
def signed_in_by_the_form() -> Callable[[Page, str], None]:
    """The same as a person does it, which ends on the overview."""

    def sign_in(page: Page, username: str) -> None:
        page.goto("/login/?lang=en")
        page.get_by_label("Name").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/")

    return sign_in
