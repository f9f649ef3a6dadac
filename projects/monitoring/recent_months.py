"""Recent months: what was disbursed in the twelve months up to the reported one, and whether that one is unusual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Any

from projects.choices import PlausibilityKind
from projects.models import MonthlyReport, PlausibilityRule
from projects.periods import MONTHS_OF_YEAR, Month
from projects.plausibility.rules import HUNDRED, get_outlier_score
from projects.totals.totals import ratio


@dataclass(frozen=True)
class MonthDone:
    """One month: CNY and the share of the year's plan, None where not known; how far its report has come, '' without one."""

    month: Month
    amount: int | None = None
    share: Fraction | None = None
    state: str = ""


@dataclass(frozen=True)
class RecentMonths:
    """Twelve months, the last the reported one. Medians are of the months of this year before it, CNY and share of 1.

    `score` and `limit` are those of the rule about outliers; None where it says nothing of this month.
    """

    months: list[MonthDone]
    median: int | Fraction | None
    median_share: Fraction | None
    score: Fraction | None
    limit: Fraction | None

    @property
    def now(self) -> MonthDone:
        return self.months[-1]

    @property
    def is_unusual(self) -> bool:
        return self.score is not None and self.limit is not None and abs(self.score) > self.limit


def recent_months(
    report: MonthlyReport,
    earlier: Sequence[MonthlyReport],
    last_year: Mapping[int, int | None],
    *,
    rules: Mapping[str, PlausibilityRule],
) -> RecentMonths:
    """`earlier` are the entry's reports of the months before; `last_year` is by month what was disbursed the year before.

    `report` may say what is not stored yet.
    """
    plan = report.entry.planned_disbursement
    by_month = {each.month: each for each in earlier} | {report.month: report}
    year = report.period.year
    before = [each.disbursed for each in earlier if each.disbursed is not None]
    middle = median([Fraction(each) for each in before]) if before else None
    rule = rules.get(PlausibilityKind.OUTLIER.value)
    score = get_outlier_score(report.disbursed, before, plan, months=rule.months or 0) if rule else None
    return RecentMonths(
        months=[
            *(
                MonthDone(Month(year - 1, month), last_year.get(month))
                for month in range(report.month + 1, MONTHS_OF_YEAR + 1)
            ),
            *(_of_this_year(by_month.get(month), Month(year, month), plan) for month in range(1, report.month + 1)),
        ],
        median=middle,
        median_share=Fraction(middle) / plan if middle is not None and plan else None,
        score=score,
        limit=Fraction(rule.limit, HUNDRED) if rule and rule.limit is not None else None,
    )


def _of_this_year(report: Any, month: Month, plan: int | None) -> MonthDone:
    if report is None:
        return MonthDone(month)
    return MonthDone(month, report.disbursed, ratio(report.disbursed, plan) if plan else None, report.state)
