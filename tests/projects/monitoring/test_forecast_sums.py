"""Forecasts are of the entries that the filters of a list find: those who say what they expect, those who reported all."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.choices import Measure, PlanKind
from projects.models import Entry
from projects.monitoring.forecast import Method, get_forecasts
from projects.totals.plans import plans_by_entry
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns
from tests.length import so_many
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
SAYING = {"counted_in": [Measure.FORECAST, Measure.PLANNED_DISBURSEMENT]}


def value(scope: Scope, figure: str) -> int | None:
    return breakdowns(scope, None, compared=False, figures=[figure])[None].total_row.figures[figure].value


def share_due(scope: Scope) -> Fraction | None:
    """Of the announced plans of a list, one by one."""
    entries = Entry.objects.filter(programme=scope.programme, project__in=scope.projects().order_by().values("pk"))
    every = plans_by_entry(entries.select_related("programme")).values()
    plans = [each[PlanKind.ANNOUNCED] for each in every if PlanKind.ANNOUNCED in each]
    due, year = (sum((each.to_date(month) for each in plans), Fraction(0)) for month in (scope.last_month, 12))
    return due / year if year else None


def compare(user: Any, parameters: dict[str, str]) -> None:
    scope = scope_of(user, parameters)
    found = {each.method: each for each in get_forecasts(scope)}
    says, reporting = scope.with_added_filters(**SAYING), scope.with_added_filters(**REPORTING)
    assert found[Method.OFFICERS].value == value(says, Measure.FORECAST)
    assert found[Method.OFFICERS].known == value(says, Measure.PROJECT_COUNT)
    if scope.first_month != 1 or not scope.last_month:
        assert found[Method.PACE].value is found[Method.CURVE].value is None
        return
    done = value(reporting, Measure.DISBURSED)
    assert {found[each].known for each in (Method.PACE, Method.CURVE)} == {value(reporting, Measure.PROJECT_COUNT)}
    if not scope.is_single_month and scope.is_comparable:
        pace = None if done is None else Fraction(done * 12, scope.last_month)
        assert found[Method.PACE].value == pace
    due = share_due(reporting)
    assert found[Method.CURVE].value == (done / due if done is not None and due else None)
    for each in (found[Method.PACE], found[Method.OFFICERS]):
        own = value(reporting if each.method == Method.PACE else says, Measure.PLANNED_DISBURSEMENT)
        assert {outlook.planned for outlook in each.against if outlook.target is None} <= {own}


@pytest.mark.parametrize("seed", range(so_many(3, 60)))
def test_of_any_year_each_method_speaks_of_those_that_the_filters_find(province, changsha_reader, settings, seed):
    settings.CLOSED_MONTH_PERCENT = 1 if seed % 2 else 90
    any_year(seed, author=province)
    for parameters in QUESTIONS:
        for user in (province, changsha_reader):
            compare(user, parameters)


def test_a_long_list_is_asked_as_a_short_one(analyst):
    def asked() -> int:
        scope = scope_of(analyst, {"through": "2023-06"})
        with CaptureQueriesContext(connection) as queries:
            get_forecasts(scope)
        return len(queries)

    few = asked()
    more_projects(40)
    assert asked() == few <= 6
