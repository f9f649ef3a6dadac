"""Statements of a scope: SQL made once for all questions that differ in the values of their filters alone."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any

from projects.database.open_values import UNSAID, Built, built, with_open_values
from projects.database.prepared_statements import Prepared

from .filter_types import OpenFilter, opened
from .scope import Scope


def statement_of(
    scope: Scope, name: Hashable, build: Callable[..., Built], *others: Any, as_bytes: bool = False
) -> Prepared:
    """The statement `name` of a question with its values. `build` makes it, a queryset or SQL with parameters, of a scope
    and of as many values more as `others` are.

    The scope that it is given is the question with stand-ins for values of filters: it may be asked for its projects, span
    and access, and for nothing that is written in words. Whatever else the statement follows from belongs into `name`.
    """
    filters = _open_filters(scope)
    if filters is None:
        return built(lambda: build(scope, *others), as_bytes=as_bytes)
    kind = (name, scope.span, scope.on_list, scope.access, scope.as_of is None)
    values = [value for each in filters.values() for value in each.values]

    def of_stand_ins(stand_ins: list[Any]) -> Built:
        return build(_with(scope, filters, stand_ins), *stand_ins[len(values) :])

    kinds = tuple((filter_name, each.kind) for filter_name, each in filters.items())
    return with_open_values((*kind, kinds), [*values, *others], of_stand_ins, as_bytes=as_bytes)


def _open_filters(scope: Scope) -> dict[str, OpenFilter] | None:
    """The filters with what of them stays open; None if a statement would be of this question alone."""
    if scope.within is not None or scope.values is None:
        return None
    filters = {name: opened(scope.filterset.filters[name], value) for name, value in scope.values.items()}
    return None if None in filters.values() else filters  # type: ignore[return-value]


def _with(scope: Scope, filters: dict[str, OpenFilter], stand_ins: Sequence[Any]) -> Scope:
    """The scope with stand-ins for what is open. Of that nothing can be read in words: SQL that says it is refused."""
    pairs = tuple((name, value if not filters[name].values else UNSAID) for name, value in scope.filters)
    question, given = replace(scope, filters=pairs), iter(stand_ins)
    question.__dict__["values"] = {
        name: each.value([next(given) for _value in each.values]) for name, each in filters.items()
    }
    return question
