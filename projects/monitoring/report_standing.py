"""Standing of one report: what it brings its entry to, against the plan that the programme's rule measures against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from projects.choices import Light
from projects.models import LightRule, MonthlyReport
from projects.totals.results import ratio

from .plan_status import light_at
from .plans import YearPlan, measured_against, plans_of


@dataclass(frozen=True)
class ReportStanding:
    """CNY from January to the report's month, their share of the plan, and how far that is ahead of the plan to date.

    None where it is not known; `gap` is a share of the plan too, negative when behind.
    """

    year_to_date: int | None
    share: Fraction | None
    gap: Fraction | None
    light: Light | None


def report_standing(
    amount: int | None, *, before: int, month: int, plan: YearPlan | None, rule: LightRule | None
) -> ReportStanding:
    """The standing that a report of `amount` CNY gives, with `before` CNY reported from January to the month before."""
    if amount is None:
        return ReportStanding(None, None, None, None)
    done = before + amount
    return ReportStanding(
        year_to_date=done,
        share=ratio(done, plan.amount) if plan else None,
        gap=plan.ahead(done, month) if plan else None,
        light=light_at(rule, plan, month=month, done=done),
    )


def standing_in_year(report: MonthlyReport, year: Iterable[MonthlyReport]) -> ReportStanding:
    """The same for a report among those of its entry that a reader may see; one query, for the plans."""
    before = 0
    for each in year:
        if each.month < report.month:
            before += each.disbursed or 0
    rule = report.entry.programme.light_rule
    plan = measured_against(plans_of(report.entry), rule)
    return report_standing(report.disbursed, before=before, month=report.month, plan=plan, rule=rule)
