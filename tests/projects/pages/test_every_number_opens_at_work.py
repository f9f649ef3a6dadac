"""The same of the pages of work, the tasks and imports with them, and as whoever does it: every number leads on."""

from __future__ import annotations

from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest

from tests.markup import world
from tests.markup.addresses import filled
from tests.markup.walking import routes_by_reader
from tests.numbers import Number, _Numbers, read

from .test_every_number_opens import Kind, asked, exception, is_made_of, is_said, of_each_kind

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]


@pytest.fixture
def people(register: None, province: Any, administrator: Any, changsha_writer: Any, changsha_reader: Any) -> list[Any]:
    world.add(province, changsha_writer, administrator)
    return [province, changsha_writer]


def test_every_number_at_work_opens_to_what_says_it(people, client_of):
    closed: dict[str, Any] = {}
    wrong: dict[str, Any] = {}
    met = set()
    for user, routes in zip(people, routes_by_reader(len(people)), strict=True):
        browser = client_of(user, headers={"accept-language": "en"})
        opened: dict[str, _Numbers | None] = {}
        followed: dict[str, set[Kind]] = {}  # by the page that links there: those of a template are followed once
        for pattern, path in [(each.pattern, path) for each in routes for path in _of_the_site(each, user)]:
            page = _page(browser, opened, asked(path))
            if page is None:
                continue
            met |= {exception(each) for each in page.numbers if not each.href}
            unopened = [
                (each.text, each.cell.attributes) for each in page.numbers if not each.href and not exception(each)
            ]
            if unopened:
                closed[f"{user} {path}"] = unopened
            unsaid = list(_unsaid(browser, opened, asked(path), page, followed.setdefault(pattern, set())))
            if unsaid:
                wrong[f"{user} {path}"] = unsaid
    assert (closed, wrong) == ({}, {})


def _of_the_site(route: Any, user: Any) -> list[str]:
    """But for a comparison with a day on which this register held nothing; it is looked at with one on which it did."""
    of_others = route.pattern.startswith("admin/")
    return [] if of_others else [path for path in filled(route, user) if path != "/compare/"]


def _page(browser: Any, opened: dict[str, _Numbers | None], address: str) -> _Numbers | None:
    """None for what is no page, or not this reader's."""
    if address not in opened:
        answer = browser.get(address)
        is_page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
        opened[address] = read(answer.content) if is_page else None
    return opened[address]


def _unsaid(browser: Any, opened: dict[str, _Numbers | None], path: str, page: _Numbers, followed: set[Kind]) -> Any:
    """Links of numbers that lead nowhere, or to a page that does not say them."""
    led = [each for each in page.numbers if each.href and not each.href.startswith("http") and not is_made_of(each)]
    by_target: dict[str, list[tuple[Number, str]]] = {}
    for number in led:
        address, fragment = urldefrag(urljoin(path, number.href))
        by_target.setdefault(address, []).append((number, fragment))
    for address in of_each_kind(list(by_target), followed):
        target = _page(browser, opened, address)
        yield from (
            (number.text, number.href)
            for number, fragment in by_target[address]
            if target is None or not is_said(target, fragment, number.text)
        )
