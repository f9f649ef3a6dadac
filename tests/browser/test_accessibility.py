"""Every page, in both languages, as anybody may come to it: judged by axe, read in a narrow window, walked by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.pages import PATHS

from .axe import broken, broken_in_the_dark, open_details

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EVERYWHERE = (
    *PATHS,
    "/figures/disbursed/",
    "/figures/transferred_count/?sector=new-display&as_of=r1",
    "/compare/?since=2023-05-01",
    "/compare/?since=r1",
    "/?as_of=2023-05-01",
    "/changes/1/",
    "/changes/?field=project.total_investment",
    "/prefectures/430800/",
    "/?month=2023-03",
    "/projects/?prefecture=430100&search=zzz",
    "/login/",
)
REFUSED = ("/projects/?sector=x", "/nowhere/")
OF_ONE_TEMPLATE = {"/programmes/2022/", "/prefectures/430800/", "/?month=2023-03"}  # as others, with other figures


WIDTHS = (320, 390, 768, 1366)
UNCOVERED = """() => {
  const focused = document.activeElement, { left, right, top, bottom } = focused.getClientRects()[0];
  const y = (top + bottom) / 2;
  return [left + 1, (left + right) / 2, right - 1].some(x => focused.contains(document.elementFromPoint(x, y)));
}"""


def violations(page, paths, language, *, dark=False, widths=()):
    """What axe finds on the pages, and the widths at which they scroll sideways, by page; and what the browser itself
    complains about.

    Colours are looked at in Chinese, in both themes or in the light one; they are the same in English. The page is judged
    at the last width; a page is not looked at in the dark for each of its questions.
    """
    found, complaints = {}, []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for path in paths:
        page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        wrong = [width for width in widths if scrolls_sideways(page, width)]
        open_details(page)
        wrong += broken(page, tags=(), colours=language == "zh-hans")  # all rules: headings and landmarks too
        if dark and "?" not in path and path not in OF_ONE_TEMPLATE:
            wrong += broken_in_the_dark(page)
        if wrong:
            found[path] = wrong
    return found, [text for text in complaints if "the server responded with a status of 4" not in text]


def scrolls_sideways(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    return page.evaluate("document.documentElement.scrollWidth") > width


def test_no_page_has_a_violation_or_scrolls_sideways(public_read, register, window):
    page = window(color_scheme="light")
    found, complaints = violations(page, (*EVERYWHERE, *REFUSED), "zh-hans", dark=True, widths=WIDTHS)
    assert not found
    assert not complaints


def test_no_page_has_a_violation_or_scrolls_sideways_signed_in(province, window, signed_in):
    """In the language that the pages of a visitor are not looked at, which are the same without what one may do there."""
    page = window(color_scheme="light")
    signed_in(page, "province")
    paths = [path for path in EVERYWHERE if path != "/login/" and path not in OF_ONE_TEMPLATE]
    paths = [path for path in paths if path in PATHS or "?" not in path]
    own = ["/changes/1/undo/", "/tasks/", "/logout/"]
    paths = [*paths, *own]
    found, complaints = violations(page, paths, "en", widths=(320, 768, 1366, 390))
    assert not found
    assert not complaints


def test_a_line_that_is_hard_to_read_is_found_unless_one_made_alike_has_been(window):
    """The control: only what is made as an earlier line is passed over, and not what differs in a class or a state."""
    page = window()
    line = "<tr><td{}>disbursed</td></tr>".format
    style = "<style>.pale, [aria-current] { color: #ddd; background: #fff }</style>"

    def found(*lines: str) -> list[str]:
        page.set_content(
            f"<html lang=en><title>x</title>{style}<main><h1>x</h1><table><tbody>{''.join(lines)}</table></main>"
        )
        return [node for name, nodes in broken(page) if name == "color-contrast" for node in nodes]

    assert found(line(""), line(""), line("")) == []
    assert len(found(line(" class=pale"), line(" class=pale"), line(" class=pale"))) == 2  # one of each kind of place
    assert len(found(line(""), line(""), line(" class=pale"))) == 1
    assert len(found(line(""), line(""), line(" aria-current=page"))) == 1


def test_the_first_key_leads_to_the_content(public_read, register, window):
    page = window()
    page.goto("/?lang=en")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
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


def test_what_has_the_focus_is_not_behind_the_names_that_stay(public_read, register, window):
    """Where a table scrolls sideways beside them: as narrow as a laptop's window drawn twice as large."""
    page = window(width=683)
    page.set_viewport_size({"width": 683, "height": 384})
    page.goto("/attention/?lang=en")
    page.locator("tbody th a").first.focus()
    hidden = []
    for _stop in range(12):
        page.keyboard.press("Tab")
        if not page.evaluate(UNCOVERED):
            hidden.append(page.evaluate("document.activeElement.outerHTML"))
    assert hidden == []


def test_a_number_beside_the_parts_of_a_bar_is_found_by_a_finger(public_read, register, window):
    """Of which some may be too narrow themselves; of one digit it would be less than the 24 pixels that it needs."""
    page = window(width=390)
    page.goto("/about/?lang=en")
    links = page.locator(".barred td:has(+ .barcol) a")
    assert links.count() > 3
    boxes = [link.bounding_box() for link in links.all()]
    assert min(min(box["width"], box["height"]) for box in boxes) >= 24
