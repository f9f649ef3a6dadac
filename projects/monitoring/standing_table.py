"""Standings counted, ordered and cut into pages by the database: what `entry_status` says of one entry, of all of a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from django.db.models import QuerySet

from projects.choices import LIGHTS, Light
from projects.database.prepared_records import records
from projects.models import Problem, Programme, Rating, Round
from projects.pagination import both_ways
from projects.totals.scope import Scope

from .beside import BesideReports
from .entry_lights import EntryLights, judged_lists, months_judged, plan_rated, which_of
from .entry_status import Judged
from .entry_table import ALL_ROWS, CommonTable, rows_of_list
from .lights import last_month_due

_LIT = "(0, 1)"
_WORST_FIRST = "worst, unknown, gap, place"  # what is not rated comes last, and within a light what has no gap
# what a list can be ordered by beside that: parameter -> column of `standing`
_COLUMNS = {
    "code": "place",
    "light": "light",
    "plan": "amount",
    "disbursed": "done",
    "due": "due",
    "share": "share",
    "ahead": "ahead",
    "gap": "gap",
}
# what entries have in common as one number, since SQLite sorts what it groups, and compares all columns to do so
_ALIKE = f"(((month * {len(LIGHTS) + 1} + COALESCE(light, {len(LIGHTS)})) * 2 + needs) * 2 + apart) * 2 + lacking"
_AT_HAND = ("place", "light", "done", "gap")  # of these what `standing` has whatever is asked
WORST = "worst"
ORDERS = (WORST, *both_ways(_COLUMNS))


class EntriesShown(StrEnum):
    """Which entries of a list are looked at."""

    ATTENTION = "attention"
    ALL = "all"
    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    NONE = "none"
    DISAGREED = "disagreed"

    @property
    def _condition(self) -> str:
        """The same of a row of `standing`."""
        named = {
            EntriesShown.ATTENTION: "needs = 1",
            EntriesShown.ALL: "1 = 1",
            EntriesShown.NONE: "light IS NULL",
            EntriesShown.DISAGREED: "apart = 1",
        }
        return named.get(self) or f"light = {LIGHTS.index(Light(self.value))}"


@dataclass(frozen=True)
class Alike:
    """A number of entries that are judged by the same month (0: none yet) and have the same light, and so on."""

    month: int
    light: Light | None
    needs_attention: bool
    disagrees: bool
    lacks_reports: bool  # so many in a row that it has a light for it
    number: int

    def is_shown(self, shown: EntriesShown) -> bool:
        named = {
            EntriesShown.ATTENTION: self.needs_attention,
            EntriesShown.ALL: True,
            EntriesShown.DISAGREED: self.disagrees,
        }
        return named.get(shown, (self.light or EntriesShown.NONE.value) == shown.value)


@dataclass(frozen=True)
class StandingPage:
    """The entries of a list by what they have in common, and a page of those that are shown."""

    every: tuple[Alike, ...] = ()
    entries: tuple[Judged, ...] = ()

    @property
    def months(self) -> tuple[tuple[int, int], ...]:
        """Keys of projects, each with the month that it is judged by."""
        return tuple((each.project, each.month) for each in self.entries)

    def number(self, shown: EntriesShown) -> int:
        return number_of(self.every, shown)


def number_of(every: Iterable[Alike], shown: EntriesShown) -> int:
    number = 0
    for each in every:
        number += each.number if each.is_shown(shown) else 0
    return number


def _ordered(order: str) -> str:
    """An order as SQL: what has no value last, and alike ones in the order of the list."""
    if order == WORST:
        return _WORST_FIRST
    column = _COLUMNS[order.removeprefix("-")]
    return f"CASE WHEN {column} IS NULL THEN 1 ELSE 0 END, {column} {'DESC' if order.startswith('-') else 'ASC'}, place"


def standing_page(scope: Scope, shown: EntriesShown, *, first: int, last: int, order: str = WORST) -> StandingPage:
    """The worst light first, then the furthest behind, or in another of `ORDERS`; from index `first` to before `last`. A
    query, and two for what it is made of.
    """
    told = f"SELECT {_ALIKE} AS alike FROM standing"  # nosec B608 # our own names
    counted = f"SELECT 0, alike, 0, COUNT(*), NULL FROM ({told}) s GROUP BY alike"  # nosec B608 # our own names
    cut = (
        f"SELECT * FROM standing WHERE {shown._condition} ORDER BY {_ordered(order)}"  # nosec B608 # our own names
        f" LIMIT {int(last - first)} OFFSET {int(first)}"
    )
    # numbered once they are few
    page = f"SELECT 1, month, ROW_NUMBER() OVER (ORDER BY {_ordered(order)}) AS turn, project, done FROM ({cut}) c"  # nosec B608 # our own names
    both = f"{counted} UNION ALL SELECT * FROM ({page}) p ORDER BY 1, 3"  # nosec B608 # our own names
    column = _COLUMNS.get(order.removeprefix("-"), "")
    rows = rows_of_list(scope, partial(_parts, more="" if column in _AT_HAND else column), both)
    return StandingPage(
        tuple(_alike(told, number) for kind, told, _turn, number, _done in rows if not kind),
        tuple(
            Judged(project, month, None if done is None else int(done))
            for kind, month, _turn, project, done in rows
            if kind
        ),
    )


def _alike(told: int, number: int) -> Alike:
    others, lacking = divmod(told, 2)
    others, apart = divmod(others, 2)
    others, needs = divmod(others, 2)
    month, light = divmod(others, len(LIGHTS) + 1)
    return Alike(month, LIGHTS[light] if light < len(LIGHTS) else None, bool(needs), bool(apart), bool(lacking), number)


def number_before(scope: Scope, project: int) -> int:
    """How many entries of all come before that of a project."""
    place = "s.worst, s.unknown, COALESCE(s.gap, 0), s.place"
    own = place.replace("s.", "t.")
    found = f"SELECT COUNT(*) FROM standing s JOIN standing t ON ({place}) < ({own}) WHERE t.project = {int(project)}"  # nosec B608 # our own names
    rows = rows_of_list(scope, _parts, found)
    return rows[0][0] if rows else 0


def _parts(scope: Scope, more: str = "") -> Iterator[CommonTable]:
    """The parts of a statement of which the last is `standing`: a row for each entry, with one column `more`.

    In an open month those alone are judged by it whose report is approved, see `entry_status.standings`.
    """
    programme: Any = scope.programme
    beside, months = BesideReports.of_lights(programme), months_judged(scope)
    kind = plan_rated(programme.light_rule)
    yield from judged_lists(scope, months, beside, kind)
    if beside.problems:
        yield CommonTable.once("overdue (project) AS", scope.today, lambda: _overdue(scope.today))
    rounds = records("rounds", lambda key: Round.objects.filter(programme=key).order_by("month"), programme.pk)
    for judged, each in months.items():
        if beside.ratings:
            rated = partial(_rated, programme, each.last_month)
            yield CommonTable.once(f"rated_{judged} (entry, light) AS", (programme.pk, each.last_month), rated)
        due = last_month_due(each.last_month, counts=scope.months.default)
        lit = EntryLights(each, kind, beside, [found for found in rounds if found.month <= due])
        yield lit.measured(judged, which_of(months, judged))
        yield lit.table(judged, more)
    lit_together = " UNION ALL ".join(f"SELECT * FROM lit_{judged}" for judged in months)  # nosec B608 # our own names
    apart = "rating IS NOT NULL AND light IS NOT NULL AND rating <> light"
    any_lit = " OR ".join(f"{light} IN {_LIT}" for light in ("light", "start", "reports", "rating"))
    worst = " ".join(f"WHEN {number} IN (light, start, reports) THEN {number}" for number in range(len(LIGHTS)))
    yield CommonTable(
        "standing AS MATERIALIZED",
        f"SELECT {', '.join(filter(None, ('project, place, month, done, light, gap', more)))},"  # nosec B608 # our own names
        f" CASE {worst} ELSE {len(LIGHTS)} END AS worst,"
        " CASE WHEN gap IS NULL THEN 1 ELSE 0 END AS unknown,"
        f" CASE WHEN {any_lit} OR overdue IS NOT NULL OR ({apart}) THEN 1 ELSE 0 END AS needs,"
        f" CASE WHEN {apart} THEN 1 ELSE 0 END AS apart,"
        f" CASE WHEN reports IN {_LIT} THEN 1 ELSE 0 END AS lacking FROM ({lit_together}) s LIMIT {ALL_ROWS}",
    )


def _overdue(today: dt.date) -> QuerySet:
    return Problem.objects.overdue(today).order_by().values_list("project").distinct()


def _rated(programme: Programme, month: int) -> QuerySet:
    return (
        Rating.objects.most_recent(through=month)
        .filter(entry__programme=programme)
        .order_by()
        .values_list("entry", "light")
    )
