"""The docs page works under the site's strict content security policy, without any other host."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

pytestmark = pytest.mark.browser


@pytest.fixture
def page(monkeypatch: Any) -> Iterator[Page]:
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright runs a loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def test_an_operation_is_tried_out(live_register: None, public_read: None, live_server: Any, page: Page) -> None:
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{live_server.url}/api/v1/docs/?lang=en")
    operation = page.locator("#operations-totals-totals_retrieve")
    operation.locator("button.opblock-summary-control").click()
    operation.locator(".try-out__btn").click()
    operation.locator(".execute").click()
    answer = operation.locator(".live-responses-table .highlight-code")
    answer.wait_for()
    assert "138500000000" in answer.inner_text()
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
    assert said == []  # a breach of the policy is an error in the console
