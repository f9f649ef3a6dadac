"""Scale of a timeline: whole months, the ticks that name some of them, and where a day stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from projects.pages import formatting
from projects.periods import MONTHS_OF_YEAR

from .scale import to_percent

MOST_TICKS = 6  # a label of a month and its year takes a sixth of a line on a phone
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 360)  # months from one tick to the next


@dataclass(frozen=True)
class Tick:
    """The first day of a month; `label` names it, with its year where one begins."""

    x: str
    label: str


@dataclass(frozen=True)
class TimeScale:
    """The days that a timeline shows: whole months; `today` is empty when it lies outside."""

    first: dt.date
    last: dt.date
    ticks: tuple[Tick, ...]
    today: str

    def x(self, day: dt.date) -> str:
        return to_percent(_share(self.first, self.last, day))


def time_scale(days: Iterable[dt.date], today: dt.date) -> TimeScale:
    """A scale of whole months that holds all days; today too, unless it is far off."""
    days = sorted(days)
    first = days[0].replace(day=1)
    last = _next_month(days[-1].replace(day=1), 1)
    if first <= today.replace(day=1) <= _next_month(last, MONTHS_OF_YEAR):
        last = max(last, _next_month(today.replace(day=1), 1))
    return TimeScale(
        first, last, _ticks(first, last), to_percent(_share(first, last, today)) if first <= today <= last else ""
    )


def _ticks(first: dt.date, last: dt.date) -> tuple[Tick, ...]:
    """Few months, evenly apart, counted from January."""
    months = (last.year - first.year) * MONTHS_OF_YEAR + last.month - first.month
    step = next((each for each in _STEPS if months <= each * MOST_TICKS), _STEPS[-1])
    ticks: list[Tick] = []
    for number in range(months):
        month = _next_month(first, number)
        if (month.year * MONTHS_OF_YEAR + month.month - 1) % step == 0:
            ticks.append(Tick(to_percent(_share(first, last, month)), _month_label(month, named=not ticks)))
    return tuple(ticks)


def _month_label(month: dt.date, *, named: bool) -> str:
    if named or month.month == 1:
        return f"{month:%Y-%m}"
    return formatting.short_month(month.month)


def _next_month(day: dt.date, months: int) -> dt.date:
    count = day.year * MONTHS_OF_YEAR + day.month - 1 + months
    return dt.date(count // MONTHS_OF_YEAR, count % MONTHS_OF_YEAR + 1, 1)


def _share(first: dt.date, last: dt.date, day: dt.date) -> Fraction:
    return Fraction((day - first).days, (last - first).days)
