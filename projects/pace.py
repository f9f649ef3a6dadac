"""How fast money is spent, against each plan for the year and the even pace (序时进度).

The gap in points is done ÷ plan − months gone ÷ 12; nothing is rounded before it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from .choices import Measure
from .models import Target
from .totals import Answer


@dataclass(frozen=True)
class PlanProgress:
    """Money disbursed against one plan. Amounts in CNY (fractions where a twelfth is not whole), shares of 1."""

    plan: Target
    done: int
    share: Fraction
    elapsed: Fraction

    @property
    def expected(self) -> Fraction:
        """What the even pace would have disbursed by now."""
        return self.plan.value * self.elapsed

    @property
    def gap(self) -> Fraction:
        """CNY ahead of the even pace; negative when behind."""
        return self.done - self.expected

    @property
    def gap_share(self) -> Fraction:
        """The same as a share of the plan: 0.007 is 0.7 points ahead."""
        return self.share - self.elapsed


def plan_progress(answer: Answer) -> list[PlanProgress]:
    """Progress against every plan of the programme, announced first; empty before the first report."""
    figure = answer.whole.figures[Measure.DISBURSED]
    if figure.value is None or answer.year_elapsed is None:
        return []
    return [
        PlanProgress(comparison.target, figure.value, comparison.ratio, answer.year_elapsed)
        for comparison in figure.targets
        if comparison.target.measure == Measure.PLANNED_DISBURSEMENT and comparison.ratio is not None
    ]


def cumulative(by_month: Answer) -> list[int]:
    """Money disbursed from the first month shown to each month, in CNY."""
    return list(accumulate(row.figures[Measure.DISBURSED].value or 0 for row in by_month.rows))
