"""Months of a programme: which of them figures go up to by themselves, which are open, how much of each is approved.

Said of the whole programme, so that every reader, page, answer and file goes up to the same month. A month counts when all
the reports that were asked for it are approved, or when its round has closed with nearly all of them. Any other is open:
it is shown to who asks for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, Case, Count, DateField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, Coalesce

from projects.choices import Basis
from projects.database.prepared_statements import prepared
from projects.models import Cell, Entry, MonthlyReport, Programme, Round
from projects.models.entry import was_on_list
from projects.models.rollups import ALL
from projects.periods import MONTHS_OF_YEAR, Month
from projects.versioning import as_of

_SUMS, _ENTRIES, _REPORTS, _WAITING, _ROUNDS = range(5)  # what a row of the query is about
_PER_CENT = 100


@dataclass(frozen=True)
class MonthStatus:
    """One month: how many reports are asked, approved and wait for review; the plans for the year (CNY) of those entries.

    `due` is None without a round. `closes` is the last day for reports: without a round the last day of the next month.
    """

    month: Month
    asked: int
    approved: int
    planned: int
    planned_approved: int
    closes: dt.date
    is_closed: bool
    due: dt.date | None = None
    has_opened: bool = False
    waiting: int = 0

    @property
    def is_complete(self) -> bool:
        return self.asked > 0 and self.approved == self.asked

    @property
    def counts(self) -> bool:
        """Whether figures go up to this month without being asked to."""
        return self.is_complete or (self.is_closed and self._is_nearly_complete)

    @property
    def is_open(self) -> bool:
        """Whether reports are asked of which too many are still to come, be the round closed or not."""
        return self.asked > 0 and not self.counts

    @property
    def lacking(self) -> int:
        return self.asked - self.approved

    @property
    def _is_nearly_complete(self) -> bool:
        least = settings.CLOSED_MONTH_PERCENT
        pairs = ((self.approved, self.asked), (self.planned_approved, self.planned))
        return self.asked > 0 and all(part * _PER_CENT >= whole * least for part, whole in pairs)


@dataclass(frozen=True)
class ProgrammeMonths:
    """The twelve months of a programme by their number."""

    by_number: Mapping[int, MonthStatus]

    @property
    def default(self) -> int:
        """The last month that counts, to which pages, API and files go; 0 while there is none."""
        return self.before(MONTHS_OF_YEAR + 1)

    def before(self, number: int) -> int:
        """The last month that counts before another; 0 if there is none."""
        return max((each for each, status in self.by_number.items() if each < number and status.counts), default=0)

    @property
    def newest(self) -> int:
        """The last month that there is something to see of: an approved report, or a round that has opened."""
        seen = [each for each, status in self.by_number.items() if status.approved or status.has_opened]
        return max([*seen, self.default])

    @property
    def open(self) -> MonthStatus | None:
        """The newest month, if it is open and after the one that is shown."""
        newest = self.by_number.get(self.newest)
        return newest if newest is not None and newest.is_open and self.newest > self.default else None


NO_MONTHS = ProgrammeMonths({})


def months_of(programmes: Iterable[Programme]) -> dict[Any, ProgrammeMonths]:
    """The months of each programme by its key, as the register stands in the state that is looked at. One query.

    They are of the whole list, whoever asks: no number of them is for who reads a part of it.
    """
    programmes = list(programmes)
    facts = {each.pk: _Facts(each) for each in programmes}
    is_past = as_of.current() is not None
    query = prepared(("months of programmes", is_past), lambda: _query(is_past=is_past))
    for row in query.dictionaries():
        if row["programme_key"] in facts:
            facts[row["programme_key"]].add(row)
    return {key: found.months() for key, found in facts.items()}


@dataclass
class _Amount:
    number: int = 0
    plan: int = 0

    def add(self, row: Mapping[str, Any], *, sign: int = 1) -> None:
        self.number += sign * int(row["number"] or 0)
        self.plan += sign * int(row["plan"] or 0)


def _twelve() -> dict[int, _Amount]:
    return {number: _Amount() for number in range(1, MONTHS_OF_YEAR + 1)}


@dataclass
class _Facts:
    """What the months of a programme are told from: sums of all entries, of which those are corrected that are not asked
    for every month.
    """

    programme: Programme
    asked: dict[int, _Amount] = field(default_factory=_twelve)
    approved: dict[int, _Amount] = field(default_factory=_twelve)
    waiting: dict[int, _Amount] = field(default_factory=_twelve)
    rounds: dict[int, tuple[dt.date, dt.date, dt.date]] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any]) -> None:
        kind, number = row["kind"], row["month_number"]
        first, last = _day(row["first_day"]), _day(row["last_day"])
        if kind == _ROUNDS:
            self.rounds[number] = (first, last, _day(row["third_day"]))  # type: ignore[assignment]
        elif kind == _SUMS:
            for each in self.asked.values() if not number else [self.approved[number]]:
                each.add(row)
        else:
            self._add_corrected(row, first, last)

    def _add_corrected(self, row: Mapping[str, Any], joined: dt.date | None, left: dt.date | None) -> None:
        amounts = self.asked
        if row["kind"] != _ENTRIES:
            of_kind = self.approved if row["kind"] == _REPORTS else self.waiting
            amounts = {row["month_number"]: of_kind[row["month_number"]]}
        for number, amount in amounts.items():
            if row["in_sums"] and not (row["kind"] == _ENTRIES and joined):  # those are in no sum of the year's start
                amount.add(row, sign=-1)
            if not row["unasked"] and was_on_list(joined, left, Month(self.programme.year, number)):
                amount.add(row)

    def months(self) -> ProgrammeMonths:
        return ProgrammeMonths({number: self._status(number) for number in self.asked})

    def _status(self, number: int) -> MonthStatus:
        month, today = Month(self.programme.year, number), self.programme.today
        opens, due, closes = self.rounds.get(number, (None, None, _end_of_the_next(month)))
        asked, approved = self.asked[number], self.approved[number]
        return MonthStatus(
            month=month,
            asked=asked.number,
            approved=approved.number,
            planned=asked.plan,
            planned_approved=approved.plan,
            closes=closes,
            is_closed=today > closes,
            due=due,
            has_opened=opens is not None and opens <= today,
            waiting=self.waiting[number].number,
        )


def _day(value: Any) -> dt.date | None:
    """SQLite gives days as texts."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def _end_of_the_next(month: Month) -> dt.date:
    if month.number == MONTHS_OF_YEAR:
        return Month(month.year + 1, 1).last_day
    return Month(month.year, month.number + 1).last_day


