"""What is kept to answer a question again holds the question alone: no request, form or record that was found for it. It is
no larger than it is counted as.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from functools import cached_property
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import pytest
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest
from django_filters import FilterSet

from projects.models import MonthlyReport, Project, Target
from projects.totals.scope import Scope

from .asking import LIST, TOTALS, Site
from .test_revalidation import write

pytestmark = pytest.mark.django_db(transaction=True)

FOUND = (BaseForm, FilterSet, QuerySet, Project, MonthlyReport, Target)
FOUND_OUT = {name for name, value in vars(Scope).items() if isinstance(value, cached_property)} - {
    "months"  # by which it is seen whether the answer is still of the same month
}


def held_by(thing: Any) -> Iterator[Any]:
    """All that is reached from a thing, without what everybody shares: modules, classes, the names of a module."""
    seen: set[int] = set()
    next_ones = [thing]
    while next_ones:
        each = next_ones.pop()
        if id(each) in seen or isinstance(each, (type, ModuleType, BuiltinFunctionType)):
            continue
        seen.add(id(each))
        yield each
        is_function = isinstance(each, FunctionType)
        next_ones += [*(each.__closure__ or ()), *(each.__defaults__ or ())] if is_function else gc.get_referents(each)


@pytest.mark.parametrize("path", [LIST, TOTALS, f"{LIST}&sector=new-display&search=长沙", f"{TOTALS}&basis=published"])
def test_a_question_that_is_kept_holds_nothing_that_was_found(
    path: str, site: Site, token: str, monkeypatch: Any
) -> None:
    left: list[Any] = []
    put = site.cache.store.put
    monkeypatch.setattr(site.cache.store, "put", lambda key, cached: left.append(cached.revalidate) or put(key, cached))
    assert site.ask(path, token).status_code == 200
    write(expected_revenue=7)
    assert site.ask(path, token).status_code == 200  # and after it was answered again
    assert len(left) == 2
    for revalidate in left:
        held = list(held_by(revalidate))
        scopes = [each for each in held if isinstance(each, Scope)]
        assert scopes
        assert not [each for each in held if isinstance(each, FOUND)]
        assert not [each for each in held if isinstance(each, HttpRequest) and hasattr(each, "session")]
        assert not [name for scope in scopes for name in vars(scope) if name in FOUND_OUT]


@pytest.mark.parametrize("path", [LIST, TOTALS])
def test_an_answer_is_counted_as_no_less_than_it_holds(path: str, site: Site, token: str, monkeypatch: Any) -> None:
    cached: list[Any] = []
    put = site.cache.store.put
    monkeypatch.setattr(site.cache.store, "put", lambda key, answer: cached.append(answer) or put(key, answer))
    for least in (1_000_001, 1_000_002, 1_000_003):
        assert site.ask(f"{path}&total_investment_min={least}", token).status_code == 200
    _first, second, third = cached
    shared = {id(each) for each in held_by(second)}  # by all answers, as names of parameters are
    own = sum(sys.getsizeof(each) for each in held_by(third) if id(each) not in shared)
    assert third.size / 2 < own < third.size
