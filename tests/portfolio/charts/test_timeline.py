"""Milestones on a line of time."""

import datetime as dt
from itertools import pairwise

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from portfolio.charts.timeline import MOST_TICKS, time_scale
from portfolio.templatetags.timeline import build_mark
from projects.models import Milestone
from projects.pages.monitoring.milestones import MilestoneRow

pytestmark = pytest.mark.no_database

DAYS = st.dates(dt.date(1950, 1, 1), dt.date(2140, 1, 1))


def per_cent(x):
    return float(x.removesuffix("%"))


@given(st.lists(DAYS, min_size=1, max_size=9), DAYS)
def test_every_day_lies_on_the_scale_in_its_order(days, today):
    scale = time_scale(days, today)
    places = [per_cent(scale.x(day)) for day in sorted(days)]
    assert places == sorted(places)
    assert places[0] >= 0
    assert places[-1] <= 100
    assert len(scale.ticks) <= MOST_TICKS + 1
    assert all(per_cent(one.x) < per_cent(other.x) for one, other in pairwise(scale.ticks))


def test_a_scale_is_of_whole_months_and_names_the_years():
    with override("en"):
        scale = time_scale([dt.date(2023, 2, 20), dt.date(2024, 3, 31)], dt.date(2023, 8, 7))
    assert (scale.first, scale.last) == (dt.date(2023, 2, 1), dt.date(2024, 4, 1))
    assert [tick.label for tick in scale.ticks] == ["2023-04", "Jul", "Oct", "2024-01"]
    assert 43 < per_cent(scale.today) < 45


@pytest.mark.parametrize(("today", "is_shown"), [("2023-06-15", True), ("2024-02-01", True), ("2031-01-01", False)])
def test_today_is_shown_unless_it_is_far_off(today, is_shown):
    scale = time_scale([dt.date(2023, 1, 10), dt.date(2023, 4, 1)], dt.date.fromisoformat(today))
    assert bool(scale.today) == is_shown
    if is_shown:
        assert 0 <= per_cent(scale.today) <= 100


@pytest.mark.parametrize(
    ("expected", "actual", "overdue", "drawn"),
    [
        ("2023-03-01", None, False, ""),
        ("2023-05-01", None, False, "mile-expected"),
        ("2023-03-01", None, True, "mile-overdue"),
        ("2023-03-01", "2023-03-01", False, "mile-actual"),
        ("2023-03-01", "2023-02-10", False, "mile-actual"),
    ],
)
def test_a_milestone_is_marked_where_it_was_planned_and_on_its_newest_day(expected, actual, overdue, drawn):
    planned, newest = dt.date(2023, 3, 1), dt.date.fromisoformat(actual or expected)
    scale = time_scale([dt.date(2023, 1, 1), dt.date(2023, 12, 1)], dt.date(2023, 6, 1))
    record = Milestone(
        name_zh="x",
        planned=planned,
        expected=dt.date.fromisoformat(expected),
        actual=dt.date.fromisoformat(actual) if actual else None,
    )
    today = newest + dt.timedelta(days=1 if overdue else 0)
    mark = build_mark(MilestoneRow(record, today), scale)
    assert (mark["drawn"], mark["planned"], mark["newest"]) == (drawn, scale.x(planned), scale.x(newest))
