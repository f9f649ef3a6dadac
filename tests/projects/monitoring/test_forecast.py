"""The year-end by three methods, and what each means for each plan."""

from __future__ import annotations

from fractions import Fraction

import pytest

from projects.choices import PlanKind
from projects.models import Plan
from projects.monitoring.forecast import Method, get_forecasts
from projects.totals.totals import totals

from ..asking import scope_of
from ..models.reports_made import approved, entry_of, submitted, today_is

SPENT = 15_890_000_000
JUNE = {"through": "2023-06"}


def by_method(user, parameters=JUNE):
    return {forecast.method: forecast for forecast in get_forecasts(scope_of(user, parameters))}


def test_no_method_is_hidden_behind_another(analyst):
    assert [forecast.method for forecast in get_forecasts(scope_of(analyst, JUNE))] == list(Method)


def test_the_pace_so_far_meets_the_monitored_plan_and_misses_the_announced_one(analyst):
    pace = by_method(analyst)[Method.PACE]
    assert pace.value == 2 * SPENT
    assert (pace.known, pace.of) == (30, 42)
    told = [(each.target.kind, each.planned, each.difference, each.met) for each in pace.against]
    assert told == [
        ("announced", 47_300_000_000, 2 * SPENT - 47_300_000_000, False),
        ("monitored", 31_700_000_000, 2 * SPENT - 31_700_000_000, True),
    ]


def test_officers_forecasts_are_the_newest_approved_ones(analyst, province, changsha_writer):
    assert by_method(analyst)[Method.OFFICERS].value is None
    approved(changsha_writer, province, forecast=700)
    today_is("2023-09-01")
    submitted(changsha_writer, month=8, forecast=900)
    officers = by_method(analyst, {"through": "2023-08"})[Method.OFFICERS]
    assert (officers.value, officers.known) == (700, 1)
    assert by_method(analyst)[Method.OFFICERS].value is None  # said after June


def test_a_curve_changes_what_the_pace_means(analyst):
    assert by_method(analyst)[Method.CURVE].value == SPENT / Fraction(1, 2)
    entry = entry_of()
    planned = entry.planned_disbursement
    Plan(
        entry=entry, kind=PlanKind.ANNOUNCED, amount=planned, decided_on="2023-03-01", curve=[0] * 11 + [planned]
    ).save()
    whole = totals(scope_of(analyst)).total_row.figures["planned_disbursement"].value
    due = (Fraction(whole, 2) - Fraction(planned, 2)) / whole
    found = by_method(analyst)
    assert found[Method.CURVE].value == SPENT / due > found[Method.PACE].value


def test_a_part_of_the_list_is_held_against_its_own_plans(changsha_writer):
    pace = by_method(changsha_writer)[Method.PACE]
    own = totals(scope_of(changsha_writer, JUNE)).total_row.figures["planned_disbursement"].value
    assert [(each.target, each.planned) for each in pace.against] == [(None, own)]


@pytest.mark.parametrize("parameters", [{"month": "2023-06"}, {"programme": "2022"}])
def test_of_a_single_month_or_of_nothing_no_year_follows(analyst, parameters):
    assert {forecast.value for forecast in get_forecasts(scope_of(analyst, parameters))} == {None}
