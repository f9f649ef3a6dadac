"""How one report stands against its plan: whether it is so far behind that it must say why."""

from __future__ import annotations

from fractions import Fraction

from .lights import points_behind
from .models import MonthlyReport
from .plans import plans_of


def behind(report: MonthlyReport) -> Fraction | None:
    """Points behind the plan to date that the programme's rule measures against; None where that cannot be said."""
    rule = report.entry.programme.light_rule
    done = report.year_to_date
    plan = plans_of(report.entry).get(rule.against) if rule else None  # type: ignore[call-overload]
    if plan is None or done is None:
        return None
    return points_behind(plan=plan.amount, due=plan.to_date(report.month), done=done)


def behind_plan(report: MonthlyReport) -> bool:
    """Whether the report must give a reason and a measure."""
    points = behind(report)
    return points is not None and points > report.entry.programme.light_rule.explain_beyond
