"""Money spent against each plan for the year, and against the even pace."""

from fractions import Fraction

import pytest

from projects.totals.pace import difference, get_reported_by_month, month_by_month, plan_progress
from projects.totals.totals import totals

from ..asking import scope_of

SPENT = 15_890_000_000


def test_half_a_year_against_both_plans(analyst):
    announced, monitored = plan_progress(totals(scope_of(analyst)))
    assert (announced.plan.kind, monitored.plan.kind) == ("announced", "monitored")
    assert announced.done == monitored.done == SPENT
    assert announced.share == Fraction(SPENT, 47_300_000_000)
    assert announced.due_share == Fraction(1, 2)
    assert announced.due == 23_650_000_000
    assert announced.gap == SPENT - 23_650_000_000
    assert announced.gap_share == Fraction(SPENT, 47_300_000_000) - Fraction(1, 2)
    assert f"{float(monitored.gap_share) * 100:.1f}" == "0.1"


def test_before_the_first_report_there_is_no_progress(analyst):
    assert plan_progress(totals(scope_of(analyst, {"programme": "2022"}))) == []


@pytest.mark.parametrize("plan", [47_300_000_000, None])
def test_each_month_has_its_own_and_the_running_share(analyst, plan):
    scope = scope_of(analyst)
    lines = month_by_month(totals(scope, "month"), get_reported_by_month(scope), plan)
    assert [line.row.key for line in lines] == [f"2023-0{number}" for number in range(1, 7)]
    assert [line.reported.due for line in lines] == [Fraction(47_300_000_000 * number, 12) for number in range(1, 7)]
    assert lines[-1].since_january == lines[-1].reported.done == SPENT
    assert lines[-1].share == (Fraction(SPENT, plan) if plan else None)
    assert (lines[-1].gap_share is None) == (plan is None)


def test_a_difference_of_what_is_not_known_is_not_known():
    assert difference(Fraction(1, 2), Fraction(1, 3)) == Fraction(1, 6)
    assert difference(None, Fraction(1)) is difference(Fraction(1), None) is None
