"""Lights: red, yellow, green by a rule that is data, for three facts: progress, a late start, missing reports.

The presets are borrowed, as no rule of the province itself is published: points behind the even pace from Yinchuan
(2025), share of the even pace from Wuhan; see `fixtures/programmes_2019_2025.json` for their sources.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from projects.choices import Light, LightMethod
from projects.models import LightRule, MonthlyReport
from projects.periods import MONTHS_OF_YEAR, Month, PartialDate

from .plans import YearPlan, measured_against, plans_of

HUNDRED = 100


def grade(*, yellow: bool, red: bool) -> Light:
    return Light.RED if red else Light.YELLOW if yellow else Light.GREEN


# progress: money disbursed against what the plan asks for to date


def points_behind(*, plan: int, due: Fraction, done: int) -> Fraction | None:
    """Return how many percentage points of the year's plan are lacking, negative when ahead; None for a plan of nothing.

    `due` is what the plan asks for to date, all in CNY.
    """
    return (due - done) * HUNDRED / plan if plan else None


def progress_light(rule: LightRule, *, plan: int, due: Fraction, done: int) -> Light | None:
    """Return the light of `done` against `due` of `plan`, all in CNY; None where nothing is planned."""
    if not plan:
        return None
    due_parts, parts = due.numerator, due.denominator  # of 1 CNY: whole numbers, as long lists are rated
    if rule.method == LightMethod.POINTS:
        behind, point = (due_parts - done * parts) * HUNDRED, plan * parts
        return grade(yellow=behind >= point * rule.yellow and behind > 0, red=behind > point * rule.red)
    percent = done * parts * HUNDRED
    return grade(yellow=percent < due_parts * rule.yellow, red=percent < due_parts * rule.red)


def light_at(rule: LightRule | None, plan: YearPlan | None, *, due: Fraction | None, done: int | None) -> Light | None:
    """Return the light of `done` CNY against what is `due` in the same months; None where any of them is not known."""
    if rule is None or plan is None or done is None or due is None:
        return None
    return progress_light(rule, plan=plan.amount, due=due, done=done)


def must_explain(rule: LightRule | None, plan: YearPlan | None, pairs: Mapping[int, int]) -> bool:
    """Return True if an entry is further behind a plan than the rule lets pass without a reason; CNY by month."""
    if rule is None or plan is None or not pairs:
        return False
    points = points_behind(plan=plan.amount, due=plan.get_due(pairs), done=sum(pairs.values()))
    return points is not None and points > rule.explain_beyond


def is_behind_plan(report: MonthlyReport) -> bool:
    """Return True if a report must give a reason and a measure. Two queries, for the plans and reports of its entry."""
    rule = report.entry.programme.light_rule
    if rule is None or report.disbursed is None:
        return False
    return must_explain(rule, measured_against(plans_of(report.entry), rule), report.amounts_to_date)


# a late start


def start_light(rule: LightRule, *, expected: PartialDate | None, is_started: bool, month: Month) -> Light | None:
    """Return the light of a start that was due; None when the day is not known. Red after months running without one."""
    if expected is None:
        return None
    if is_started:
        return Light.GREEN
    late = months_late(expected, month)
    return grade(yellow=late >= rule.start_yellow and late > 0, red=late >= rule.start_red and late > 0)


def months_running(expected: PartialDate, month: Month) -> int:
    """Return the months without a start, the month in which it was due included; 0 while it is not due yet."""
    due = expected.first
    return max(0, (month.year - due.year) * MONTHS_OF_YEAR + month.number - due.month + 1)


def months_late(expected: PartialDate, month: Month) -> int:
    """Return the same by the last day that the published one can mean: '2023' is late from December on."""
    return months_running(PartialDate(expected.last, expected.precision), month)


# missing reports


def last_month_due(month: int, *, counts: int) -> int:
    """Return the last month whose reports are called missing, once the days of its round are over, at the end of `month`.

    Of a month before the last that counts it is that month. From there on it is any: where hardly anybody reports no month
    counts any more, and nobody would be called missing because all the others are too.
    """
    return MONTHS_OF_YEAR if month >= counts else month


def missing_light(rule: LightRule, *, missing: int) -> Light:
    """Return the light of reports that are missing in a row, the latest round included."""
    return grade(yellow=missing >= rule.missing_yellow and missing > 0, red=missing >= rule.missing_red and missing > 0)
