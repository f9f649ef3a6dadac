"""Every page and form that the URL configuration names, the administration's with them: nothing that axe knows to be wrong.

All rules of axe: those of WCAG 2.2 AA, and its good practice, such as headings in order and landmarks of one name each.
Each page of work is opened once, wide or narrow, and one page of each model of the administration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.markup import world
from tests.markup.addresses import Route, filled
from tests.markup.walking import routes_by_reader, routes_of_people
from tests.pages import PATHS

from .axe import broken, broken_in_the_dark, open_details
from .test_accessibility import scrolls_sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# who comes, in which language, how wide the window is, and whether the dark theme is looked at too
VISITS = [("province", "zh-hans", 1366, True), ("changsha", "en", 390, False)]
NARROW = (683, 320)  # half of 1366, as when everything is drawn twice as large; the narrowest of phones
_OF_MODELS = ("_changelist", "_add", "_change", "_history", "_delete")


@pytest.fixture
def people(
    live_register: None,
    public_read: None,
    province: Any,
    administrator: Any,
    changsha_writer: Any,
    analyst: Any,
    changsha_reader: Any,
) -> dict[str, Any]:
    """Among records of every kind."""
    world.fill(province, changsha_writer, administrator)
    return {"": None} | {user.username: user for user in (province, administrator, changsha_writer, analyst)}


def work_pages(user: Any, routes: Iterable[Route]) -> Iterator[str]:
    """Yield an address of each page of the site that other tests do not look at."""
    for route in routes:
        if not route.pattern.startswith("admin/"):
            addresses = filled(route, user)
            yield from (each for each in addresses[:1] if each not in PATHS)


def administration_pages(user: Any) -> Iterator[str]:
    """Yield an address of one page of each model, by turns its list, its forms and its history."""
    models: list[str] = []
    for route in routes_of_people():
        if not route.pattern.startswith("admin/"):
            continue
        kind = next((each for each in _OF_MODELS if route.name.endswith(each)), "")
        model = route.name.removesuffix(kind) if kind else ""
        if model and model not in models:
            models.append(model)
        if not kind or _OF_MODELS[models.index(model) % len(_OF_MODELS)] == kind:
            yield from filled(route, user)[:1]


def _kind(path: str) -> str:
    """What a page has in common with those of other models: of the administration its last word, else all of it."""
    *_before, last = path.strip("/").split("/")
    return f"/admin/…/{last}" if path.startswith("/admin/") and f"_{last}" in _OF_MODELS else path


def settled(page: Page) -> None:
    """The page is there, with the pickers that a script makes, and its buttons where they end up: a bar that stays in the
    window lies over a part of some row until one scrolls, which axe takes for a target that is too small.
    """
    page.wait_for_load_state("load")
    pickers = "select.admin-autocomplete:not([name*=__prefix__])"
    page.wait_for_function(
        "all => [...document.querySelectorAll(all)].every(each => each.nextElementSibling?.matches('.select2-container'))",
        arg=pickers,
    )
    page.evaluate(
        "() => document.querySelectorAll('.bar, .submit-row').forEach(each => (each.style.position = 'static'))"
    )


def look(page: Page, paths: Iterable[str], *, language: str, dark: bool) -> dict[str, Any]:
    """What is wrong, by page. One that is not there for whoever looks is a page too.

    Axe looks at colours in Chinese, and in the administration on one page of each kind.
    """
    found, wide, kinds = {}, page.viewport_size["width"], set()
    for path in paths:
        answer = page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        open_details(page)
        settled(page)
        kind = _kind(path)
        wrong = broken(page, tags=(), colours=language == "zh-hans" and kind not in kinds)
        kinds.add(kind)
        if dark:
            wrong += broken_in_the_dark(page)
        wrong += [("scrolls sideways", width) for width in NARROW if scrolls_sideways(page, width)]
        page.set_viewport_size({"width": wide, "height": 900})
        if wrong:
            found[path] = wrong
    return found


def opened(window: Callable[..., Page], signed_in: Any, who: str, language: str, width: int) -> Page:
    # axe styles what it measures, which the policy forbids; other tests hold the policy
    page = window(width=width, color_scheme="light", bypass_csp=True)
    if who:
        signed_in(page, who, language)
    return page


@pytest.mark.parametrize(("who", "language", "width", "dark"), VISITS)
def test_no_page_of_the_site_breaks_a_rule(people, window, signed_in, who, language, width, dark):
    page = opened(window, signed_in, who, language, width)
    routes = routes_by_reader(len(VISITS))[VISITS.index((who, language, width, dark))]
    assert look(page, work_pages(people[who], routes), language=language, dark=dark) == {}


def test_no_page_of_the_administration_breaks_a_rule(people, window, signed_in):
    page = opened(window, signed_in, "province", "zh-hans", 1366)
    assert look(page, administration_pages(people["province"]), language="zh-hans", dark=False) == {}


def test_a_form_with_errors_breaks_no_rule_and_leads_to_its_fields(people, window, signed_in):
    page = opened(window, signed_in, "province", "en", 1366)
    page.goto("/admin/projects/project/add/")
    page.click("[name=_save]")
    summary = page.locator("[data-error-summary]")
    summary.wait_for()
    settled(page)
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    assert summary.locator("a").count() >= 2
    assert broken(page, tags=()) == []
    for link in summary.locator("a").all():
        target = link.get_attribute("href")
        assert page.locator(f"[id='{target.removeprefix('#')}']").count() == 1, target
    summary.locator("a").first.click()
    assert page.evaluate("location.hash.slice(1)") == page.evaluate("document.activeElement.id")
