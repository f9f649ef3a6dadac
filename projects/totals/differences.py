"""Differences between two states of knowledge, found, counted and put in order by the database.

One statement reads what each record adds to each figure then and now, and gives the sums of all with one page of those that
differ. Where few were written in between, or few were known then (`few_changed`), it reads these alone: the sums follow from
those of now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef
from django.db.models.expressions import RawSQL

from projects.choices import Difference, Measure
from projects.database.sql import Sql
from projects.versioning.as_of import looking_back
from projects.versioning.composed_queries import fetched, in_this_state

from .contributions import contributions
from .difference_orders import (
    CAME_OR_WENT,
    CHANGES,
    SIDES,
    SORTED_BY,
    effect_on,
    ordered,
    ordered_effects,
    sorted_otherwise,
)
from .difference_statement import DifferenceStatement, Page
from .few_changed import OF_ENTRIES, OF_FEW, few_between, is_asked_alike, is_timeless, tables_of
from .figures import COUNTED
from .record_rows import Rows
from .results import FigureValue
from .scope import Scope
from .scope_statements import statement_of

NAMES = ("name_zh", "name_en")  # that those of a page have now, where now is the present
_NAMED = "".join(f", (SELECT c.{name} FROM projects_project c WHERE c.code = p.code) AS {name}" for name in NAMES)  # nosec B608 # our own names
_NONE = -1  # the key of no project


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
    which = [CAME_OR_WENT, sorted_otherwise(), *map(effect_on, figures)]
    columns = {"key": "id", "listed": "is_listed", **SORTED_BY}
    statement = DifferenceStatement(figures, columns, which, with_ratios=True)
    return _Asked(statement, then, now, whole).found(ordered(order), first=first, size=size)


def effects_on(
    then: Scope,
    now: Scope,
    figure: str,
    whole: Whole,
    *,
    first: int,
    size: int,
    order: str,
    largest: Sequence[int] = (),
) -> Differences:
    """All that have another part in one figure, in one of `EFFECT_ORDERS`. `largest` are keys of those that have most of it
    now, in their order, where they are known.
    """
    statement = DifferenceStatement((figure,), {"key": "id"}, [effect_on(figure)])
    asked = _Asked(statement, then, now, whole, () if order else largest)
    return asked.found(ordered_effects(order, figure), first=first, size=size)


class _Asked:
    """A statement about two states: asked in the way that is the least, and what its rows say."""

    def __init__(
        self, statement: DifferenceStatement, then: Scope, now: Scope, whole: Whole, largest: Sequence[int] = ()
    ) -> None:
        self.statement, self.then, self.now, self.whole, self.largest = statement, then, now, whole, largest

    def found(self, order: str, *, first: int, size: int) -> Differences:
        page = Page(order, first, size, named="" if self.now.as_of else _NAMED)
        is_alike = is_asked_alike(self.then, self.now)
        few = few_between(self.then, self.now, self._query(self.now).text if is_alike else None, more=page.last)
        if few.changed is not None:
            rows = self._fetched(page, tables_of(few.changed), of=OF_FEW)
            return self._read(rows, self._with_all_others(rows[0], self.whole()))
        if few.known is not None:
            came = self._came(page, few.known)
            among = f"{few.known} UNION VALUES {', '.join(['(%s)'] * page.last)}"
            heads = tables_of(among, past=OF_FEW if self.now.as_of else few.known)
            rows = self._fetched(page, heads, *came, *[_NONE] * (page.last - len(came)), of=OF_FEW)
            return self._read(rows, self._with_those_that_came(rows[0], self.whole()))
        rows = self._fetched(page)
        return self._read(rows, rows[0])

    def _fetched(self, page: Page, heads: str = "", *values: int, of: str = "") -> list[dict[str, Any]]:
        """Of both states; their query is made once where it is the same in both: to make it takes as long as to run it."""
        few = (OF_ENTRIES, OF_FEW) if of else ()
        with looking_back(self.now.as_of):
            query = self._query(self.now, of=of)
            is_now = in_this_state(query, few=few)
        with looking_back(self.then.as_of):
            was = in_this_state(query if is_timeless(self.now) else self._query(self.then, of=of), few=few)
        return fetched(self.statement.text(page), Sql(heads, values), was, is_now)

    def _came(self, page: Page, known: str) -> list[int]:
        """Those that were not known and may be on a page: of the largest, which have the largest effect, if these are
        enough.
        """
        if len(self.largest) >= page.last:
            among = f"SELECT id FROM ({{0}}) k WHERE id IN ({', '.join(map(str, self.largest))})"  # nosec B608 # keys
            were = {row["id"] for row in fetched(among, Sql(known))}
            if len(came := [key for key in self.largest if key not in were]) >= page.last:
                return came[: page.last]
        with looking_back(self.now.as_of):
            every = in_this_state(self._query(self.now, columns=self.statement.found_by(page)))
        return [row["id"] for row in fetched(self.statement.text_of_came(page), every, Sql(known))]

    def _query(self, scope: Scope, *, of: str = "", columns: Sequence[str] = ()) -> Sql:
        """Records with these columns, or all that is told of one; `of` is a select of keys where it is about these alone."""
        statement, columns = self.statement, tuple(columns) or self.statement.told
        parts = tuple(dict.fromkeys((*statement.figures, *statement.ratios.values())))

        def build(question: Scope) -> Sql:
            rows = contributions(question, parts)
            if of:
                rows = rows.filter(pk__in=RawSQL(of, ()))  # noqa: S611  # nosec B611 # our own names
            # what is plain to find nothing has to have its columns all the same
            return Sql.of(rows.values_list(*columns), elide_empty=False)

        made = statement_of(scope, ("contributions", tuple(statement.figures), columns, of), build)
        return Sql(made.sql, made.parameters)

    def _with_all_others(self, few: Mapping[str, Any], whole: Mapping[str, FigureValue]) -> dict[str, Any]:
        """Sums of few records, made those of all: the others add the same to both sides."""
        sums = dict(few)
        for name in self.statement.added:
            value, known = self._now(name, whole)
            for column, after in ((f"sum_{{}}_{name}", value), (f"known_{{}}_{name}", known)):
                was, is_now = (int(few[column.format(when)] or 0) for when in SIDES)
                before = after - is_now + was
                sums |= {column.format("before"): before, column.format("after"): after}
            for when in SIDES:
                if not sums[f"known_{when}_{name}"]:
                    sums[f"sum_{when}_{name}"] = None
        return sums

    def _with_those_that_came(self, few: Mapping[str, Any], whole: Mapping[str, FigureValue]) -> dict[str, Any]:
        """The same, where all others were not there: whatever they are known to add is an effect."""
        sums, more = dict(few), 0
        for name in self.statement.added:
            value, known = self._now(name, whole)
            if name in self.statement.figures:
                more = known - sums[f"known_after_{name}"]
                sums[f"number_effects_{name}"] += more
            sums |= {f"sum_after_{name}": value if known else None, f"known_after_{name}": known}
        if self.statement.has_all_that_came:
            more = whole[Measure.PROJECT_COUNT].known + self._left - few["number_there"]
        for kind in ("all", Difference.ADDED.value):
            sums[f"number_{kind}"] += more
        return sums

    def _now(self, name: str, whole: Mapping[str, FigureValue]) -> tuple[int, int]:
        """What is added up comes to now, and of how many records it is known: whether one is counted is of all there are."""
        of = whole[self.statement.of_ratio(name)]
        left = self._left if name == Measure.PROJECT_COUNT else 0
        return (of.value if name == of.name else of.below) or 0, of.known + left

    @cached_property
    def _left(self) -> int:
        """How many are told of now that are off the list, by their reports. One query."""
        scope, figures = self.now, self.statement.figures
        if scope.span.list_month is None or not scope.is_of_the_list or COUNTED.issuperset(figures):
            return 0
        with looking_back(scope.as_of):
            found = statement_of(scope, "left", _left).rows()
        return int(found[0][0]) if found else 0

    def _read(self, rows: list[dict[str, Any]], whole: Mapping[str, Any]) -> Differences:
        figures = {
            name: _then_and_now(whole, f"sum_before_{name}", f"sum_after_{name}") for name in self.statement.figures
        }
        if (counted := figures.get(Measure.PROJECT_COUNT)) is not None:  # which is known of no record, too
            figures[Measure.PROJECT_COUNT.value] = ThenAndNow(counted.before or 0, counted.after or 0)
        return Differences(
            figures=figures,
            effects={name: int(whole[f"number_effects_{name}"]) for name in self.statement.figures},
            count=int(whole["number_all"]),
            kinds={kind: int(whole[f"number_{kind.value}"]) for kind in CHANGES},
            rows=tuple(self._row(row) for row in rows if row["code"] is not None),
            sums=(self._summed(whole, "before"), self._summed(whole, "after")),
        )

    def _summed(self, whole: Mapping[str, Any], when: str) -> dict[str, int]:
        """By the names that `totals` knows sums by."""
        told = {name: whole[f"sum_{when}_{name}"] for name in self.statement.added if self.statement.ratios}
        told |= {
            f"{name}_known": whole[f"known_{when}_{name}"] for pair in self.statement.ratios.items() for name in pair
        }
        return {name: int(value) for name, value in told.items() if value is not None}

    def _row(self, row: Mapping[str, Any]) -> Differing:
        kind = Difference.CHANGED
        if row["was"] != row["is_there"]:
            kind = Difference.REMOVED if row["was"] else Difference.ADDED
        differing = {
            name: _then_and_now(row, before, after)
            for name, before, after in self.statement.of_figures
            if row[before] != row[after]
        }
        names = {name: row[name] for name in NAMES if name in row}
        return Differing(
            row["code"], _then_and_now(row, "was_key", "is_key"), kind, differing, bool(row["moved"]), names
        )


def _left(scope: Scope) -> Sql:
    reported = Exists(scope.span.reports().filter(entry=OuterRef("entry__pk")).order_by())
    return Sql.of(Rows.off_list(scope).projects.filter(reported).order_by().values("pk")).summed("COUNT(*)")


def _then_and_now(row: Mapping[str, Any], before: str, after: str) -> ThenAndNow:
    was, is_now = row[before], row[after]  # a sum is no whole number to PostgreSQL
    return ThenAndNow(None if was is None else int(was), None if is_now is None else int(is_now))
