"""Every number in a table or a card leads to what explains it, and there the same number stands."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import pytest
from django.urls import resolve

from tests.numbers import Number, _Numbers, read, says
from tests.pages import PATHS

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]  # what the numbers are is asked of both elsewhere
MORE = (
    "/?sector=energy-electronics",
    "/projects/?sector=energy-electronics&ordering=-disbursed",
    "/projects/HN-EI-2023-36/",
    "/projects/HN-EI-2023-02/",
    "/attention/?show=all",
    "/figures/disbursed/",
    "/figures/disbursed_of_plan/",
    "/figures/total_investment/",
    "/figures/total_investment/?basis=published&code=HN-EI-2023-04",
    "/compare/?since=r1",
)
# numbers that open to nothing: by what they are, why not
EXCEPTIONS = {
    "ordinal": "a rank is the place of its line among these lines",
    "own": "its line is the record itself: who says it, and where, stands in the line",
    "beside": "reckoned from the numbers beside it in its line, which open",
}
# the same of pages of work
AT_WORK = {
    "live": "it is added anew with every key that is typed beside it",
    "foreseen": "what a figure would be, or was to become: the figure itself opens, and so does what was written",
    "nothing": "nothing moves it",
    "selection": "of the lines that are selected above it, each of which opens",
    "foot": "of the lines above it, as they are typed",
}
# links that lead to what a number is made of, which does not say it again
MADE_OF = {
    "rate": "one number divided by another: it leads to the first, which says of how many",
    "exact": "amounts are more exact where they are typed than where they are read: it leads to the project",
    "sum": "of lines of a longer list: it leads to all of it in the order that these lines are taken from",
}

LOOKED_AT = (*PATHS, *MORE)
MOST_FOLLOWED = 8  # of the links of one page
Kind = tuple[str, frozenset[str]]


def exception(number: Number) -> str:
    """Which of EXCEPTIONS a number without a link is; empty for none."""
    if "c" in number.cell.classes:
        return "ordinal"
    named = [name for name in (*EXCEPTIONS, *AT_WORK) if name != "ordinal"]
    return next((name for name in named if number.is_in(f"data-{name}")), "")


class Site:
    """Pages in English by their addresses, each asked for once: all tests here read as the analyst, and none writes."""

    pages: ClassVar[dict[str, _Numbers]] = {}

    def __init__(self, client: Any) -> None:
        self.client = client

    def page(self, address: str) -> _Numbers:
        if address not in self.pages:
            answer = self.client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)
            self.pages[address] = read(answer.content)
        return self.pages[address]


def is_made_of(number: Number) -> bool:
    return any(number.is_in(f"data-{name}") for name in MADE_OF)


def asked(path: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang=en"


@pytest.mark.parametrize("path", LOOKED_AT)
def test_every_number_in_a_table_or_card_opens(path, analyst, client_of):
    page = Site(client_of(analyst, headers={"accept-language": "en"})).page(asked(path))
    closed = [each for each in page.numbers if not each.href and not exception(each)]
    assert [(each.text, each.cell.attributes) for each in closed] == []


@pytest.mark.parametrize("path", LOOKED_AT)
def test_what_it_opens_to_says_the_same_number(path, analyst, client_of):
    site = Site(client_of(analyst, headers={"accept-language": "en"}))
    by_target: dict[str, list[tuple[Number, str]]] = {}
    for number in site.page(asked(path)).numbers:
        if number.href and not number.href.startswith("http") and not is_made_of(number):
            address, fragment = urldefrag(urljoin(asked(path), number.href))
            by_target.setdefault(address, []).append((number, fragment))
    wrong = [
        (number.text, number.href)
        for address in of_each_kind(list(by_target), set())
        for number, fragment in by_target[address]
        if not is_said(site.page(address), fragment, number.text)
    ]
    assert wrong == []


def of_each_kind(addresses: list[str], followed: set[Kind]) -> list[str]:
    """Of the links of a kind one, and none of a kind that has been `followed`."""
    of_a_kind = {kind: address for address in addresses if (kind := _kind(address)) not in followed}
    found = list(of_a_kind.items())
    found = found[:: -(-len(found) // MOST_FOLLOWED) or 1]  # few, from all over the page
    followed.update(kind for kind, _address in found)
    return [address for _kind, address in found]


def _kind(address: str) -> Kind:
    """Links to one page by the same parameters differ in their values alone."""
    parts = urlsplit(address)
    return resolve(parts.path).route, frozenset(parse_qs(parts.query))


def is_said(page: _Numbers, fragment: str, number: str) -> bool:
    target = page.by_id.get(fragment) if fragment else page.whole
    return target is not None and says(target, number)


def test_a_page_of_numbers_has_them(analyst, client_of):
    """So that the tests above have something to look at."""
    site = Site(client_of(analyst, headers={"accept-language": "en"}))
    assert len([each for each in site.page("/projects/").numbers if each.href]) > 150
    assert len([each for each in site.page("/attention/?show=all").numbers if each.href]) > 150
    assert len([each for each in site.page("/figures/disbursed/").numbers if each.href]) > 200


def test_each_exception_is_still_needed(analyst, client_of):
    site = Site(client_of(analyst, headers={"accept-language": "en"}))
    met = {exception(each) for path in LOOKED_AT for each in site.page(path).numbers if not each.href}
    assert met - {""} == set(EXCEPTIONS)
