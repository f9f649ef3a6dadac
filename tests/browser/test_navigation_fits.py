"""The name of the site and every entry of its navigation can be read whole, at any width, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# what is cut off, or reaches out of the window
CUT = """() => [...document.querySelectorAll(".brand b, .nav a, .top .in > *")]
  .filter((each) => each.getClientRects().length)
  .filter((each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline"
    || each.getBoundingClientRect().right > innerWidth + 1
    || each.getBoundingClientRect().left < -1)
  .map((each) => each.textContent.trim())"""


WIDTHS = (320, 390, 768, 1366)


def cut_at(page: Page, path: str) -> dict[int, list[str]]:
    """What of the page is cut at any width, and that it scrolls sideways."""
    found = {}
    page.goto(path)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        cut = page.evaluate(CUT)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            cut.append("scrolls sideways")
        if cut:
            found[width] = cut
    return found


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_nothing_of_the_navigation_is_cut(
    public_read: Any, register: Any, province: Any, window: Any, signed_in: Any, lang: str
):
    page = window(width=WIDTHS[0])
    assert cut_at(page, f"/?lang={lang}") == {}
    signed_in(page, "province", lang)
    assert cut_at(page, "/") == {}
