"""How many are asked for a report, as the months of a programme say it: what counting the entries of the list says."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portfolio.dashboards.overview import asked_of_whole
from projects.choices import Measure
from projects.models import Claim, Entry, Milestone, MonthlyReport, Problem, Project
from projects.totals.totals import breakdowns
from tests.projects.asking import scope_of
from tests.projects.totals.random_register import YEARS, build, registers

ASKED = Measure.REPORTS_APPROVED.value
days = st.one_of(st.none(), st.dates(dt.date(2022, 12, 1), dt.date(2025, 1, 31)))
several = st.lists(st.tuples(days, days), min_size=16, max_size=16)
any_register = settings(
    max_examples=12, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def empty(province):
    for model in (MonthlyReport, Claim, Milestone, Problem, Entry, Project):
        QuerySet(model)._raw_delete("default")
    return province


@any_register
@given(registers, several, st.sampled_from(YEARS), st.integers(1, 12))
def test_of_any_register(empty, drawn, chosen, year, number):
    with transaction.atomic():
        build(drawn)
        for entry, (joined, left) in zip(QuerySet(Entry).order_by("pk"), chosen, strict=False):
            joined, left = sorted((joined, left)) if joined and left else (joined, left)
            QuerySet(Entry).filter(pk=entry.pk).update(joined=joined, left=left)
        scope = scope_of(empty, {"programme": year, "through": f"{year}-{number:02}"})
        counted = breakdowns(scope, None, compared=False, illustrative=True, figures=(ASKED,))[None].total_row
        assert asked_of_whole(scope) == counted.figures[ASKED].of
        transaction.set_rollback(True)


def test_of_a_part_it_is_not_known_without_a_question(register, province, changsha_writer):
    for scope in (scope_of(province, {"sector": "new-display"}), scope_of(changsha_writer)):
        assert asked_of_whole(scope) is None
    scope = scope_of(province)
    counted = breakdowns(scope, None, compared=False, figures=(ASKED,))[None].total_row
    assert asked_of_whole(scope) == counted.figures[ASKED].of == 30
