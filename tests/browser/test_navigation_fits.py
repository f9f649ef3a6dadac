"""The name of the site and every entry of its navigation can be read whole, at any width, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# what is cut off, or reaches out of the window
CUT = """() => [...document.querySelectorAll(".brand b, .nav a, .top .in > *")]
  .filter((each) => each.getClientRects().length)
  .filter((each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline"
    || each.getBoundingClientRect().right > innerWidth + 1
    || each.getBoundingClientRect().left < -1)
  .map((each) => each.textContent.trim())"""


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
@pytest.mark.parametrize("width", [320, 390, 768, 1366])
def test_nothing_of_the_navigation_is_cut(
    public_read: Any, register: Any, province: Any, window: Any, signed_in: Any, lang, width
):
    page = window(width=width)
    page.goto(f"/?lang={lang}")
    assert page.evaluate(CUT) == []
    page = window(width=width)
    signed_in(page, "province", lang)
    page.goto("/")
    assert page.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
