"""Differences between two states of knowledge, found, counted and put in order by the database.

One statement reads what each record adds to each figure then and now, and gives the sums of all with one page of those that
differ. Where few were written in between (`few_changed`) it reads these alone: the sums follow from those of now.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from django.db.models.expressions import RawSQL

from projects.choices import Difference, Measure
from projects.database.sql import Sql
from projects.versioning.as_of import looking_back
from projects.versioning.composed_queries import fetched, in_this_state

from .contributions import BELOW, PART, contributions
from .difference_orders import CHANGES, SIDES, SORTED_BY, effect_on, ordered, ordered_effects, sorted_otherwise
from .few_changed import ENTRIES, OF_FEW, few_changed, is_asked_alike, is_timeless
from .figures import FIGURES
from .results import FigureValue
from .scope import Scope
from .scope_statements import statement_of

_NAME = re.compile(r"\w+")
NAMES = ("name_zh", "name_en")  # that those of a page have now, where now is the present
_NAMED = "".join(f", (SELECT c.{name} FROM projects_project c WHERE c.code = p.code) AS {name}" for name in NAMES)  # nosec B608 # our own names


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
    is_sorted_otherwise: bool
    names: Mapping[str, str]  # NAMES; none where now is a past state


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


Whole = Callable[[], Mapping[str, FigureValue]]  # the figures of the question now, as `totals` answers it


def differing_records(
    then: Scope, now: Scope, figures: Sequence[str], whole: Whole, *, first: int, size: int, order: str
) -> Differences:
    """All that came, went, have another part in any of the figures or are sorted otherwise, in one of `orders`.

    `whole` is asked, for these and what is below the ratios among them, where few were written.
    """
    which = ["was <> is_there", sorted_otherwise(), *map(effect_on, figures)]
    columns = {"key": "id", "listed": "is_listed", **SORTED_BY}
    statement = _Statement(figures, columns, " OR ".join(which), "1 = 1", with_ratios=True)
    return statement.found(then, now, whole, order=ordered(order), first=first, size=size)


def effects_on(then: Scope, now: Scope, figure: str, whole: Whole, *, first: int, size: int, order: str) -> Differences:
    """All that have another part in one figure, in one of `EFFECT_ORDERS`."""
    statement = _Statement((figure,), {"key": "id"}, effect_on(figure), f"{PART.format(figure)} IS NOT NULL")
    return statement.found(then, now, whole, order=ordered_effects(order, figure), first=first, size=size)


@dataclass(frozen=True)
class _Statement:
    """The statement about some figures and columns; `which` records differ."""

    figures: Sequence[str]
    columns: Mapping[str, str]
    which: str
    which_came: str  # of those that were not there
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

    def found(self, then: Scope, now: Scope, whole: Whole, *, order: str, first: int, size: int) -> Differences:
        page, named = f"ORDER BY {order} LIMIT {int(size)} OFFSET {int(first)}", "" if now.as_of else _NAMED
        few = few_changed(then, now, self._query(now).text) if is_asked_alike(then, now) else None
        if few is None:
            rows = fetched(self._text(order, page, named), *self._sides(then, now))
            return self._read(rows, self._together(rows[0]))
        rows = fetched(self._text(order, page, named, heads=f"{few}, "), *self._sides_of_few(then, now))
        return self._read(rows, self._with_all_others(self._together(rows[0]), whole()))

    def _text(self, order: str, page: str, named: str, *, heads: str = "") -> str:
        """Of both states, `{0}` and `{1}`; the page `q` is found by what orders it. What came since may be nearly all there
        is, so that it is not put beside what was.
        """
        moved = f"CASE WHEN {sorted_otherwise()} THEN 1 ELSE 0 END" if "listed" in self.columns else "0"
        came = f"FROM n WHERE {self.which_came} AND code NOT IN (SELECT code FROM t)"  # nosec B608 # our own names
        by = [pair for pair in self._pairs if not {*_NAME.findall(order)}.isdisjoint(pair[:2])]
        of_b = "".join(f", {was}, {is_now}" for was, is_now, _column in by)
        of_n = "".join(f", NULL, {column}" for *_names, column in by)
        return (
            f"WITH {heads}t AS MATERIALIZED ({{0}}), n AS MATERIALIZED ({{1}}), b AS MATERIALIZED ({self._both()}),"  # nosec B608 # the same
            f" s AS (SELECT {self._sums()} FROM b), a AS (SELECT {self._sums_of_added()} {came}),"
            f" q AS MATERIALIZED (SELECT code, was FROM (SELECT code, was, is_there{of_b} FROM b WHERE {self.which}"
            f" UNION ALL SELECT code, 0, 1{of_n} {came}) d {page}),"
            f" p AS (SELECT * FROM b WHERE code IN (SELECT code FROM q WHERE was = 1) UNION ALL"
            f" SELECT code, 0, 1, {self._side('n')} FROM n WHERE code IN (SELECT code FROM q WHERE was = 0))"
            f" SELECT s.*, a.*, p.*, {moved} AS moved{named} FROM s CROSS JOIN a LEFT JOIN p ON 1 = 1 ORDER BY {order}"
        )

    def _sides_of_few(self, then: Scope, now: Scope) -> tuple[Sql, Sql]:
        entries = f"SELECT id FROM {ENTRIES}"  # nosec B608 # our own names
        with looking_back(now.as_of):
            query = self._query(now, of_few=True)
            is_now = in_this_state(query, entries=entries)
        with looking_back(then.as_of):
            return in_this_state(query, entries=entries), is_now

    def _with_all_others(self, few: Mapping[str, Any], whole: Mapping[str, FigureValue]) -> dict[str, Any]:
        """Sums of few records, made those of all: the others add the same to both sides."""
        sums = dict(few)
        for name in self.added:
            of = whole[self._of_ratio(name)]
            value, known = of.value if name == of.name else of.below, of.known
            for column, after in ((f"sum_{{}}_{name}", value or 0), (f"known_{{}}_{name}", known)):
                was, is_now = (int(few[column.format(when)] or 0) for when in SIDES)
                before = after - is_now + was
                sums |= {column.format("before"): before, column.format("after"): after}
            for when in SIDES:
                if not sums[f"known_{when}_{name}"]:
                    sums[f"sum_{when}_{name}"] = None
        return sums

    def _sides(self, then: Scope, now: Scope) -> tuple[Sql, Sql]:
        """The query of both states, made once where it is the same in both: to make it takes as long as to run it."""
        with looking_back(now.as_of):
            query = self._query(now)
            is_now = in_this_state(query)
        with looking_back(then.as_of):
            return in_this_state(query if is_timeless(now) else self._query(then)), is_now

    def _query(self, scope: Scope, *, of_few: bool = False) -> Sql:
        columns = ("code", *self.columns.values(), *self.added.values())
        parts = tuple(dict.fromkeys((*self.figures, *self.ratios.values())))

        def build(question: Scope) -> Sql:
            rows = contributions(question, parts)
            if of_few:
                rows = rows.filter(pk__in=RawSQL(OF_FEW, ()))  # noqa: S611  # nosec B611 # our own names
            # what is plain to find nothing has to have its columns all the same
            return Sql.of(rows.values_list(*columns), elide_empty=False)

        made = statement_of(scope, ("contributions", tuple(self.figures), columns, of_few), build)
        return Sql(made.sql, made.parameters)

    @cached_property
    def _pairs(self) -> list[tuple[str, str, str]]:
        """Each column by its names of then and now."""
        pairs = [(f"was_{name}", f"is_{name}", column) for name, column in self.columns.items()]
        return pairs + [(f"before_{name}", f"after_{name}", column) for name, column in self.added.items()]

    def _side(self, one: str) -> str:
        """The columns of a record that is in one state alone: what was (`t`), or what is (`n`)."""
        return ", ".join(f"t.{column}, NULL" if one == "t" else f"NULL, n.{column}" for *_names, column in self._pairs)

    def _both(self) -> str:
        """A row for each record that was there: what it was (`t`) beside what it is (`n`)."""
        beside = ", ".join(f"t.{column} AS {was}, n.{column} AS {is_now}" for was, is_now, column in self._pairs)
        return (
            f"SELECT n.code AS code, 1 AS was, 1 AS is_there, {beside} FROM n LEFT JOIN t ON t.code = n.code"  # nosec B608 # our own names
            f" WHERE COALESCE(t.code, '') <> ''"  # so that SQLite begins with what is
            f" UNION ALL SELECT t.code, 1, 0, {self._side('t')} FROM t"
            " WHERE t.code NOT IN (SELECT code FROM n WHERE code IN (SELECT code FROM t))"  # then may have known few
        )

    def _sums(self) -> str:
        """Of those that were there."""
        kinds = {kind.value: f"{when} AND ({self.which})" for kind, when in CHANGES.items()}
        counts = {"all": self.which} | kinds | {f"effects_{name}": effect_on(name) for name in self.figures}
        sums = [f"COUNT(*) FILTER (WHERE {when}) AS number_{name}" for name, when in counts.items()]
        for name, when in product(self.added, SIDES):
            known = f"FILTER (WHERE {when}_{self._of_ratio(name)} IS NOT NULL)"
            sums.append(f"SUM({when}_{name}) {known} AS sum_{when}_{name}")
            sums.append(f"COUNT({when}_{name}) {known} AS known_{when}_{name}")
        return ", ".join(sums)

    def _sums_of_added(self) -> str:
        """Of those that were not. Whatever they are known to add is an effect."""
        sums = ["COUNT(*) AS came"]
        for name, part in self.added.items():
            known = f"FILTER (WHERE {self.added[self._of_ratio(name)]} IS NOT NULL)"
            sums += [f"SUM({part}) {known} AS came_{name}", f"COUNT({part}) {known} AS came_known_{name}"]
        return ", ".join(sums)

    def _of_ratio(self, name: str) -> str:
        """Where what is added up is below a ratio, the ratio: it is of the records that have both."""
        ratio = name.removesuffix("_below")
        return ratio if ratio in self.ratios else name

    def _together(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Sums of those that were there and of those that came, in one."""
        sums = dict(row) | {"number_added": row["came"], "number_all": row["number_all"] + row["came"]}
        for name in self.added:
            known = row[f"came_known_{name}"]
            if known:
                sums[f"sum_after_{name}"] = int(row[f"sum_after_{name}"] or 0) + int(row[f"came_{name}"])
                sums[f"known_after_{name}"] = row[f"known_after_{name}"] + known
            if name in self.figures:
                sums[f"number_effects_{name}"] = row[f"number_effects_{name}"] + known
        return sums

    def _read(self, rows: list[dict[str, Any]], whole: Mapping[str, Any]) -> Differences:
        figures = {name: _then_and_now(whole, f"sum_before_{name}", f"sum_after_{name}") for name in self.figures}
        if (counted := figures.get(Measure.PROJECT_COUNT)) is not None:  # which is known of no record, too
            figures[Measure.PROJECT_COUNT.value] = ThenAndNow(counted.before or 0, counted.after or 0)
        return Differences(
            figures=figures,
            effects={name: int(whole[f"number_effects_{name}"]) for name in self.figures},
            count=int(whole["number_all"]),
            kinds={kind: int(whole[f"number_{kind.value}"]) for kind in CHANGES},
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
        names = {name: row[name] for name in NAMES if name in row}
        return Differing(
            row["code"], _then_and_now(row, "was_key", "is_key"), kind, differing, bool(row["moved"]), names
        )


def _then_and_now(row: Mapping[str, Any], before: str, after: str) -> ThenAndNow:
    was, is_now = row[before], row[after]  # a sum is no whole number to PostgreSQL
    return ThenAndNow(None if was is None else int(was), None if is_now is None else int(is_now))
