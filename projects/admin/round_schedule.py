"""The days of rounds that are made from a habit: opens on the first, due and closed on a day of the month after."""

from __future__ import annotations

import calendar
import datetime as dt

from projects.models import Programme, Round
from projects.periods import MONTHS_OF_YEAR, Month

DUE_DAY, GRACE_DAYS, CLOSING_DAY = 10, 3, 20  # where no round shows another habit


def after(month: Month) -> Month:
    """The month after, across the year."""
    return Month(month.year + month.number // MONTHS_OF_YEAR, month.number % MONTHS_OF_YEAR + 1)


def day_of(month: Month, day: int) -> dt.date:
    """A day of the month, the last one where the month is shorter."""
    return dt.date(month.year, month.number, min(day, calendar.monthrange(month.year, month.number)[1]))


def round_of(programme: Programme, month: int, *, due_day: int, grace_days: int, closing_day: int) -> Round:
    """A round that is not stored: it opens when its month is over, and is due and closes in the month after."""
    following = after(Month(programme.year, month))
    return Round(
        programme=programme,
        month=month,
        opens=day_of(following, 1),
        due=day_of(following, due_day),
        grace_days=grace_days,
        closes=day_of(following, closing_day),
    )


def round_after(last: Round | None, programmes: dict[int, Programme]) -> Round | None:
    """The next month's round by the habit of the last one; None where its year has no programme.

    `programmes` by year; without a last round it is January of the newest.
    """
    if last is None:
        newest = programmes.get(max(programmes, default=0))
        habit = {"due_day": DUE_DAY, "grace_days": GRACE_DAYS, "closing_day": CLOSING_DAY}
        return round_of(newest, 1, **habit) if newest else None
    month = after(last.period)
    programme = programmes.get(month.year)
    habit = {"due_day": last.due.day, "grace_days": last.grace_days, "closing_day": last.closes.day}
    return round_of(programme, month.number, **habit) if programme else None
