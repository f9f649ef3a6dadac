"""The forecast is of the entries that the filters of a list find and that have reported every month."""

from __future__ import annotations

from typing import Any

import pytest

from projects.choices import Measure
from projects.monitoring.forecast import get_forecast
from projects.totals.totals import totals

from ..asking import scope_of
from .random_years import any_year

QUESTIONS = (
    {},
    {"through": "2023-06"},
    {"through": "2023-03", "sector": "energy-electronics"},
    {"through": "2023-12", "counted_in": "disbursed"},
    {"month": "2023-05"},
)


def compare(user: Any, parameters: dict[str, str]) -> None:
    scope = scope_of(user, parameters)
    forecast, row = get_forecast(scope), totals(scope).total_row
    figure = row.figures[Measure.DISBURSED_OF_PLAN]
    if scope.first_month != 1 or not scope.last_month or not figure.pairs or not figure.pairs.due:
        assert forecast.value is None
        return
    assert (forecast.known, forecast.amount) == (figure.known, figure.value)
    assert forecast.value == figure.value * figure.below / figure.pairs.due
    assert {outlook.planned for outlook in forecast.against if outlook.target is None} <= {figure.below}


@pytest.mark.parametrize("seed", range(3))
def test_of_any_year_it_speaks_of_those_that_the_filters_find(province, changsha_reader, settings, seed):
    settings.CLOSED_MONTH_PERCENT = 1 if seed % 2 else 90
    any_year(seed, author=province)
    for parameters in QUESTIONS:
        for user in (province, changsha_reader):
            compare(user, parameters)
