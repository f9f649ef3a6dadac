"""The docs page works under the site's strict content security policy, without any other host."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_an_operation_is_tried_out(live_register: None, public_read: None, window: Callable[..., Page]) -> None:
    page = window()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/api/v1/docs/?lang=en")
    operation = page.locator("#operations-totals-totals_retrieve")
    operation.locator("button.opblock-summary-control").click()
    operation.locator(".try-out__btn").click()
    operation.locator(".execute").click()
    answer = operation.locator(".live-responses-table .highlight-code")
    answer.wait_for()
    expect(answer).to_contain_text("138500000000")
    here = page.url.split("/api/")[0]
    assert [url for url in asked if not url.startswith((here, "data:"))] == []
    assert said == []  # a breach of the policy is an error in the console
