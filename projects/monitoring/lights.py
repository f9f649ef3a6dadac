"""Lights: red, yellow, green by a rule that is data, for three questions: progress, late start, missing reports.

The limits are said once, as `Limits`: of numbers, for one entry, and of columns, for all entries in the database.

The presets are borrowed, as no rule of the province itself is published: points behind the even pace from Yinchuan
(2025), share of the even pace from Wuhan; see `fixtures/programmes_2019_2025.json` for their sources.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

from projects.choices import Light, LightMethod
from projects.models import LightRule
from projects.periods import MONTHS_OF_YEAR, Month, PartialDate

HUNDRED = 100


def points_behind(*, plan: int, due: Fraction, done: int) -> Fraction | None:
    """Percentage points of the year's plan that are lacking by now, negative when ahead; None for a plan of nothing.

    `due` is what the plan asks for to date, all in CNY.
    """
    return (due - done) * HUNDRED / plan if plan else None


class Limits(NamedTuple):
    """Whether the limit of yellow is passed, and that of red: truths of numbers, or terms of SQL (`terms.Term`)."""

    yellow: Any
    red: Any


def progress_limits(rule: LightRule, *, plan: Any, due: Any, done: Any, parts: Any = 1) -> Limits:
    """Of money disbursed against the plan to date, where something is planned. `due` counts so many parts of 1 CNY."""
    if rule.method == LightMethod.POINTS:
        behind, point = (due - done * parts) * HUNDRED, plan * parts
        return Limits((behind >= point * rule.yellow) & (behind > 0), behind > point * rule.red)
    percent = done * parts * HUNDRED
    return Limits(percent < due * rule.yellow, percent < due * rule.red)


def start_limits(rule: LightRule, *, late: Any) -> Limits:
    """Of a start that was due `late` months ago and has not been."""
    return Limits((late >= rule.start_yellow) & (late > 0), (late >= rule.start_red) & (late > 0))


def last_month_due(month: int, *, counts: int) -> int:
    """The last month whose reports are called missing, once the days of its round are over, at the end of a month.

    Of a month before the last that counts it is that month. From there on it is any: where hardly anybody reports no month
    counts any more, and nobody would be called missing because all the others are too.
    """
    return MONTHS_OF_YEAR if month >= counts else month


def missing_limits(rule: LightRule, *, missing: Any) -> Limits:
    """Of reports that are missing in a row, the latest round included."""
    return Limits((missing >= rule.missing_yellow) & (missing > 0), (missing >= rule.missing_red) & (missing > 0))


def graded(limits: Limits) -> Light:
    return Light.RED if limits.red else Light.YELLOW if limits.yellow else Light.GREEN


def progress_light(rule: LightRule, *, plan: int, due: Fraction, done: int) -> Light | None:
    """The light of money disbursed against the plan to date; None where nothing is planned."""
    if not plan:
        return None
    return graded(progress_limits(rule, plan=plan, due=due.numerator, done=done, parts=due.denominator))


def start_light(rule: LightRule, *, expected: PartialDate | None, is_started: bool, month: Month) -> Light | None:
    """The light of a start that was due; None when the day is not known. Red after months running without one."""
    if expected is None:
        return None
    return Light.GREEN if is_started else graded(start_limits(rule, late=months_late(expected, month)))


def months_running(expected: PartialDate, month: Month) -> int:
    """Months without a start, the month in which it was due included; 0 while it is not due yet."""
    due = expected.first
    return max(0, (month.year - due.year) * MONTHS_OF_YEAR + month.number - due.month + 1)


def months_late(expected: PartialDate, month: Month) -> int:
    """The same by the last day that the published one can mean: '2023' is late from December on."""
    return months_running(PartialDate(expected.last, expected.precision), month)


def missing_light(rule: LightRule, *, missing: int) -> Light:
    """The light of reports that are missing in a row."""
    return graded(missing_limits(rule, missing=missing))
