"""The forecast is of the entries that the filters of a list find and that have reported every month."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.choices import Measure
from projects.monitoring.forecast import get_forecast
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns
from tests.pages import more_projects

from ..asking import scope_of
from .random_years import any_year

QUESTIONS = (
    {},
    {"through": "2023-06"},
    {"through": "2023-03", "sector": "energy-electronics"},
    {"through": "2023-12", "counted_in": "disbursed"},
    {"month": "2023-05"},
)
REPORTING = {"counted_in": [Measure.PLANNED_DISBURSEMENT], "complete_in": [Measure.DISBURSED]}


def value(scope: Scope, figure: str) -> int | None:
    return breakdowns(scope, None, compared=False, figures=[figure])[None].total_row.figures[figure].value


def compare(user: Any, parameters: dict[str, str]) -> None:
    scope = scope_of(user, parameters)
    forecast, reporting = get_forecast(scope), scope.with_added_filters(**REPORTING)
    if scope.first_month != 1 or not scope.last_month:
        assert forecast.value is None
        return
    done = value(reporting, Measure.DISBURSED)
    assert forecast.known == value(reporting, Measure.PROJECT_COUNT)
    if not scope.is_single_month and scope.is_comparable:
        assert forecast.value == (None if done is None else Fraction(done * 12, scope.last_month))
    own = value(reporting, Measure.PLANNED_DISBURSEMENT)
    assert {outlook.planned for outlook in forecast.against if outlook.target is None} <= {own}


@pytest.mark.parametrize("seed", range(3))
def test_of_any_year_it_speaks_of_those_that_the_filters_find(province, changsha_reader, settings, seed):
    settings.CLOSED_MONTH_PERCENT = 1 if seed % 2 else 90
    any_year(seed, author=province)
    for parameters in QUESTIONS:
        for user in (province, changsha_reader):
            compare(user, parameters)


def test_a_long_list_is_asked_as_a_short_one(analyst):
    def asked() -> int:
        scope = scope_of(analyst, {"through": "2023-06"})
        with CaptureQueriesContext(connection) as queries:
            get_forecast(scope)
        return len(queries)

    few = asked()
    more_projects(40)
    assert asked() == few <= 6
