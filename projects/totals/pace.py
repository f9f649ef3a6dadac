"""Pace of spending, against each plan for the year and the even pace (序时进度).

The gap in points is done ÷ plan − months gone ÷ 12; nothing is rounded before it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from projects.choices import Measure
from projects.models import Target
from projects.periods import MONTHS_OF_YEAR

from .results import is_withheld
from .totals import Answer, Row, ratio


@dataclass(frozen=True)
class Progress:
    """Money disbursed against one plan for the year. Amounts in CNY (fractions where a twelfth is not whole), shares of 1.

    `plan` is what was said of the programme; None when `planned` is the sum of what the records themselves plan. Of these
    `partly` says how many they are where others have money and no plan, so that `done` is not all that was disbursed.
    """

    planned: int
    done: int
    elapsed: Fraction
    plan: Target | None = None
    partly: int | None = None

    @property
    def share(self) -> Fraction:
        return Fraction(self.done, self.planned)

    @property
    def expected_amount(self) -> Fraction:
        """What the even pace would have disbursed by now."""
        return self.planned * self.elapsed

    @property
    def gap(self) -> Fraction:
        """CNY ahead of the even pace; negative when behind."""
        return self.done - self.expected_amount

    @property
    def gap_share(self) -> Fraction:
        """The same as a share of the plan: 0.007 is 0.7 points ahead."""
        return self.share - self.elapsed


def plan_progress(answer: Answer) -> list[Progress]:
    """Progress against every plan of the programme, announced first; empty before the first report, and where so few have
    one that it says nothing of the list.
    """
    figure = answer.total_row.figures[Measure.DISBURSED]
    done = figure.of_the_list
    if done is None or answer.year_elapsed is None or is_withheld(answer.total_row):
        return []
    return [
        Progress(comparison.target.value, done, answer.year_elapsed, comparison.target)
        for comparison in figure.targets
        if comparison.target.measure == Measure.PLANNED_DISBURSEMENT and comparison.target.value
    ]


def own_progress(answer: Answer) -> list[Progress]:
    """Progress of a part of a list against the plans of its own entries, since the programme's are for the whole: of the
    entries that have both.
    """
    figure = answer.total_row.figures[Measure.DISBURSED_OF_PLAN]
    if figure.ratio is None or figure.value is None or not figure.below or answer.year_elapsed is None:
        return []
    with_money = answer.total_row.figures[Measure.DISBURSED].known
    partly = figure.known if figure.known < with_money else None
    return [Progress(figure.below, figure.value, answer.year_elapsed, partly=partly)]


def cumulative(by_month: Answer) -> list[int]:
    """Money disbursed from the first month shown to each month, in CNY."""
    return list(accumulate(row.figures[Measure.DISBURSED].value or 0 for row in by_month.rows))


@dataclass(frozen=True)
class MonthProgress:
    """One month of a programme's year: money disbursed in it and since January, in CNY; shares of `plan`.

    `done` is None without a report, and so are the shares without a plan.
    """

    row: Row
    done: int | None
    since_january: int
    share: Fraction | None
    elapsed: Fraction

    @property
    def gap_share(self) -> Fraction | None:
        return difference(self.share, self.elapsed)


def month_by_month(by_month: Answer, plan: int | None) -> list[MonthProgress]:
    """Each month of an answer by month that begins in January, against one plan for the year in CNY."""
    lines = []
    for number, (row, done) in enumerate(zip(by_month.rows, cumulative(by_month), strict=True), start=1):
        value = row.figures[Measure.DISBURSED].value
        lines.append(MonthProgress(row, value, done, ratio(done, plan), Fraction(number, MONTHS_OF_YEAR)))
    return lines


def even_pace(plan: int, months: int = 1) -> Fraction:
    """What the even pace disburses of a year's plan in so many months, in CNY."""
    return Fraction(plan * months, MONTHS_OF_YEAR)


def difference(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    """One share less another, None when either is not known."""
    return None if one is None or other is None else one - other
