"""Differences between two states of knowledge, found, counted and put in order by the database.

One statement reads what each record adds to each figure then and now, and gives the sums of all together with one page of
those that differ: whatever the register holds, no more comes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from projects.choices import Difference, Measure
from projects.database.sql import Sql
from projects.pagination import both_ways
from projects.versioning.as_of import looking_back
from projects.versioning.composed_queries import fetched, in_this_state

from .contributions import BELOW, PART, contributions
from .figures import FIGURES
from .filter_types import ManyOf
from .filters import ProjectFilterSet
from .light_filter import LightFilter
from .scope import Scope
from .scope_statements import statement_of

CODE = "code"
SORTED_BY = {  # the dimensions that a record is sorted by, and the columns that say how
    "sector": "sector_id",
    "chain_link": "chain_link_id",
    "prefecture": "prefecture_id",
    "basis": "basis",
    "transferred": "transferred",
    "kind": "kind",
}
_SIDES = ("before", "after")
_CHANGES = {Difference.ADDED: "was = 0", Difference.REMOVED: "is_there = 0", Difference.CHANGED: "was = is_there"}


@dataclass(frozen=True)
class ThenAndNow:
    """A figure then and now, None where it is not known, or one record's part in it."""

    before: int | None
    after: int | None


@dataclass(frozen=True)
class Differing:
    """A record that differs, and its part in each figure of which that is another one."""

    code: str
    keys: ThenAndNow  # of the project, None where it was or is not there
    kind: Difference
    parts: Mapping[str, ThenAndNow]
    is_sorted_otherwise: bool = False


@dataclass(frozen=True)
class Differences:
    """What each figure came to and how many records have another part in it; how many differ, and what became of them.

    `rows` are some of these, in order; `sums` what the ratios among the figures are told from, then and now.
    """

    figures: Mapping[str, ThenAndNow]
    effects: Mapping[str, int]
    count: int
    kinds: Mapping[Difference, int]
    rows: tuple[Differing, ...]
    sums: tuple[Mapping[str, int], Mapping[str, int]] = ({}, {})


def orders(figures: Sequence[str]) -> tuple[str, ...]:
    """What records that differ can be ordered by: code, what became of them, whether they are sorted otherwise, effects."""
    return both_ways((CODE, "kind", "classes", *figures))


def differing_records(
    then: Scope, now: Scope, figures: Sequence[str], *, first: int, size: int, order: str
) -> Differences:
    """All that came, went, have another part in any of the figures or are sorted otherwise, in one of `orders`."""
    which = ["was <> is_there", _sorted_otherwise(), *map(_effect, figures)]
    columns = {"key": "id", "listed": "is_listed", **SORTED_BY}
    statement = _Statement(figures, columns, " OR ".join(which), with_ratios=True)
    return statement.found(then, now, order=_ordered(order), first=first, size=size)


EFFECT_ORDERS = ("", *both_ways((CODE, "before", "after", "difference")))  # usually the largest first, either way


def effects_on(then: Scope, now: Scope, figure: str, *, first: int, size: int, order: str) -> Differences:
    """All that have another part in one figure, in one of `EFFECT_ORDERS`."""
    statement = _Statement((figure,), {"key": "id"}, _effect(figure))
    return statement.found(then, now, order=_ordered_effects(order, figure), first=first, size=size)


def _ordered_effects(order: str, figure: str) -> str:
    """As SQL: who had or has no part last, and alike ones by their code."""
    name, way = order.removeprefix("-"), "DESC" if order.startswith("-") else "ASC"
    if name == CODE:
        return f"code {way}"
    if name in _SIDES:
        return f"CASE WHEN {name}_{figure} IS NULL THEN 1 ELSE 0 END, {name}_{figure} {way}, code"
    return f"{_amount(figure)} {way}, code" if name else f"ABS({_amount(figure)}) DESC, code"


