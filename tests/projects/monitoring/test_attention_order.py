"""The order of the attention list: the worst light first, then the furthest behind; a page loads what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

from projects.choices import Light
from projects.history.as_of import AsOf, override_as_of
from projects.history.revisions import create_revision
from projects.models import MonthlyReport, Revision
from projects.monitoring.forecast import get_forecast
from projects.monitoring.standings import EntriesShown, sort_standings
from projects.totals.standings import Standing

from ..asking import get_standings, scope_of
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


def order_of(standing: Standing) -> tuple[int, bool, Fraction]:
    gap = standing.gap_share
    worst = min(_ORDER[light] for light in (standing.light, standing.start, standing.reports))
    return worst, gap is None, gap or Fraction(0)


def facts_of(found: Sequence[Standing]) -> list[tuple[Any, ...]]:
    names = ("number", "light", "start", "reports", "missing_count", "gap", "rated_light")
    return [(each.entry.pk, *(getattr(each, name) for name in names)) for each in found]


@pytest.mark.parametrize("seed", range(2))
def test_of_any_year_the_worst_come_first_and_alike_ones_in_the_order_of_the_list(province, settings, seed):
    settings.CLOSED_MONTH_PERCENT = 1 if seed % 2 else 90  # so that months count, or stay open
    any_year(seed, author=province)
    for question in QUESTIONS:
        scope = scope_of(province, question)
        listed = [each.entry.project_id for each in scope.standings]
        assert listed == list(scope.projects().values_list("pk", flat=True))
        found = sort_standings(scope.standings)
        assert [each.entry.pk for each in found] == [each.entry.pk for each in sorted(scope.standings, key=order_of)]
        parts = [shown.filter(found) for shown in EntriesShown if shown.value in (*Light.values, "none")]
        assert sum(len(part) for part in parts) == len(EntriesShown.ALL.filter(found)) == len(found)
        for each in found:
            assert each.needs_attention or each.light not in (Light.RED, Light.YELLOW)


def test_records_of_a_page_say_what_its_rows_do(analyst):
    scope = scope_of(analyst, {"through": "2023-06"})
    rows = facts_of(scope.standings)
    found = get_standings(scope)
    assert facts_of(found) == rows
    assert {sum(plan.is_rated for plan in each.by_plan) for each in found if each.plan} == {1}
    assert all(each.project.code and each.entry.programme == scope.programme for each in found)
    assert {each.last_report.pk for each in found if each.last_report} <= set(
        MonthlyReport.objects.filter(month__lte=6).values_list("pk", flat=True)
    )


def test_nothing_to_sort_is_sorted(analyst, stranger):
    for user, parameters in ((analyst, {"programme": "2021"}), (stranger, {})):
        assert sort_standings(scope_of(user, parameters).standings) == []
        assert get_standings(scope_of(user, parameters)) == []


def test_of_a_past_they_are_told_from_the_reports_of_then(analyst):
    state = AsOf.parse(f"r{Revision.objects.newest_number()}")
    parameters = {"through": "2023-06"}
    rows = facts_of(sort_standings(scope_of(analyst, parameters).standings))
    expected = get_forecast(scope_of(analyst, parameters))
    report = MonthlyReport.objects.filter(month=6, disbursed__gt=0).first()
    with create_revision(reason="another amount"):
        report.disbursed, report.stage, report.correction_reason = 0, "preparation", "counted twice"
        report.save()
    assert facts_of(sort_standings(scope_of(analyst, parameters).standings)) != rows
    with override_as_of(state):
        assert facts_of(sort_standings(scope_of(analyst, parameters).standings)) == rows
        assert get_forecast(scope_of(analyst, parameters)) == expected
