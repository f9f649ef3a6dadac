"""Percentage points as pages write them never contradict the light beside them: its limits are whole numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.choices import Light, LightMethod
from projects.models import LightRule
from projects.pages.formatting import compared_points, points
from projects.totals.lights import progress_light

pytestmark = pytest.mark.no_database


def number(text: str) -> Fraction:
    return Fraction(text.replace("−", "-").replace(",", ""))


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        ("-0.1", "−10.0"),
        ("-0.0997", "−9.9"),
        ("-0.099996", "−9.9"),
        ("-0.3003", "−30.1"),
        ("-0.300004", "−30.1"),
        ("0.0997", "+9.9"),
        ("-0.0994", "−9.9"),
        ("-0.0003", "0.0"),
        ("0", "0.0"),
    ],
)
def test_what_is_nearly_a_whole_number_is_not_written_as_one(difference, text):
    assert points(Fraction(difference)) == text


@given(st.integers(1, 10**12), st.integers(0, 2 * 10**12), st.integers(1, 12), st.integers(1, 60), st.integers(0, 40))
def test_the_light_of_what_is_shown_is_the_light_that_is_shown(plan, done, month, yellow, more):
    rule = LightRule(method=LightMethod.POINTS, yellow=yellow, red=yellow + more)
    due = Fraction(plan * month, 12)
    behind = -number(points((done - due) / plan)) if done <= 100 * plan else Fraction(-1)
    shown = Light.RED if behind > rule.red else Light.YELLOW if behind >= rule.yellow else Light.GREEN
    assert shown == progress_light(rule, plan=plan, due=due, done=done)


@given(st.integers(1, 99), st.fractions(Fraction(-1, 20), Fraction(1, 20), max_denominator=10**9))
def test_near_each_limit_what_is_shown_lies_on_its_side_and_not_far(limit, apart):
    value = limit + apart
    shown = number(points(value / 100))
    assert (shown < limit, shown > limit) == (value < limit, value > limit)
    assert abs(shown - value) <= Fraction(1, 10)
    words = compared_points(value / 100, behind="-%(points)s", level="", ahead="%(points)s")
    assert number(words) == shown
