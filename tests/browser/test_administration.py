"""The administration in Chromium: nothing cut at 1366 px, usable at 390 px, no violation of the content security policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from projects.models import Project
from tests.projects.admin.forms import change_url, project, url

from .axe import broken, broken_in_the_dark

pytestmark = pytest.mark.browser
SIZES = [1366, 390]
LANGUAGES = ["zh-hans", "en"]

CUT = """() => [...document.querySelectorAll('#result_list td, #result_list th')].filter(
    (cell) => cell.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5
        || cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent.trim())"""
NARROW_NAMES = """() => [...document.querySelectorAll('.field-name_column a')].filter(
    (link) => link.textContent.trim().length > 4 && link.parentElement.clientWidth < 120).map((link) => link.textContent)"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def open_page(window, live_register, province, signed_in):
    """`open_page(width, language)` is a page of the province, signed in; it ends with a look at what went wrong."""
    troubles = []

    def opened(width, language, **options):
        page = window(width=width, **options)
        if not options.get("bypass_csp"):
            page.on("console", lambda line: troubles.append(line.text) if line.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: troubles.append(str(error)))
        signed_in(page, "province", language)
        return page

    yield opened
    assert troubles == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_1366_no_column_of_the_list_is_cut_and_no_name_is_squeezed(language, open_page):
    page = open_page(1366, language)
    page.goto(url(Project))
    expect(page.locator("#result_list tbody tr")).to_have_count(42)
    assert page.evaluate(CUT) == []
    assert page.evaluate(NARROW_NAMES) == []
    assert page.evaluate(OVERFLOW) == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_390_pages_do_not_scroll_sideways_and_the_table_does_with_its_name(language, open_page):
    page = open_page(390, language)
    for address in (url(Project), change_url(project("02")), url(Project, "history", project("02").pk), "/admin/"):
        page.goto(address)
        assert page.evaluate(OVERFLOW) == 0, address
    page.goto(url(Project))
    page.locator(".results").first.evaluate("table => table.scrollLeft = 400")
    name = page.locator(".field-name_column").first.bounding_box()
    assert 0 <= name["x"] < 60


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_forms_fit_and_break_no_rule(width, language, open_page):
    page = open_page(width, language)
    for address in (change_url(project("02")), url(Project, "add")):
        page.goto(address)
        assert page.evaluate(OVERFLOW) == 0
        outside = "elements => elements.filter(e => e.getBoundingClientRect().right > innerWidth).length"
        assert page.locator("input:visible, select:visible, textarea:visible").evaluate_all(outside) == 0


def test_the_whole_cny_follows_what_is_typed(open_page):
    page = open_page(1366, "en")
    page.goto(change_url(project("18")))
    typed, shown = page.locator("#id_total_investment"), page.locator("[for=id_total_investment][data-cny]")
    for text, cny in (
        ("1.5", "= 1,500,000,000 CNY"),
        ("１２.000000001", "= 12,000,000,001 CNY"),
        ("0", "= 0 CNY"),
        ("", ""),
        ("1.1234567891", "≠ CNY"),
        ("1000000", "≠ CNY"),
        ("999,999.999999999", "= 999,999,999,999,999 CNY"),
    ):
        typed.fill(text)
        expect(shown).to_have_text(cny)
    page.goto(change_url(project("18")) + "?lang=zh-hans")
    for text, cny in (("1.5", "= 150,000,000 元"), ("12.00000001", "= 1,200,000,001 元"), ("1.123456789", "≠ 元")):
        typed.fill(text)
        expect(shown).to_have_text(cny)


def test_chain_links_follow_the_sector(open_page):
    page = open_page(1366, "en")
    page.goto(url(Project, "add"))
    page.select_option("#id_sector", label="Smart terminals")
    offered = page.locator("#id_chain_link option:not([hidden])").all_inner_texts()
    assert len(offered) > 1
    assert all(text.startswith(("Smart terminals", "---")) for text in offered)


def test_a_picker_opens_finds_and_chooses(open_page):
    page = open_page(1366, "zh-hans")
    page.goto(change_url(project("18")))
    page.click(".field-enterprise .select2-selection")
    page.fill(".select2-search__field", project("08").enterprise.name_zh[:4])
    page.click(f".select2-results__option >> text={project('08').enterprise.name_zh}")
    page.click("[name=_continue]")
    expect(page.locator(".messagelist")).to_be_visible()
    assert project("18").enterprise == project("08").enterprise


@pytest.mark.parametrize(("language", "dark"), [("zh-hans", True), ("en", False)])
def test_axe_finds_nothing_on_list_form_history_and_index(language, dark, open_page):
    # axe styles what it measures, which the policy forbids; every other test here holds the policy
    page = open_page(1366, language, color_scheme="light", bypass_csp=True)
    record = project("02")
    for address in (
        "/admin/",
        url(Project),
        change_url(record),
        url(Project, "history", record.pk),
        url(Project, "delete", record.pk),
    ):
        page.goto(address)
        assert broken(page, tags=(), colours=language == "zh-hans") == [], address
        assert not dark or broken_in_the_dark(page) == [], address


def test_the_form_of_a_project_has_what_belongs_together_in_one_row(open_page):
    """Beside a figure what it is based on, the whole below three and a half screens; on a phone in the same order."""
    page = open_page(1366, "zh-hans")
    page.goto(change_url(project("27")))
    for figure in Project.attributed:
        tops = [page.locator(f"#id_{figure}{part}").bounding_box()["y"] for part in ("", "_source", "_reported_by")]
        assert max(tops) - min(tops) < 8, figure
    assert page.evaluate("document.documentElement.scrollHeight") < 3.5 * 768
    page.set_viewport_size({"width": 390, "height": 844})
    names = ("name_zh", "code", "sector", "prefecture", "transferred", "total_investment", "start", "finish", "note_zh")
    found = [page.locator(f"#id_{name}, .field-{name} .readonly").first.bounding_box()["y"] for name in names]
    assert found == sorted(found)
    assert page.evaluate(OVERFLOW) == 0
