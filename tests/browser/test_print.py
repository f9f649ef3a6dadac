"""What comes out of the printer: a sheet says what it is of, has no control, and keeps together what belongs together."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

READ = (
    *("/", "/projects/", "/projects/HN-EI-2023-39/", "/figures/disbursed/", "/attention/", "/sectors/", "/about/"),
    *(
        "/projects/HN-EI-2023-13/reports/2023-06/",
        "/compare/?since=2023-05-01",
        "/milestones/",
        "/forecast/",
        "/search/?search=a",
    ),
)
WORKED = ("/rounds/2023-07/", "/review/")

_CONTROLS = """() => [...document.querySelectorAll(`button, nav, .btn, .pickm, summary, input[type=checkbox],
    input[type=date], input[type=search], input[type=submit], input[type=radio]`)]
    .filter(each => each.checkVisibility() && each.getBoundingClientRect().height > 1)
    .filter(each => !(each.matches('summary') && each.parentElement.open)).map(each => each.outerHTML.slice(0, 90))"""
_FRAMED = """() => [...document.querySelectorAll('input, select, textarea')].filter(each => each.checkVisibility())
    .filter(each => getComputedStyle(each).borderTopWidth !== '0px').map(each => each.outerHTML.slice(0, 90))"""
_SPLITTING = """() => [...document.querySelectorAll(
    'tbody tr, figure, .card, .note, .log > li, .standings > li, .foundlist > li, .pieces-line')]
    .filter(each => getComputedStyle(each).breakInside !== 'avoid').map(each => each.outerHTML.slice(0, 90))"""
_SMALL_TABLES = """() => [...document.querySelectorAll('.scroll:has(> table), ol.chain')]
    .filter(each => each.checkVisibility() && each.querySelectorAll('tr').length < 9)
    .filter(each => getComputedStyle(each).breakInside !== 'avoid')
    .map(each => each.outerHTML.slice(0, 90))"""
_LONE_HEADS = """() => [...document.querySelectorAll('h2, h3, caption')]
    .filter(each => each.checkVisibility() && getComputedStyle(each).breakAfter !== 'avoid').map(each => each.textContent)"""
_HEADS_OF_NOTHING = """() => [...document.querySelectorAll('.sec > header')].filter(each => each.checkVisibility())
    .filter(each => each.nextElementSibling && ![...each.parentElement.children].slice(1).some(part =>
      part.checkVisibility() && part.innerText.trim() + part.querySelectorAll('svg, input').length))
    .map(each => each.textContent)"""
_RULED_HEADS = """() => [...document.querySelectorAll('thead th')]
    .filter(each => getComputedStyle(each).boxShadow !== 'none').map(each => each.textContent)"""
_CUT = """() => [...document.querySelectorAll('main th, main td')].filter(each => each.checkVisibility())
    .filter(each => getComputedStyle(each).overflow !== 'visible' && each.scrollWidth > each.clientWidth)
    .map(each => each.textContent)"""
_WAYS = """() => [...document.querySelectorAll('.src a, .from a, th a.sub')].filter(each => each.checkVisibility())
    .map(each => each.textContent)
    .filter(text => /^(JSON|see them|Update.*|Open the permanent.*|Where the numbers.*|About the data.*)$/.test(text))"""
_MARGINS = """() => [...document.styleSheets].flatMap(sheet => [...sheet.cssRules])
    .filter(rule => rule instanceof CSSPageRule).map(rule => rule.cssText).join(' ')"""
LOOKS = (_CONTROLS, _FRAMED, _SPLITTING, _SMALL_TABLES, _LONE_HEADS, _HEADS_OF_NOTHING, _RULED_HEADS, _CUT, _WAYS)


def printed(page: Page, path: str) -> Page:
    page.emulate_media(media="screen")
    page.goto(path)
    page.emulate_media(media="print")
    return page


def wrong(page: Page, path: str) -> list[object]:
    printed(page, f"{path}{'&' if '?' in path else '?'}lang=en")
    return [page.evaluate(each) for each in LOOKS]


def test_a_sheet_says_what_was_asked_when_it_was_printed_and_where_it_is(public_read, register, window):
    page = window()
    for language, words in (
        ("en", ("2023 programme", "Changsha", "Printed on")),
        ("zh-hans", ("2023", "长沙市", "打印日期")),
    ):
        printed(page, f"/projects/?prefecture=430100&through=2023-03&lang={language}")
        text = page.locator(".paper").inner_text()
        for said in (*words, timezone.localdate().isoformat(), "/projects/?prefecture=430100&through=2023-03"):
            assert said in text, (said, text)
        assert "lang=" not in text
    assert page.locator("h1").is_visible()
    page.emulate_media(media="screen")
    assert not page.locator(".paper").is_visible()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_table_is_wider_than_the_paper(public_read, register, window, language):
    """184 mm between the margins of A4; what is wider would be cut."""
    page = window(width=695)
    wide = """() => [...document.querySelectorAll(".scroll")].filter(each => each.scrollWidth > each.clientWidth + 1)
        .map(each => `${each.getAttribute("aria-label")}: ${each.scrollWidth}`)"""
    for path in ("/", "/projects/", "/sectors/energy-electronics/", "/attention/", "/league/"):
        printed(page, f"{path}?lang={language}")
        assert page.evaluate(wide) == [], path


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_dates_and_names_are_not_broken_for_want_of_room(public_read, register, window, language):
    lines = """([name, most]) => [...document.querySelectorAll(name)].filter(each => {
        const words = document.createRange();
        words.selectNodeContents(each);
        return new Set([...words.getClientRects()].map(box => Math.round(box.top))).size > most;
      }).map(each => each.textContent)"""
    page = window(width=695)
    for path, name, most in (
        ("/figures/disbursed/", ".records tbody td:last-child", 1),
        ("/projects/", "tbody .name > a", 5),
        ("/milestones/", "tbody th[scope=row]:not(.name):not(.t)", 1 if language == "zh-hans" else 2),
    ):
        printed(page, f"{path}?lang={language}")
        assert page.locator(name).count() > 20, path
        assert page.evaluate(lines, [name, most]) == [], path


@pytest.mark.parametrize("path", ["/sectors/energy-electronics/", "/prefectures/430100/"])
def test_a_chart_stands_above_the_table_that_is_beside_it_on_a_screen(public_read, register, window, path):
    """As one row they would go to the next sheet together, and leave half of the first one empty."""
    page = window(width=794)  # A4
    parts = [page.locator(f"section[aria-labelledby={name}]") for name in ("months", "rates")]
    printed(page, f"{path}?lang=en")
    chart, table = (part.bounding_box() for part in parts)
    assert table["y"] >= chart["y"] + chart["height"]
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1366, "height": 900})
    chart, table = (part.bounding_box() for part in parts)
    assert table["y"] == chart["y"]


def test_no_footer_stands_alone_on_a_sheet(public_read, register, window):
    """The prefecture with the most projects, and the history of a project, end with the sheet before."""
    page = window()
    for path in ("/prefectures/430100/", "/projects/HN-EI-2023-13/"):
        page.goto(f"{path}?lang=zh-hans")
        assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 2, path


def test_no_reason_of_the_overview_is_cut_on_paper(public_read, register, window):
    cut = """() => [...document.querySelectorAll('.why')].filter(each => each.scrollHeight > each.clientHeight + 1
        || getComputedStyle(each).webkitLineClamp !== 'none').length"""
    page = window(width=695)
    for language in ("en", "zh-hans"):
        printed(page, f"/?lang={language}")
        assert page.locator(".why").count() > 3
        assert page.evaluate(cut) == 0, language


def test_the_frame_of_a_past_day_covers_nothing_on_paper(public_read, register, window):
    page = printed(window(), "/?as_of=2023-05-01&lang=en")
    assert page.evaluate("getComputedStyle(document.body, '::before').display") == "none"
    assert page.locator(".note.past").is_visible()


def test_a_past_day_is_said_on_paper(public_read, register, window):
    page = printed(window(), "/?as_of=2023-05-01&lang=en")
    assert "Data as at 2023-05-01" in page.locator(".paper").inner_text()


def test_each_sheet_has_its_number_and_how_many_there_are(public_read, register, window):
    page = printed(window(), "/")
    assert "counter(page)" in page.evaluate(_MARGINS)
    assert "counter(pages)" in page.evaluate(_MARGINS)


@pytest.mark.parametrize("path", READ)
def test_what_is_read_has_no_control_on_paper_and_splits_nowhere(public_read, register, window, path):
    assert wrong(window(), path) == [[] for _ in LOOKS]


@pytest.mark.parametrize("path", WORKED)
def test_what_is_worked_on_has_no_control_on_paper_and_splits_nowhere(province, window, signed_in, path):
    page = window()
    signed_in(page, "province")
    assert wrong(page, path) == [[] for _ in LOOKS]


def test_an_amount_that_was_typed_is_on_paper(changsha_writer, window, signed_in):
    page = window()
    signed_in(page, "changsha")
    page.goto("/rounds/2023-07/")
    field = page.locator("[data-sheet] input[type=text], [data-sheet] input[inputmode=decimal]").first
    field.fill("0.52")
    page.emulate_media(media="print")
    assert field.is_visible()
    assert field.input_value() == "0.52"
