"""What is seen without scrolling: of the overview how far, against which plan, what is behind, due, not proven; of a figure
what it is and the first of its records.
"""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# by width: the height of the screen, and what stands on it
SCREENS = {
    1366: (768, ("h1", ".brief dd", ".plans li", "#behind", ".answer tbody tr", ".limits li")),
    390: (844, ("h1", ".brief dd")),
}
# days whose hyphens the line breaks at, in what stands above the first bar
_CUT_DAYS = """() => {
  const found = [], texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) for (const { 0: day, index } of texts.currentNode.data.matchAll(/\\d{4}.\\d{2}.\\d{2}/g)) {
    const range = document.createRange();
    range.setStart(texts.currentNode, index);
    range.setEnd(texts.currentNode, index + day.length);
    if (new Set([...range.getClientRects()].map(each => Math.round(each.top))).size > 1) found.push(day);
  }
  return found;
}"""
_LOWEST = """name => [...document.querySelectorAll(name)].filter(each => each.checkVisibility())
    .map(each => Math.round(each.getBoundingClientRect().bottom))"""


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("who", ["", "changsha"])
@pytest.mark.parametrize("width", SCREENS)
def test_it_answers_without_scrolling(public_read, changsha_writer, window, signed_in, width, who, language):
    height, parts = SCREENS[width]
    page = window(width=width)
    page.set_viewport_size({"width": width, "height": height})
    if who:
        signed_in(page, who, language)
    page.goto(f"/?lang={language}")
    for part in parts:
        ends = page.evaluate(_LOWEST, part)
        assert ends, part
        assert max(ends) <= height, (part, ends)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("who", ["", "changsha", "province"])
def test_on_a_phone_too_the_first_bar_is_seen_without_scrolling(
    public_read, changsha_writer, province, window, signed_in, who, language
):
    page = window(width=390)
    page.set_viewport_size({"width": 390, "height": SCREENS[390][0]})
    if who:
        signed_in(page, who, language)
    page.goto(f"/?lang={language}")
    assert page.evaluate(_LOWEST, ".plans svg")[0] <= SCREENS[390][0]
    cut = page.evaluate(_CUT_DAYS)
    assert cut == []


def test_on_a_phone_the_furthest_behind_are_named_and_lead_to_their_projects(public_read, register, window):
    page = window(width=390)
    page.goto("/?lang=en")
    text = page.locator(".brief").inner_text()
    for said in ("−1.156", "−0.587", "−0.564", "all 30: −7.760 billion CNY", "due 2023-08-10", "That July was slow"):
        assert said in text, said
    page.locator(".brief a").first.click()
    assert "/projects/HN-EI-2023-40/" in page.url


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_attention_list_begins_on_the_first_screen(public_read, register, window, language):
    page = window()
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"/attention/?lang={language}")
    assert max(page.evaluate(_LOWEST, "table.watched tbody tr:nth-child(2)")) <= 768
    page.get_by_role("main").locator("a[href='#rule']").click()
    assert page.locator("#rule").is_visible()


_DRAWN = """name => document.querySelector(name).checkVisibility({contentVisibilityAuto: true})"""


@pytest.mark.parametrize("width", SCREENS)
def test_what_it_does_not_show_is_drawn_after_it(public_read, register, window, width):
    page = window(width=width)
    page.set_viewport_size({"width": width, "height": 600})  # browsers draw what is near, too
    page.goto("/")
    page.wait_for_function(_DRAWN, arg="#prefectures")  # nobody scrolls
    assert page.evaluate("() => scrollY") == 0
    page.route("**/*.js", lambda route: route.abort())
    page.goto("/")
    assert page.evaluate(_DRAWN, ".answer")
    assert not page.evaluate(_DRAWN, "#prefectures")
    page.emulate_media(media="print")
    page.wait_for_function(_DRAWN, arg="#prefectures")
    page.emulate_media(media="screen")
    page.locator("#prefectures").scroll_into_view_if_needed()
    page.wait_for_function(_DRAWN, arg="#prefectures")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", SCREENS)
def test_a_part_that_the_address_names_stays_where_one_is_led(public_read, register, window, width, language):
    page = window(width=width)
    page.goto(f"/?lang={language}#prefectures")
    page.wait_for_function("() => document.documentElement.classList.contains('drawn')")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    top, is_at_the_end = page.evaluate(
        "() => [document.getElementById('prefectures').getBoundingClientRect().top,"
        " scrollY + innerHeight >= document.documentElement.scrollHeight - 1]"
    )
    assert 0 <= top <= 100 or (is_at_the_end and top >= 0)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", SCREENS)
@pytest.mark.parametrize("who", ["", "changsha"])
def test_a_figure_shows_its_value_what_it_is_and_its_records(
    public_read, changsha_writer, window, signed_in, width, who, language
):
    page = window(width=width)
    page.set_viewport_size({"width": width, "height": SCREENS[width][0]})
    if who:
        signed_in(page, who, language)
    for name in ("disbursed_of_plan", "started_count"):  # they have the most to say
        page.goto(f"/figures/{name}/?lang={language}")
        assert page.locator("main h2").first.get_attribute("id") == "records", name
        parts = ["h1", "main .fig", "#definition", "#records"]
        parts += ["table.records tbody tr:first-child"] if page.locator("table.records").count() else []
        ends = [max(page.evaluate(_LOWEST, part)) for part in parts]
        assert ends == sorted(ends), name
        assert ends[-1] <= SCREENS[width][0], (name, ends)
