"""Lights of entries as SQL: told in the database from what `entry_table` says of an entry, by the limits of `lights`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from django.db.models import Case, QuerySet, Value, When

from projects.choices import LIGHTS, PlanKind
from projects.models import LightRule, Programme, Round
from projects.totals.scope import Scope

from .beside import BesideReports
from .entry_status import earlier_of
from .entry_table import ALL_ROWS, IS_ASKED, AtMonth, CommonTable, entry_tables, listed, planned, reported
from .lights import Limits, missing_limits, progress_limits, start_limits
from .terms import Term

_NOTHING = "CAST(NULL AS integer)"
OF_PROGRESS = ("amount", "parts", "due", "done")  # what the light of progress and the gap are told from
_NO_GAP = "CAST(NULL AS double precision)"


def months_judged(scope: Scope) -> dict[int, Scope]:
    """By which month entries are judged: 1, that of the question; in an open month also 0, the last one that counts."""
    earlier = earlier_of(scope)
    return {1: scope} if earlier is None else {1: scope, 0: earlier}


def plan_rated(rule: LightRule | None) -> PlanKind:
    """The plan that percentages and lights are of."""
    return PlanKind(rule.against) if rule else PlanKind.ANNOUNCED


def which_of(months: Mapping[int, Scope], judged: int) -> str:
    """The condition for the rows of `listed` that are judged by one of these months."""
    return f"WHERE l.judged = {judged}" if len(months) > 1 else ""


def judged_lists(
    scope: Scope, months: Mapping[int, Scope], beside: BesideReports, kind: PlanKind, *, found: QuerySet | None = None
) -> Iterator[CommonTable]:
    """`listed`, `reported` and, where there are plans on record, `planned`: what lights are told from.

    In an open month those alone are judged by it whose report is approved, see `entry_status.standings`.
    """
    programme: Programme = scope.programme  # type: ignore[assignment]
    if len(months) == 1:
        yield listed(scope, found=found)
    else:
        is_in = When(pk__in=scope.like_for_like().projects().order_by().values("pk"), then=Value(1))
        yield listed(months[0], judged=Case(is_in, default=Value(0)))
    yield reported(*{each.last_month for each in months.values()})
    if beside.plans:
        yield planned(programme, kind)


class EntryLights:
    """The lights of entries at the end of one month. What each is told from is made first, and once."""

    def __init__(self, scope: Scope, kind: PlanKind, beside: BesideReports, rounds: Sequence[Round]) -> None:
        self.month, self.is_single_month = scope.last_month, scope.is_single_month
        self.rule, self.rounds, self.beside = scope.programme.light_rule, rounds, beside  # type: ignore[union-attr]
        self.over = [each.month for each in rounds if each.punctual_until < scope.today]
        self.at = AtMonth(scope.programme.year, self.month, kind, beside)  # type: ignore[union-attr]

    def measured(self, judged: int, which: str, names: Collection[str] = ()) -> CommonTable:
        """What an entry is judged by: all of it, or what these columns say."""
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
        texts = ", ".join(f"{text} AS {name}" for name, text in columns.items() if not names or name in names)
        text = f"SELECT l.project AS project, l.place AS place, {texts} FROM {tables} {which}"  # nosec B608 # our own names
        return CommonTable(f"measured_{judged} AS NOT MATERIALIZED", text)

    def table(self, judged: int, more: str = "") -> CommonTable:
        """With one column `more` that is ordered by: to lay out those that nobody asks for takes a tenth of the whole."""
        column = f", {self._to_order_by(more)} AS {more}" if more else ""
        text = (
            f"SELECT project, place, {self.month} AS month, done, {self.light} AS light, {self._start} AS start,"  # nosec B608 # our own names
            f" {self._reports} AS reports, rating, overdue, {self._gap} AS gap{column} FROM measured_{judged}"
        )
        # with limits on both sides each row is told once, and none is laid out
        return CommonTable(f"lit_{judged} AS NOT MATERIALIZED", f"{text} LIMIT {ALL_ROWS}")

    def progress(self, which: str) -> str:
        """The light of progress and the gap alone, with the month: a select of each entry's project and its place."""
        texts = ", ".join(f"{getattr(self.at, name).text} AS {name}" for name in OF_PROGRESS)
        measured = f"SELECT l.project AS project, l.place AS place, {texts} FROM {entry_tables(self.beside)} {which}"  # nosec B608 # our own names
        columns = f"project, place, {self.month} AS month, {self.light} AS light, {self._gap} AS gap"
        return f"SELECT {columns} FROM ({measured}) m"  # nosec B608 # our own names

    @property
    def is_measured(self) -> bool:
        """Whether money is held against the plan to date at all."""
        return bool(self.month) and not self.is_single_month

    @property
    def light(self) -> str:
        if self.rule is None or not self.is_measured:
            return _NOTHING
        limits = progress_limits(
            self.rule, plan=Term("amount"), due=Term("due"), done=Term("done"), parts=Term("parts")
        )
        return f"CASE WHEN amount > 0 AND done IS NOT NULL THEN {_graded(limits)} END"

    @property
    def _gap(self) -> str:
        if not self.is_measured:
            return _NO_GAP
        return (
            "CASE WHEN amount > 0 AND done IS NOT NULL"
            " THEN CAST(done * parts - due AS double precision) / (amount * parts) END"
        )

    def _to_order_by(self, name: str) -> str:
        """The plan, what it asks for to date and what is ahead of that, in CNY, or the share of the plan."""
        if name == "amount":
            return name
        due = "CAST(due AS double precision) / parts"
        share = "CASE WHEN amount > 0 THEN CAST(done AS double precision) / amount END"
        return {"due": due, "ahead": f"done - {due}", "share": share}[name] if self.is_measured else _NO_GAP

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
