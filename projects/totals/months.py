"""Months of a programme: which of them figures go up to by themselves, which are open, how much of each is approved.

Said of the whole programme, so that every reader, page, answer and file goes up to the same month. A month counts when all
the reports that were asked for it are approved, or when its round has closed with nearly all of them. Any other is open:
it is shown to whoever asks for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Q

from projects.models import Programme, Round
from projects.periods import MONTHS_OF_YEAR, Month
from projects.versioning import as_of

from .month_amounts import MonthAmounts, read_amounts

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
    state: as_of.AsOf | None = None  # that they were read in

    @cached_property
    def default(self) -> int:
        """The last month that counts, to which pages, API and files go; 0 while there is none."""
        return self.before(MONTHS_OF_YEAR + 1)

    def before(self, number: int) -> int:
        """The last month that counts before another; 0 if there is none."""
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
    """Return the months of a programme, as the register stands in the state that is looked at. Three queries.

    They are of the whole list, whoever asks: no number of them is for whoever reads a part of it.
    """
    return months_by_programme([programme])[programme.pk]


def months_by_programme(programmes: Sequence[Programme]) -> dict[Any, ProgrammeMonths]:
    """Return the same of several programmes by their keys. Three queries."""
    keys = [programme.pk for programme in programmes]
    amounts = read_amounts(lambda path: Q(**{f"{path}programme__in": keys})) if keys else {}
    rounds: dict[tuple[Any, int], Round] = {}
    if keys:
        rounds = {(found.programme_id, found.month): found for found in Round.objects.filter(programme__in=keys)}
    state, found = as_of.current(), {}
    for programme in programmes:
        of_programme = amounts.get((programme.pk, None)) or MonthAmounts(programme.year)
        statuses = {
            month.number: _status(month, of_programme, rounds.get((programme.pk, month.number)), programme.today)
            for month in of_programme.months
        }
        found[programme.pk] = ProgrammeMonths(statuses, state)
    return found


def _status(month: Month, amounts: MonthAmounts, found: Round | None, today: dt.date) -> MonthStatus:
    asked, approved = amounts.asked[month.number], amounts.approved[month.number]
    closes = (found and found.closes) or _end_of_the_next(month)
    return MonthStatus(
        month=month,
        asked=asked.number,
        approved=approved.number,
        planned=asked.plan,
        planned_approved=approved.plan,
        closes=closes,
        is_closed=today > closes,
        due=found.due if found else None,
        has_opened=found is not None and found.opens <= today,
        waiting=amounts.waiting[month.number].number if as_of.current() is not None else None,
    )


def _end_of_the_next(month: Month) -> dt.date:
    if month.number == MONTHS_OF_YEAR:
        return Month(month.year + 1, 1).last_day
    return Month(month.year, month.number + 1).last_day
