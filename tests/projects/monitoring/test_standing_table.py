"""Standings in the database are those of `entry_status`, entry by entry, and a page of them costs as much as any other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.choices import Light
from projects.history.as_of import AsOf, looking_back
from projects.history.revisions import writing
from projects.models import MonthlyReport, Revision
from projects.monitoring.entry_status import Standing, standings, standings_at
from projects.monitoring.forecast import forecasts
from projects.monitoring.standing_table import EntriesShown, number_before, standing_page
from tests.length import LONG, so_many
from tests.pages import more_projects

from ..asking import scope_of
from .random_years import any_year

QUESTIONS = (
    {},
    {"through": "2023-06"},
    {"through": "2023-01"},
    {"month": "2023-05"},
    {"through": "2023-08"},
    {"through": "2023-06", "sector": "energy-electronics", "ordering": "-disbursed,name"},
    {"through": "2023-08", "ordering": "planned_disbursement"},
    {"through": "2023-12", "basis": "illustrative"},
)
_ORDER = {Light.RED: 0, Light.YELLOW: 1, Light.GREEN: 2, None: 3}


def worst_first(found: Sequence[Standing]) -> list[Standing]:
    def order(standing: Standing) -> tuple[int, bool, Fraction]:
        gap = standing.gap_share
        worst = min(_ORDER[light] for light in (standing.light, standing.start, standing.reports))
        return worst, gap is None, gap or Fraction(0)

    return sorted(found, key=order)


def is_shown(standing: Standing, shown: EntriesShown) -> bool:
    return {
        EntriesShown.ALL: True,
        EntriesShown.ATTENTION: standing.needs_attention,
        EntriesShown.DISAGREED: standing.disagrees,
        EntriesShown.NONE: standing.light is None,
    }.get(shown, standing.light == shown.value)


def judged(found: Sequence[Standing]) -> list[tuple[int, int]]:
    return [(each.project.pk, each.month.number if each.month else 0) for each in found]


def compare(user: Any, parameters: dict[str, str]) -> int:
    scope = scope_of(user, parameters)
    every = worst_first(standings(scope))
    for shown in EntriesShown:
        page = standing_page(scope, shown, first=0, last=100)
        expected = [each for each in every if is_shown(each, shown)]
        assert list(page.months) == judged(expected), (parameters, shown)
        assert page.number(shown) == len(expected)
        assert standings_at(scope, page.entries) == expected
    lights = Counter((each.month.number if each.month else 0, each.light) for each in every)
    counted: Counter[Any] = Counter()
    for alike in page.every:
        counted[alike.month, alike.light] += alike.number
    assert counted == lights
    return len(every)


@pytest.mark.parametrize("seed", range(so_many(2, 80)))
def test_of_any_year_each_entry_stands_where_the_rules_say_and_in_their_order(
    province, changsha_reader, settings, seed
):
    settings.CLOSED_MONTH_PERCENT = 1 if seed % 2 else 90  # so that months count, or stay open
    any_year(seed, author=province)
    users = (province, changsha_reader)
    asked = [
        (user, question)
        for number, question in enumerate(QUESTIONS)
        for user in (users if LONG else [users[(number + seed) % 2]])  # else by each of them in one of two years
    ]
    found = [compare(user, question) for user, question in asked]
    assert any(found)


def test_nothing_to_sort_is_sorted(analyst, stranger):
    assert worst_first([]) == []
    for user, parameters in ((analyst, {"programme": "2021"}), (stranger, {})):
        page = standing_page(scope_of(user, parameters), EntriesShown.ALL, first=0, last=50)
        assert (page.every, page.entries) == ((), ())


def test_an_entry_is_found_at_its_place(analyst):
    scope = scope_of(analyst)
    every = standing_page(scope, EntriesShown.ALL, first=0, last=100).months
    assert len(every) == 42
    assert [number_before(scope, project) for project, _month in every] == list(range(42))
    assert standing_page(scope, EntriesShown.ALL, first=40, last=50).months == every[40:]


def test_a_page_asks_as_much_of_a_long_list_as_of_a_short_one(analyst):
    """And reads no more than a page of records."""

    def asked() -> int:
        scope = scope_of(analyst)
        with CaptureQueriesContext(connection) as queries:
            page = standing_page(scope, EntriesShown.ALL, first=0, last=20)
            assert len(standings_at(scope, page.entries)) == len(page.months) == 20
            assert len(page.every) < 20
        return len(queries)

    few = asked()
    more_projects(80)
    assert asked() == few <= 11


def test_of_a_past_they_are_told_from_the_reports_of_then(analyst):
    state = AsOf.parse(f"r{Revision.objects.newest_number()}")
    parameters = {"through": "2023-06"}
    page = standing_page(scope_of(analyst, parameters), EntriesShown.ALL, first=0, last=50)
    expected = forecasts(scope_of(analyst, parameters))
    report = MonthlyReport.objects.filter(month=6, disbursed__gt=0).first()
    with writing(reason="another amount"):
        report.disbursed, report.stage, report.correction_reason = 0, "preparation", "counted twice"
        report.save()
    assert standing_page(scope_of(analyst, parameters), EntriesShown.ALL, first=0, last=50) != page
    with looking_back(state):
        assert compare(analyst, parameters) == 42
        assert standing_page(scope_of(analyst, parameters), EntriesShown.ALL, first=0, last=50) == page
        assert forecasts(scope_of(analyst, parameters)) == expected
