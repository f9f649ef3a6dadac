"""Every page, in both languages, as anybody may come to it: judged by axe, read in a narrow window, walked by keyboard."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.pages import PATHS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WCAG_2_2_AA = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
EVERYWHERE = (*PATHS, "/prefectures/430800/", "/?month=2023-03", "/projects/?prefecture=430100&search=zzz", "/login/")
REFUSED = ("/projects/?sector=x", "/nowhere/")


def violations(page, paths, language):
    """What axe finds on the pages, by page; and what the browser itself complains about."""
    found, complaints = {}, []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for path in paths:
        page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        for details in page.locator("details").all():
            details.evaluate("element => element.open = true")
        broken = Axe().run(page, options=WCAG_2_2_AA).response["violations"]
        if broken:
            found[path] = [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in broken]
    return found, [text for text in complaints if "the server responded with a status of 4" not in text]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_violation(public_read, register, window, language, scheme):
    found, complaints = violations(window(color_scheme=scheme), (*EVERYWHERE, *REFUSED), language)
    assert not found
    assert not complaints


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_has_a_violation_signed_in_and_narrow(province, window, signed_in, language):
    page = window(width=390)
    signed_in(page, "province")
    found, complaints = violations(page, [path for path in EVERYWHERE if path != "/login/"], language)
    assert not found
    assert not complaints


def test_no_page_of_a_reader_of_one_prefecture_has_a_violation(changsha_reader, window, signed_in):
    page = window()
    signed_in(page, "changsha-reader")
    found, complaints = violations(
        page, ["/", "/sectors/", "/prefectures/", "/prefectures/430100/", "/programmes/"], "zh-hans"
    )
    assert not found
    assert not complaints


@pytest.mark.parametrize("width", [320, 390, 768, 1366])
def test_no_page_scrolls_sideways(public_read, register, window, width):
    page, wide = window(width=width), []
    for language in ("zh-hans", "en"):
        for path in (*EVERYWHERE, *REFUSED):
            page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append((path, language))
    assert not wide


def test_the_first_key_leads_to_the_content(public_read, register, window):
    page = window()
    page.goto("/?lang=en")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    assert skip.evaluate("element => element === document.activeElement")
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("path", ["/?lang=en", "/projects/?lang=en"])
def test_what_has_the_focus_can_be_seen(public_read, register, window, path):
    """Each of the first stops has an outline, or draws a mark of its own as the map does."""
    page = window()
    page.goto(path)
    for _stop in range(40):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.outlineWidth] })()"
        )
        assert style[0] != "none"
        assert style[1] == "3px"


def test_it_prints_without_controls(public_read, register, window):
    page = window()
    page.goto("/?lang=en")
    page.emulate_media(media="print")
    for gone in (".nav", ".find", ".lang", ".eq >> nth=0"):
        assert not page.locator(gone).is_visible()
    assert page.locator("h1").is_visible()
