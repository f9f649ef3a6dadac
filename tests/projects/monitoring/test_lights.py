"""The rules of lights, at their edges, and what the published examples of bulletins come to."""

from __future__ import annotations

from fractions import Fraction

import pytest

from projects.choices import Light, LightMethod
from projects.models import LightRule
from projects.periods import Month, PartialDate
from projects.totals.lights import missing_light, months_running, points_behind, progress_light, start_light

pytestmark = pytest.mark.no_database

POINTS = LightRule(method=LightMethod.POINTS, yellow=10, red=30)
SHARE = LightRule(method=LightMethod.SHARE, yellow=80, red=60)
PLAN, HALF = 1_000, Fraction(500)


@pytest.mark.parametrize(
    ("done", "light"),
    [
        (401, Light.GREEN),
        (400, Light.YELLOW),  # ten points behind
        (200, Light.YELLOW),  # thirty points behind, included (Yinchuan 2025)
        (199, Light.RED),
        (-10, Light.RED),
    ],
)
def test_points_behind_the_even_pace(done, light):
    assert progress_light(POINTS, plan=PLAN, due=HALF, done=done) == light


@pytest.mark.parametrize(
    ("done", "light"), [(400, Light.GREEN), (399, Light.YELLOW), (300, Light.YELLOW), (299, Light.RED), (0, Light.RED)]
)
def test_share_of_the_even_pace(done, light):
    assert progress_light(SHARE, plan=PLAN, due=HALF, done=done) == light


def test_with_a_limit_of_nothing_only_who_is_behind_is_not_green():
    strict = LightRule(method=LightMethod.POINTS, yellow=0, red=0)
    assert progress_light(strict, plan=PLAN, due=HALF, done=500) == Light.GREEN
    assert progress_light(strict, plan=PLAN, due=HALF, done=499) == Light.RED


@pytest.mark.parametrize("rule", [POINTS, SHARE])
def test_where_nothing_is_planned_nothing_is_rated_and_where_nothing_is_due_all_is_well(rule):
    assert points_behind(plan=0, due=Fraction(0), done=5) is None
    assert progress_light(rule, plan=0, due=Fraction(0), done=5) is None
    assert progress_light(rule, plan=PLAN, due=Fraction(0), done=0) == Light.GREEN


@pytest.mark.parametrize(
    ("expected", "month", "light"),
    [
        ("2023-07", 6, Light.GREEN),
        ("2023-06", 6, Light.YELLOW),  # due this month
        ("2023-04", 6, Light.RED),  # three months running
        ("2023-Q2", 6, Light.YELLOW),  # may still mean June
        ("2022", 6, Light.RED),
        ("2023", 12, Light.YELLOW),
    ],
)
def test_a_late_start(expected, month, light):
    rule, at = LightRule(start_yellow=1, start_red=3), Month(2023, month)
    partial = PartialDate.parse(expected)
    assert start_light(rule, expected=partial, is_started=False, month=at) == light
    assert start_light(rule, expected=partial, is_started=True, month=at) == Light.GREEN
    assert start_light(rule, expected=None, is_started=False, month=at) is None


def test_months_run_over_the_turn_of_the_year():
    assert months_running(PartialDate.parse("2022-11"), Month(2023, 1)) == 3


@pytest.mark.parametrize(("missing", "light"), [(0, Light.GREEN), (1, Light.YELLOW), (2, Light.RED), (6, Light.RED)])
def test_reports_missing_in_a_row(missing, light):
    assert missing_light(LightRule(missing_yellow=1, missing_red=2), missing=missing) == light
