"""Amounts of months: how many reports are asked, approved, waiting, late and given back, with the plans of their entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from projects.models.entry import was_on_list
from projects.periods import MONTHS_OF_YEAR, Month

from .month_rows import ENTRIES, LATE, REPORTS, RETURNED, SUMS, WAITING, MonthRow, day_of


@dataclass(slots=True)
class Amount:
    """A number of reports, and what their entries plan for the year together, in CNY."""

    number: int = 0
    plan: int = 0

    def add(self, row: MonthRow, *, sign: int = 1) -> None:
        self.number += sign * row.number
        self.plan += sign * row.plan


class MonthAmounts:
    """The months of a year by their number: sums of all entries, of which those are corrected that are not asked for every
    month.
    """

    def __init__(self, year: int) -> None:
        self.months = _months_of(year)
        self.asked = {each.number: Amount() for each in self.months}
        self.approved, self.waiting, self.late, self.returned = (defaultdict[int, Amount](Amount) for _kind in range(4))
        self._of_kind = {REPORTS: self.approved, WAITING: self.waiting, LATE: self.late, RETURNED: self.returned}

    def add(self, row: MonthRow) -> None:
        """A row of the query; one of a round has no amounts."""
        if row.kind == SUMS:
            for amount in [self.approved[row.month]] if row.month else self.asked.values():
                amount.add(row)
        elif row.kind == ENTRIES:
            # those that joined on some day are in no sum of the year's start
            self._correct(self.asked, row, self.months, in_sum=row.in_sums and not row.first_day)
        elif row.kind in self._of_kind:
            self._correct(self._of_kind[row.kind], row, [self.months[row.month - 1]], in_sum=row.in_sums)

    def _correct(self, amounts: dict[int, Amount], row: MonthRow, months: Sequence[Month], *, in_sum: bool) -> None:
        first, last = day_of(row.first_day), day_of(row.last_day)
        for month in months:
            if in_sum:
                amounts[month.number].add(row, sign=-1)
            if not row.unasked and was_on_list(first, last, month):
                amounts[month.number].add(row)


@cache
def _months_of(year: int) -> list[Month]:
    return [Month(year, number) for number in range(1, MONTHS_OF_YEAR + 1)]


def by_part(rows: Iterable[MonthRow], years: dict[Any, int]) -> dict[tuple[Any, Any], MonthAmounts]:
    """The amounts of each programme, whose year is given by its key, and of each part in it."""
    found: dict[tuple[Any, Any], MonthAmounts] = {}
    for row in rows:
        key = row.programme, row.part
        if key not in found:
            found[key] = MonthAmounts(years[row.programme])
        found[key].add(row)
    return found
