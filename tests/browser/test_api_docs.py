"""The docs page works under the site's strict content security policy, without any other host."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .axe import broken

pytestmark = pytest.mark.browser

PATIENCE = 90_000  # milliseconds: Swagger UI draws all operations at once, on a machine that runs other tests


def test_an_operation_is_tried_out(live_register: None, public_read: None, window: Callable[..., Page]) -> None:
    page = window()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/api/v1/docs/?lang=en")
    page.locator("h1.title").first.wait_for(timeout=PATIENCE)
    operation = page.locator("#operations-totals-totals_retrieve")
    for _each in range(50):  # of a long description it draws what comes into view
        page.mouse.wheel(0, 2_000)
        page.wait_for_timeout(100)
        if operation.count():
            break
    operation.locator("button.opblock-summary-control").click()
    operation.locator(".try-out__btn").click()
    operation.locator(".execute").click()
    answer = operation.locator(".live-responses-table .highlight-code")
    answer.wait_for()
    expect(answer).to_contain_text("138500000000")
    here = page.url.split("/api/")[0]
    assert [url for url in asked if not url.startswith((here, "data:"))] == []
    assert said == []  # a breach of the policy is an error in the console


def test_the_description_breaks_no_rule(live_register: None, public_read: None, window: Callable[..., Page]) -> None:
    page = window(bypass_csp=True)  # axe styles what it measures
    page.goto("/api/v1/docs/?lang=zh-hans")
    page.locator("h1.title[aria-level]").wait_for(timeout=PATIENCE)
    assert page.locator("h1:not([aria-level])").count() == 1
    assert broken(page, tags=()) == []
