"""What is kept to answer a question again holds the question alone: no request, form or record that was found for it. It is
no larger than it is counted as.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import pytest
from django.db.models import Field, QuerySet
from django.db.models.options import Options
from django.forms import BaseForm
from django.http import HttpRequest
from django_filters import FilterSet

from portfolio.response_cache.response import CachedResponse
from projects.models import MonthlyReport, Project, Target
from projects.totals.scope import Scope

from .asking import LIST, TOTALS, Site, signed_in
from .test_revalidation import write

pytestmark = pytest.mark.django_db(transaction=True)

Ask = Callable[[str], Any]
FOUND = (BaseForm, FilterSet, QuerySet, Project, MonthlyReport, Target)
FOUND_OUT = {name for name, value in vars(Scope).items() if isinstance(value, cached_property)} - {
    "months"  # by which it is seen whether the answer is still of the same month
}


SHARED = (type, ModuleType, BuiltinFunctionType, Options, Field)


def held_by(thing: Any) -> Iterator[Any]:
    """All that is reached from a thing, without what everybody shares: modules, classes, models, the names of a module."""
    seen: set[int] = set()
    next_ones = [thing]
    while next_ones:
        each = next_ones.pop()
        if id(each) in seen or issubclass(type(each), SHARED):
            continue
        seen.add(id(each))
        yield each
        is_function = issubclass(type(each), FunctionType)
        next_ones += [*(each.__closure__ or ()), *(each.__defaults__ or ())] if is_function else gc.get_referents(each)


@pytest.fixture
def readers(site: Site, token: str, province: Any, settings: Any) -> list[Ask]:
    """Ask the site by a token, in a session and as nobody: a session's user comes with the request around it."""
    settings.PUBLIC_READ = True
    return [partial(site.ask, token=token), signed_in(site, province.username).get, site.ask]


@pytest.fixture
def stored(site: Site, monkeypatch: Any) -> list[CachedResponse]:
    """What was stored, one after the other."""
    found: list[CachedResponse] = []
    put = site.cache.store.put

    def noting(key: bytes, cached: CachedResponse) -> None:
        found.append(cached)
        put(key, cached)

    monkeypatch.setattr(site.cache.store, "put", noting)
    return found


@pytest.mark.parametrize("path", [LIST, TOTALS, f"{LIST}&sector=new-display&search=长沙", f"{TOTALS}&basis=published"])
def test_a_question_that_is_kept_holds_nothing_that_was_found(
    path: str, readers: list[Ask], stored: list[CachedResponse]
) -> None:
    _all_ask(readers, path)
    write(expected_revenue=7)
    _all_ask(readers, path)  # and after it was answered again
    assert len(stored) == 2 * len(readers)
    for cached in stored:
        held = list(held_by(cached.revalidate))
        scopes = [each for each in held if isinstance(each, Scope)]
        assert scopes
        assert not [each for each in held if isinstance(each, FOUND)]
        assert not [each for each in held if issubclass(type(each), HttpRequest)]
        assert not [name for scope in scopes for name in vars(scope) if name in FOUND_OUT]


@pytest.mark.parametrize("path", [LIST, TOTALS])
def test_an_answer_is_counted_as_no_less_than_it_holds(
    path: str, readers: list[Ask], stored: list[CachedResponse]
) -> None:
    for least in (1_000_001, 1_000_002, 1_000_003):
        _all_ask(readers, f"{path}&total_investment_min={least}")
    for second, third in zip(stored[len(readers) :], stored[2 * len(readers) :], strict=False):
        shared = {id(each) for each in held_by(second)}  # by all answers, as names of parameters are
        own = sum(sys.getsizeof(each) for each in held_by(third) if id(each) not in shared)
        assert third.size / 2 < own < third.size


def test_what_answers_questions_that_are_alike_holds_no_request_and_no_more_than_is_counted(
    site: Site, readers: list[Ask]
) -> None:
    _all_ask(readers, f"{LIST}&sector=new-display")
    kinds = [each for each in site.cache.store.near._responses.values() if each.alike]
    assert len(kinds) == len(readers)
    for number, kind in enumerate(kinds):
        shared = {id(each) for each in held_by(kinds[number - 1].alike)}  # what leads to models leads everywhere
        own = [each for each in held_by(kind.alike) if id(each) not in shared]
        assert not [each for each in own if issubclass(type(each), HttpRequest)]
        assert sum(sys.getsizeof(each) for each in own) < kind.size


@pytest.mark.parametrize("path", [LIST, TOTALS])
def test_what_an_answer_held_is_freed_as_soon_as_it_is_dropped(path: str, site: Site, readers: list[Ask]) -> None:
    """Nothing of it is in a circle: what is old is searched for these so rarely that thousands of answers would lie."""
    _all_ask(readers, path)
    write(expected_revenue=7)
    _all_ask(readers, path)
    gc.collect()
    gc.disable()
    try:
        kinds = len(readers) if path == LIST else 0  # what is asked alike is answered by what is kept of a list
        assert len(site.cache.store.near) == len(readers) + kinds
        site.cache.store.near._responses.clear()
        assert gc.collect() == 0
    finally:
        gc.enable()


def _all_ask(readers: list[Ask], path: str) -> None:
    for ask in readers:
        assert ask(path).status_code == 200