# The query: the same columns from sums, entries, reports and rounds. In a past there are no sums, and all is counted.


def _query(*, is_past: bool) -> QuerySet:
    few = Q() if is_past else Q(basis=Basis.PUBLISHED) | Q(joined__isnull=False) | Q(left__isnull=False)
    entries = Entry.objects.filter(few)
    reports = MonthlyReport.objects.approved().filter(entry__in=entries.order_by().values("pk"))
    waiting = MonthlyReport.objects.submitted()  # few, whatever the number of the others
    in_sums = not is_past
    parts = [
        _counted(entries, _ENTRIES, "programme", month=Value(0), path="", in_sums=in_sums),
        _counted(reports, _REPORTS, "entry__programme", month=F("month"), path="entry__", in_sums=in_sums),
        _counted(waiting, _WAITING, "entry__programme", month=F("month"), path="entry__", in_sums=False),
        _rounds(),
    ]
    if not is_past:
        parts.append(_sums())
    return parts[0].union(*parts[1:], all=True)


_COLUMNS = (
    *("kind", "programme_key", "month_number", "first_day", "last_day", "third_day"),
    *("unasked", "in_sums", "number", "plan"),
)


def _number(value: Any) -> Cast:
    # with its type, which nothing else says to a database that plans before it knows the value
    return Cast(value if hasattr(value, "resolve_expression") else Value(value), BigIntegerField())


def _no_day() -> Cast:
    return Cast(Value(None), DateField())


def _counted(rows: QuerySet, kind: int, programme: str, *, month: Any, path: str, in_sums: bool) -> QuerySet:
    """Entries, or their approved reports, by programme, month and what decides whether they are asked for it."""
    is_published = Q(**{f"{path}basis": Basis.PUBLISHED})
    by = {
        "kind": _number(kind),
        "programme_key": F(programme),
        "month_number": _number(month),
        "first_day": F(f"{path}joined"),
        "last_day": F(f"{path}left"),
        "third_day": _no_day(),
        "unasked": Case(When(is_published, then=_number(1)), default=_number(0)),
        "in_sums": _number(int(in_sums)),
    }
    grouped = rows.order_by().annotate(**by).values(*by)
    plan = Coalesce(Sum(f"{path}planned_disbursement"), _number(0), output_field=BigIntegerField())
    return grouped.annotate(number=Count("pk"), plan=plan).values_list(*_COLUMNS)


def _rounds() -> QuerySet:
    columns = {
        "kind": _number(_ROUNDS),
        "programme_key": F("programme_id"),
        "month_number": _number(F("month")),
        "first_day": F("opens"),
        "last_day": F("due"),
        "third_day": F("closes"),
        "unasked": _number(0),
        "in_sums": _number(0),
        "number": _number(0),
        "plan": _number(0),
    }
    return Round.objects.order_by().annotate(**columns).values_list(*_COLUMNS)


def _sums() -> QuerySet:
    """What the database keeps: of month 0 all entries, of the others their approved reports."""
    by = {
        "kind": _number(_SUMS),
        "programme_key": F("programme"),
        "month_number": _number(F("month")),
        "first_day": _no_day(),
        "last_day": _no_day(),
        "third_day": _no_day(),
        "unasked": _number(0),
        "in_sums": _number(0),
    }
    cells = Cell.objects.filter(prefecture=ALL, chain_link=ALL, programme__gt=ALL, month__lte=MONTHS_OF_YEAR).order_by()
    listed = Q(month=0)
    number = Sum(Case(When(listed, then=F("project_count")), default=F("approved")))
    plan = Sum(Case(When(listed, then=F("planned_disbursement")), default=F("approved_plan")))
    return cells.annotate(**by).values(*by).annotate(number=number, plan=plan).values_list(*_COLUMNS)
