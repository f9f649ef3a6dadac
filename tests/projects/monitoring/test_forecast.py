"""The year at the pace so far, and what it means for each plan."""

from __future__ import annotations

import pytest

from projects.history.revisions import create_revision
from projects.models import Target
from projects.monitoring.forecast import get_forecast
from projects.totals.totals import totals

from ..asking import scope_of

SPENT = 15_890_000_000
JUNE = {"through": "2023-06"}


def test_the_pace_so_far_is_level_with_a_plan_known_to_a_hundredth_and_misses_the_announced_one(analyst):
    forecast = get_forecast(scope_of(analyst, JUNE))
    assert forecast.value == 2 * SPENT
    assert (forecast.known, forecast.of) == (30, 42)
    outlooks = [
        (each.target.kind, each.planned, each.difference, each.is_level, each.is_reached) for each in forecast.against
    ]
    assert outlooks == [
        ("announced", 47_300_000_000, 2 * SPENT - 47_300_000_000, False, False),
        ("monitored", 31_700_000_000, 2 * SPENT - 31_700_000_000, True, True),
    ]


def test_a_part_of_the_list_is_compared_with_its_own_plans(changsha_writer):
    forecast = get_forecast(scope_of(changsha_writer, JUNE))
    own = totals(scope_of(changsha_writer, JUNE)).total_row.figures["planned_disbursement"].value
    assert [(each.target, each.planned) for each in forecast.against] == [(None, own)]


def test_a_list_with_little_of_the_announced_plan_is_not_held_against_it(analyst):
    with create_revision():
        for target in Target.objects.filter(programme__year=2023, measure="planned_disbursement"):
            target.value = 60_000_000_000
            target.save()
    forecast = get_forecast(scope_of(analyst, JUNE))
    assert [(outlook.target, outlook.planned) for outlook in forecast.against] == [(None, 47_300_000_000)]


@pytest.mark.parametrize("parameters", [{"month": "2023-06"}, {"programme": "2022"}])
def test_of_a_single_month_or_of_nothing_no_year_follows(analyst, parameters):
    assert get_forecast(scope_of(analyst, parameters)).value is None