def _ordered(order: str) -> str:
    """An order as SQL: what had no effect on a figure last, and alike ones by their code."""
    name, way = order.removeprefix("-"), "DESC" if order.startswith("-") else "ASC"
    if name == CODE:
        return f"code {way}"
    if name == "kind":
        turns = " ".join(f"WHEN {when} THEN {turn}" for turn, when in enumerate(_CHANGES.values()))
        return f"CASE {turns} END {way}, code"
    if name == "classes":
        return f"CASE WHEN {_sorted_otherwise()} THEN 1 ELSE 0 END {way}, code"
    return f"CASE WHEN {_effect(name)} THEN 0 ELSE 1 END, {_amount(name)} {way}, code"


def _amount(figure: str) -> str:
    return f"COALESCE(after_{figure}, 0) - COALESCE(before_{figure}, 0)"


def _sorted_otherwise() -> str:
    """Of what is among the projects of the question on both sides."""
    otherwise = " OR ".join(_differs(f"was_{name}", f"is_{name}") for name in SORTED_BY)
    return f"(was_listed = 1 AND is_listed = 1 AND ({otherwise}))"


def _effect(figure: str) -> str:
    return _differs(f"before_{figure}", f"after_{figure}")


def _differs(one: str, other: str) -> str:
    return f"({one} IS DISTINCT FROM {other})"


