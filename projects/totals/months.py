"""Months of a programme: which of them figures go up to by themselves, which are open, how much of each is approved.

Said of the whole programme, so that every reader, page, answer and file goes up to the same month. A month counts when all
the reports that were asked for it are approved, or when its round has closed with nearly all of them. Any other is open:
it is shown to whoever asks for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings

from projects.models import Programme
from projects.periods import MONTHS_OF_YEAR, Month
from projects.versioning import as_of

from .month_amounts import MonthAmounts
from .month_rows import ROUNDS, MonthRow, day_of, month_rows

_NUMBERS = range(1, MONTHS_OF_YEAR + 1)
_PER_CENT = 100


@dataclass(frozen=True)
class MonthStatus:
    """One month: how many reports are asked, approved and wait for review; the plans for the year (CNY) of those entries.

    `waiting` is None in the present: they are counted when somebody looks (`coverage.with_waiting`), as few questions do.
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
    waiting: int | None = None

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
    is_empty: bool = False  # nothing is known of any month, so that none needs to be looked at
    state: as_of.AsOf | None = None  # that they were read in

    @cached_property
    def default(self) -> int:
        """The last month that counts, to which pages, API and files go; 0 while there is none."""
        return self.before(MONTHS_OF_YEAR + 1)

    def before(self, number: int) -> int:
        """The last month that counts before another; 0 if there is none."""
        if self.is_empty:
            return 0
        earlier = [each for each in self.by_number if each < number]
        return next((each for each in reversed(earlier) if self.by_number[each].counts), 0)

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


def months_of(programme: Programme) -> ProgrammeMonths:
    """The months of a programme, as the register stands in the state that is looked at. One query.

    They are of the whole list, whoever asks: no number of them is for whoever reads a part of it. What is said of a month is
    worked out once it is looked at.
    """
    return months_from(programme, month_rows(programme), as_of.current())


def months_from(programme: Programme, rows: Sequence[MonthRow], state: as_of.AsOf | None) -> ProgrammeMonths:
    """The months that these rows of a programme tell of, which were read in this state."""
    return ProgrammeMonths(_Statuses(programme, rows, state), is_empty=not rows, state=state)


class _Statuses(Mapping[int, MonthStatus]):
    """Twelve months of a programme, told from rows of the query, on the day that was today when they were read."""

    def __init__(self, programme: Programme, rows: Sequence[MonthRow], state: as_of.AsOf | None) -> None:
        self.programme, self.rows, self.state = programme, rows, state
        self.known: dict[int, MonthStatus] = {}

    @cached_property
    def _facts(self) -> _Facts:
        with as_of.looking_back(self.state):
            return _Facts(self.programme, self.rows, self.programme.today, is_past=self.state is not None)

    def __getitem__(self, number: int) -> MonthStatus:
        if number not in _NUMBERS:
            raise KeyError(number)
        if number not in self.known:
            self.known[number] = self._facts.status(number)
        return self.known[number]

    def __iter__(self) -> Iterator[int]:
        return iter(_NUMBERS)

    def __len__(self) -> int:
        return len(_NUMBERS)


class _Facts:
    """What the months of a programme are told from, by the rows of the query."""

    def __init__(self, programme: Programme, rows: Sequence[MonthRow], today: dt.date, *, is_past: bool) -> None:
        self.programme, self.today, self.is_past = programme, today, is_past
        self.rounds = {row.month: row for row in rows if row.kind == ROUNDS}
        self.amounts = MonthAmounts(programme.year)
        for row in rows:
            self.amounts.add(row)

    def status(self, number: int) -> MonthStatus:
        month = Month(self.programme.year, number)
        round_ = self.rounds.get(number)
        opens, due = (day_of(round_.first_day), day_of(round_.last_day)) if round_ else (None, None)
        closes = (round_ and day_of(round_.third_day)) or _end_of_the_next(month)
        asked, approved = self.amounts.asked[number], self.amounts.approved[number]
        return MonthStatus(
            month=month,
            asked=asked.number,
            approved=approved.number,
            planned=asked.plan,
            planned_approved=approved.plan,
            closes=closes,
            is_closed=self.today > closes,
            due=due,
            has_opened=opens is not None and opens <= self.today,
            waiting=self.amounts.waiting[number].number if self.is_past else None,
        )


def _end_of_the_next(month: Month) -> dt.date:
    if month.number == MONTHS_OF_YEAR:
        return Month(month.year + 1, 1).last_day
    return Month(month.year, month.number + 1).last_day
