"""A real browser before a real server: Debian's Chromium, driven by pytest-playwright."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from playwright.sync_api import BrowserContext, Page

from tests.conftest import PROGRAMS
from tests.people import PASSWORD, session_of

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium. Playwright's event loop lives in this thread, where Django would refuse the database."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return browser_type_launch_args | {"executable_path": str(PROGRAMS["browser"]), "args": FLAGS}


@pytest.fixture
def window(new_context: Callable[..., BrowserContext], live_server: Any) -> Callable[..., Page]:
    """`window(width=390)` opens a window of its own, on the test's server; closed at the end."""

    def open_window(*, width: int = 1366, **options: Any) -> Page:
        size = {"width": width, "height": 900}
        return new_context(base_url=live_server.url, viewport=size, **options).new_page()

    return open_window


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
