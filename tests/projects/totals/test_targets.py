"""When a number meets what was announced, by the way that was meant."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.choices import Measure, Relation
from projects.models import Target
from projects.totals.span import Span
from projects.totals.targets import ABOUT, comparisons, is_about_figure, is_met, is_within_target

JUNE = Span(1, 1, 6)


def target(relation="exactly", value=100, measure="total_investment", through_month=None):
    return Target(measure=measure, relation=relation, value=value, through_month=through_month)


def test_money_spent_meets_a_plan_by_reaching_it():
    plan = target("exactly", measure="planned_disbursement")
    assert [is_met(value, plan, figure="disbursed") for value in (99, 100, 101)] == [False, True, True]


def test_a_plan_of_about_a_number_is_reached_within_its_tolerance():
    plan = target("about", 1000, "planned_disbursement")
    assert is_met(990, plan, figure="disbursed")
    assert not is_met(989, plan, figure="disbursed")
    assert is_within_target(-10, plan)
    assert not is_within_target(Fraction(-101, 10), plan)


@given(st.sampled_from(Relation.values), st.integers(0, 10**15 - 1), st.integers(0, 10**15 - 1))
def test_every_relation_is_decided_exactly(relation, value, aimed):
    met = is_met(value, target(relation, aimed), figure="total_investment")
    assert (
        met
        == {
            "exactly": value == aimed,
            "at least": value >= aimed,
            "more than": value > aimed,
            "about": abs(Fraction(value) - aimed) <= ABOUT * aimed,
        }[relation]
    )


@pytest.mark.parametrize(
    ("measure", "through_month", "concerned"),
    [("disbursed", 6, True), ("disbursed", 9, False), ("planned_disbursement", None, True)],
)
def test_money_spent_is_held_against_plans_and_reports_of_the_same_months(measure, through_month, concerned):
    assert is_about_figure(target(measure=measure, through_month=through_month), Measure.DISBURSED, JUNE) == concerned


def test_before_the_first_report_every_number_about_money_spent_is_shown():
    for month in (6, 9, None):
        assert is_about_figure(target(measure="disbursed", through_month=month), Measure.DISBURSED, Span(1, 1, 0))


def test_a_comparison_has_ratio_and_difference_and_says_met_only_of_the_whole():
    aims = [target(value=200), target(measure="expected_revenue")]
    part = comparisons("total_investment", 50, aims, span=JUNE, whole=False)
    assert [(each.ratio, each.difference, each.met) for each in part] == [(Fraction(1, 4), -150, None)]
    whole = comparisons("total_investment", 50, aims, span=JUNE, whole=True)
    assert [each.met for each in whole] == [False]


def test_what_is_not_known_has_neither_ratio_nor_verdict():
    (unknown,) = comparisons("total_investment", None, [target()], span=JUNE, whole=True)
    assert (unknown.ratio, unknown.difference, unknown.met) == (None, None, None)
    (nothing,) = comparisons("total_investment", 5, [target(value=0)], span=JUNE, whole=True)
    assert (nothing.ratio, nothing.difference, nothing.met) == (None, 5, False)
