"""Standings counted, ordered and cut into pages by the database: what `entry_status` says of one entry, of all of a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Case, Value, When

from projects.choices import Light, PlanKind
from projects.models import Problem, Rating, Round
from projects.totals.scope import Scope

from .entry_status import Judged, earlier_of
from .entry_table import IS_ASKED, AtMonth, Beside, CommonTable, entry_tables, listed, planned, reported, rows_of_list
from .lights import Limits, missing_limits, progress_limits, start_limits
from .terms import Term

LIGHTS = (Light.RED, Light.YELLOW, Light.GREEN)  # the most serious first: what stands for them in the database
_LIT = "(0, 1)"
_NOTHING = "CAST(NULL AS integer)"
_WORST_FIRST = "worst, unknown, gap, place"  # what is not rated comes last, and within a light what has no gap


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


def standing_page(scope: Scope, shown: EntriesShown, *, first: int, last: int) -> StandingPage:
    """The worst light first, then the furthest behind; from index `first` to before `last`. A query, and two for what it is
    made of.
    """
    alike = "month, light, needs, apart"
    counted = f"SELECT 0, {alike}, COUNT(*), NULL, NULL, NULL FROM standing GROUP BY {alike}"  # nosec B608 # our own names
    page = (
        f"SELECT 1, month, worst, unknown, 0, project, gap, place, done FROM standing WHERE {shown._condition}"  # nosec B608 # our own names
        f" ORDER BY {_WORST_FIRST} LIMIT {int(last - first)} OFFSET {int(first)}"
    )
    both = f"{counted} UNION ALL SELECT * FROM ({page}) p ORDER BY 1, 3, 4, 7, 8"  # nosec B608 # our own names
    rows = rows_of_list(scope, _parts, both)
    return StandingPage(
        tuple(
            Alike(month, None if light is None else LIGHTS[light], bool(needs), bool(apart), number)
            for kind, month, light, needs, apart, number, *_order in rows
            if not kind
        ),
        tuple(
            Judged(project, month, None if done is None else int(done))
            for kind, month, _worst, _unknown, _apart, project, _gap, _place, done in rows
            if kind
        ),
    )


def number_before(scope: Scope, project: int) -> int:
    """How many entries of all come before that of a project."""
    place = "s.worst, s.unknown, COALESCE(s.gap, 0), s.place"
    own = place.replace("s.", "t.")
    found = f"SELECT COUNT(*) FROM standing s JOIN standing t ON ({place}) < ({own}) WHERE t.project = {int(project)}"  # nosec B608 # our own names
    rows = rows_of_list(scope, _parts, found)
    return rows[0][0] if rows else 0


def _parts(scope: Scope) -> Iterator[CommonTable]:
    """The parts of a statement of which the last is `standing`: a row for each entry.

    In an open month those alone are judged by it whose report is approved, see `entry_status.standings`.
    """
    programme: Any = scope.programme
    earlier, rule = earlier_of(scope), programme.light_rule
    months = {1: scope} if earlier is None else {1: scope, 0: earlier}
    kind = PlanKind(rule.against) if rule else PlanKind.ANNOUNCED
    beside = Beside.of(programme, kind)
    if earlier is None:
        yield listed(scope)
    else:
        is_in = When(pk__in=scope.like_for_like().projects().order_by().values("pk"), then=Value(1))
        yield listed(earlier, judged=Case(is_in, default=Value(0)))
    yield reported(scope.as_of, *{each.last_month for each in months.values()})
    if beside.plans:
        yield planned(programme, kind)
    if beside.problems:
        overdue = Problem.objects.overdue(scope.today).order_by().values_list("project").distinct()
        yield CommonTable.of("overdue (project) AS", overdue)
    rounds = list(Round.objects.filter(programme=scope.programme).order_by("month"))
    for judged, each in months.items():
        if beside.ratings:
            rated = Rating.objects.newest(through=each.last_month).filter(entry__programme=scope.programme).order_by()
            yield CommonTable.of(f"rated_{judged} (entry, light) AS", rated.values_list("entry", "light"))
        lit = _Lit(each, kind, beside, [found for found in rounds if found.month <= each.last_month])
        yield lit.measured(judged, "" if earlier is None else f"WHERE l.judged = {judged}")
        yield lit.table(judged)
    lit_together = " UNION ALL ".join(f"SELECT * FROM lit_{judged}" for judged in months)  # nosec B608 # our own names
    apart = "rating IS NOT NULL AND light IS NOT NULL AND rating <> light"
    any_lit = " OR ".join(f"{light} IN {_LIT}" for light in ("light", "start", "reports", "rating"))
    worst = " ".join(f"WHEN {number} IN (light, start, reports) THEN {number}" for number in range(len(LIGHTS)))
    yield CommonTable(
        "standing AS MATERIALIZED",
        f"SELECT project, place, month, done, light, gap, CASE {worst} ELSE {len(LIGHTS)} END AS worst,"  # nosec B608 # our own names
        " CASE WHEN gap IS NULL THEN 1 ELSE 0 END AS unknown,"
        f" CASE WHEN {any_lit} OR overdue IS NOT NULL OR ({apart}) THEN 1 ELSE 0 END AS needs,"
        f" CASE WHEN {apart} THEN 1 ELSE 0 END AS apart FROM ({lit_together}) s",
    )


class _Lit:
    """The lights of entries at the end of one month. What each is told from is made first, and once."""

    def __init__(self, scope: Scope, kind: PlanKind, beside: Beside, rounds: Sequence[Round]) -> None:
        self.month, self.is_single_month = scope.last_month, scope.is_single_month
        self.rule, self.rounds, self.beside = scope.programme.light_rule, rounds, beside  # type: ignore[union-attr]
        self.over = [each.month for each in rounds if each.punctual_until < scope.today]
        self.at = AtMonth(scope.programme.year, self.month, kind, beside)  # type: ignore[union-attr]

    def measured(self, judged: int, which: str) -> CommonTable:
        at, tables = self.at, entry_tables(self.beside)
        rating = overdue = _NOTHING
        if self.beside.ratings:
            rating = _case("v.light", {f"'{light.value}'": number for number, light in enumerate(LIGHTS)})
            tables += f" LEFT JOIN rated_{judged} v ON v.entry = l.entry"
        if self.beside.problems:
            overdue = "o.project"
            tables += " LEFT JOIN overdue o ON o.project = l.project"
        columns = {
            "asked": f"CASE WHEN {IS_ASKED} THEN 1 ELSE 0 END",
            "amount": at.amount.text,
            "parts": at.parts.text,
            "due": at.due.text,
            "done": at.done.text,
            "started": f"CASE WHEN l.start IS NULL THEN NULL WHEN {at.has_started} THEN 1 ELSE 0 END",
            "late": at.late.text,
            "missing": at.missing(self.over),
            "rating": rating,
            "overdue": overdue,
        }
        texts = ", ".join(f"{text} AS {name}" for name, text in columns.items())
        text = f"SELECT l.project AS project, l.place AS place, {texts} FROM {tables} {which}"  # nosec B608 # our own names
        return CommonTable(f"measured_{judged} AS MATERIALIZED", text)

    def table(self, judged: int) -> CommonTable:
        text = (
            f"SELECT project, place, {self.month} AS month, done, {self._light} AS light, {self._start} AS start,"  # nosec B608 # our own names
            f" {self._reports} AS reports, rating, overdue, {self._gap} AS gap FROM measured_{judged}"
        )
        return CommonTable(f"lit_{judged} AS MATERIALIZED", text)

    @property
    def _is_measured(self) -> bool:
        """Whether money is held against the plan to date at all."""
        return bool(self.month) and not self.is_single_month

    @property
    def _light(self) -> str:
        if self.rule is None or not self._is_measured:
            return _NOTHING
        limits = progress_limits(
            self.rule, plan=Term("amount"), due=Term("due"), done=Term("done"), parts=Term("parts")
        )
        return f"CASE WHEN amount > 0 AND done IS NOT NULL THEN {_graded(limits)} END"

    @property
    def _gap(self) -> str:
        if not self._is_measured:
            return "CAST(NULL AS double precision)"
        return (
            "CASE WHEN amount > 0 AND done IS NOT NULL"
            " THEN CAST(done * parts - due AS double precision) / (amount * parts) END"
        )

    @property
    def _start(self) -> str:
        if self.rule is None or not self.month:
            return _NOTHING
        late = _graded(start_limits(self.rule, late=Term("late")))
        return f"CASE WHEN started IS NULL OR asked = 0 THEN NULL WHEN started = 1 THEN 2 ELSE {late} END"

    @property
    def _reports(self) -> str:
        if self.rule is None or not self.rounds:
            return _NOTHING
        return f"CASE WHEN asked = 1 THEN {_graded(missing_limits(self.rule, missing=Term('missing')))} END"


def _graded(limits: Limits) -> str:
    red, yellow, green = range(len(LIGHTS))
    return f"CASE WHEN {limits.red.text} THEN {red} WHEN {limits.yellow.text} THEN {yellow} ELSE {green} END"


def _case(column: str, numbers: dict[str, int]) -> str:
    return f"CASE {column} {' '.join(f'WHEN {value} THEN {number}' for value, number in numbers.items())} END"