@dataclass(frozen=True)
class _Statement:
    """The statement about some figures and columns; `which` records differ."""

    figures: Sequence[str]
    columns: Mapping[str, str]
    which: str
    with_ratios: bool = False

    @cached_property
    def ratios(self) -> dict[str, str]:
        """The ratios among the figures, each with the figure that it is measured against."""
        named = {name: FIGURES[name].ratio for name in self.figures} if self.with_ratios else {}
        return {name: each.below.value for name, each in named.items() if each}

    @cached_property
    def added(self) -> dict[str, str]:
        """What is added up, and the column that says it: the figures, and what stands below of the ratios."""
        summed = dict.fromkeys((*self.figures, *self.ratios.values()))
        return {name: PART.format(name) for name in summed} | {
            f"{name}_below": BELOW.format(name) for name in self.ratios
        }

    def found(self, then: Scope, now: Scope, *, order: str, first: int, size: int) -> Differences:
        moved = f"CASE WHEN {_sorted_otherwise()} THEN 1 ELSE 0 END" if "listed" in self.columns else "0"
        statement = (
            f"WITH t AS MATERIALIZED ({{0}}), n AS MATERIALIZED ({{1}}), b AS MATERIALIZED ({self._both()}),"  # nosec B608 # our own names
            f" s AS (SELECT {self._sums()} FROM b),"
            f" p AS (SELECT b.*, {moved} AS moved FROM b WHERE {self.which}"
            f" ORDER BY {order} LIMIT {int(size)} OFFSET {int(first)})"
            f" SELECT * FROM s LEFT JOIN p ON 1 = 1 ORDER BY {order}"
        )
        return self._read(fetched(statement, *self._sides(then, now)))

    def _sides(self, then: Scope, now: Scope) -> tuple[Sql, Sql]:
        """The query of both states, made once where it is the same in both: to make it takes as long as to run it."""
        with looking_back(now.as_of):
            query = self._query(now)
            is_now = in_this_state(query)
        with looking_back(then.as_of):
            return in_this_state(query if _is_timeless(now) else self._query(then)), is_now

    def _query(self, scope: Scope) -> Sql:
        columns = ("code", *self.columns.values(), *self.added.values())
        parts = tuple(dict.fromkeys((*self.figures, *self.ratios.values())))

        def build(question: Scope) -> Sql:
            # what is plain to find nothing has to have its columns all the same
            return Sql.of(contributions(question, parts).values_list(*columns), elide_empty=False)

        made = statement_of(scope, ("contributions", tuple(self.figures), columns), build)
        return Sql(made.sql, made.parameters)

    def _both(self) -> str:
        """A row for each record that is in either state: what it was (`t`) beside what it is (`n`)."""
        pairs = [(f"was_{name}", f"is_{name}", column) for name, column in self.columns.items()]
        pairs += [(f"before_{name}", f"after_{name}", column) for name, column in self.added.items()]
        beside = ", ".join(f"t.{column} AS {one}, n.{column} AS {other}" for one, other, column in pairs)
        was = ", ".join(f"t.{column}, NULL" for _one, _other, column in pairs)
        return (
            f"SELECT n.code AS code, CASE WHEN t.code IS NULL THEN 0 ELSE 1 END AS was, 1 AS is_there, {beside}"  # nosec B608 # our own names
            f" FROM n LEFT JOIN t ON t.code = n.code UNION ALL SELECT t.code, 1, 0, {was} FROM t"
            " WHERE t.code NOT IN (SELECT code FROM n WHERE code IN (SELECT code FROM t))"  # then may have known few
        )

    def _sums(self) -> str:
        kinds = {kind.value: f"{when} AND ({self.which})" for kind, when in _CHANGES.items()}
        counts = {"all": self.which} | kinds | {f"effects_{name}": _effect(name) for name in self.figures}
        sums = [f"COUNT(*) FILTER (WHERE {when}) AS number_{name}" for name, when in counts.items()]
        known = {*self.ratios, *self.ratios.values()}
        for name, when in product(self.added, _SIDES):
            sums.append(f"SUM({when}_{name}) AS sum_{when}_{name}")
            sums += [f"COUNT({when}_{name}) AS known_{when}_{name}"] if name in known else []
        return ", ".join(sums)

    def _read(self, rows: list[dict[str, Any]]) -> Differences:
        whole = rows[0]
        figures = {name: _then_and_now(whole, f"sum_before_{name}", f"sum_after_{name}") for name in self.figures}
        if (counted := figures.get(Measure.PROJECT_COUNT)) is not None:  # which is known of no record, too
            figures[Measure.PROJECT_COUNT.value] = ThenAndNow(counted.before or 0, counted.after or 0)
        return Differences(
            figures=figures,
            effects={name: int(whole[f"number_effects_{name}"]) for name in self.figures},
            count=int(whole["number_all"]),
            kinds={kind: int(whole[f"number_{kind.value}"]) for kind in _CHANGES},
            rows=tuple(self._row(row) for row in rows if row["code"] is not None),
            sums=(self._summed(whole, "before"), self._summed(whole, "after")),
        )

    def _summed(self, whole: Mapping[str, Any], when: str) -> dict[str, int]:
        """By the names that `totals` knows sums by."""
        told = {name: whole[f"sum_{when}_{name}"] for name in self.added if self.ratios}
        told |= {f"{name}_known": whole[f"known_{when}_{name}"] for pair in self.ratios.items() for name in pair}
        return {name: int(value) for name, value in told.items() if value is not None}

    def _row(self, row: Mapping[str, Any]) -> Differing:
        kind = Difference.CHANGED
        if row["was"] != row["is_there"]:
            kind = Difference.REMOVED if row["was"] else Difference.ADDED
        parts = {name: _then_and_now(row, f"before_{name}", f"after_{name}") for name in self.figures}
        differing = {name: each for name, each in parts.items() if each.before != each.after}
        return Differing(row["code"], _then_and_now(row, "was_key", "is_key"), kind, differing, bool(row["moved"]))


def _is_timeless(scope: Scope) -> bool:
    """Whether its filters choose by columns alone: a code, as of a sector, is looked up in the state that is asked, and a
    light is told by its months and day.
    """
    of_a_state = (ManyOf, LightFilter)
    return not any(isinstance(ProjectFilterSet.base_filters[name], of_a_state) for name, _value in scope.filters)


def _then_and_now(row: Mapping[str, Any], before: str, after: str) -> ThenAndNow:
    was, is_now = row[before], row[after]  # a sum is no whole number to PostgreSQL
    return ThenAndNow(None if was is None else int(was), None if is_now is None else int(is_now))
