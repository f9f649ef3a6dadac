"""Lights: red, yellow, green by a rule that is data, for three questions: progress, late start, missing reports.

The presets are borrowed, as no rule of the province itself is published: points behind the even pace from Yinchuan
(2025), share of the even pace from Wuhan; see `fixtures/programmes_2019_2025.json` for their sources.
"""

from __future__ import annotations

from fractions import Fraction

from projects.choices import Light, LightMethod
from projects.models import LightRule
from projects.periods import MONTHS_OF_YEAR, Month, PartialDate

HUNDRED = 100


def points_behind(*, plan: int, due: Fraction, done: int) -> Fraction | None:
    """Percentage points of the year's plan that are lacking by now, negative when ahead; None for a plan of nothing.

    `due` is what the plan asks for to date, all in CNY.
    """
    return (due - done) * HUNDRED / plan if plan else None


def progress_light(rule: LightRule, *, plan: int, due: Fraction, done: int) -> Light | None:
    """The light of money disbursed against the plan to date; None where nothing is planned."""
    behind = points_behind(plan=plan, due=due, done=done)
    if behind is None:
        return None
    if rule.method == LightMethod.POINTS:
        return _graded(behind >= rule.yellow and behind > 0, behind > rule.red)
    return _graded(done * HUNDRED < due * rule.yellow, done * HUNDRED < due * rule.red)


def start_light(rule: LightRule, *, expected: PartialDate | None, is_started: bool, month: Month) -> Light | None:
    """The light of a start that was due; None when the day is not known. Red after months running without one."""
    if expected is None:
        return None
    if is_started:
        return Light.GREEN
    late = months_late(expected, month)
    return _graded(late >= rule.start_yellow and late > 0, late >= rule.start_red and late > 0)


def months_running(expected: PartialDate, month: Month) -> int:
    """Months without a start, the month in which it was due included; 0 while it is not due yet."""
    due = expected.first
    return max(0, (month.year - due.year) * MONTHS_OF_YEAR + month.number - due.month + 1)


def months_late(expected: PartialDate, month: Month) -> int:
    """The same by the last day that the published one can mean: '2023' is late from December on."""
    return months_running(PartialDate(expected.last, expected.precision), month)


def missing_light(rule: LightRule, *, missing: int) -> Light:
    """The light of reports that are missing in a row, the latest round included."""
    return _graded(missing >= rule.missing_yellow and missing > 0, missing >= rule.missing_red and missing > 0)


def _graded(yellow: bool, red: bool) -> Light:
    return Light.RED if red else Light.YELLOW if yellow else Light.GREEN
