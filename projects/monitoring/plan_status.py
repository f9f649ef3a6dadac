"""Status of one report against its plan: whether it is so far behind that it must say why."""

from __future__ import annotations

from fractions import Fraction

from projects.choices import Light
from projects.models import LightRule, MonthlyReport

from .lights import points_behind, progress_light
from .plans import Plans, YearPlan, measured_against, plans_of


def behind(report: MonthlyReport) -> Fraction | None:
    """Points behind the plan to date that the programme's rule measures against; None where that cannot be said."""
    rule, done = report.entry.programme.light_rule, report.year_to_date
    if rule is None or done is None:
        return None
    return behind_at(rule, plans_of(report.entry), month=report.month, done=done)


def behind_at(rule: LightRule | None, plans: Plans, *, month: int, done: int | None) -> Fraction | None:
    """The same for `done` CNY from January to a month, where the plans are at hand."""
    plan = measured_against(plans, rule)
    if rule is None or plan is None or done is None:
        return None
    return points_behind(plan=plan.amount, due=plan.to_date(month), done=done)


def light_at(rule: LightRule | None, plan: YearPlan | None, *, month: int, done: int | None) -> Light | None:
    """The light of `done` CNY from January to a month; None where there is no rule, plan, report or month yet."""
    if rule is None or plan is None or done is None or not month:
        return None
    return progress_light(rule, plan=plan.amount, due=plan.to_date(month), done=done)


def behind_plan(report: MonthlyReport) -> bool:
    """Whether the report must give a reason and a measure."""
    return must_explain(report.entry.programme.light_rule, behind(report))


def must_explain(rule: LightRule | None, points: Fraction | None) -> bool:
    """Whether so many points behind are more than the rule lets pass without a reason."""
    return rule is not None and points is not None and points > rule.explain_beyond
