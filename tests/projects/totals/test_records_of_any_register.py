"""Whatever the register and the question, a figure opens to the rows that `totals` gives of its records."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from projects.models import Claim, Entry, Milestone, MonthlyReport, Problem, Project
from projects.totals.dimensions import EACH
from projects.totals.explanation import explanation
from projects.totals.figures import COUNTED, FIGURES
from projects.totals.totals import breakdowns

from ..asking import scope_of
from .random_questions import questions
from .random_register import YEARS, registers
from .test_lists_that_change import several, stored

pytestmark = pytest.mark.django_db

any_register = settings(
    max_examples=12, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
listed = st.sampled_from([[], [], [("listed", "left")], [("listed", "start"), ("listed", "later")]])
months = st.one_of(st.none(), st.tuples(st.sampled_from(["month", "through"]), st.integers(1, 12)))


@pytest.fixture
def empty(province):
    for model in (MonthlyReport, Claim, Milestone, Problem, Entry, Project):
        QuerySet(model)._raw_delete("default")
    return province


@any_register
@given(registers, several, questions(), listed, st.sampled_from(YEARS), months, st.booleans())
def test_a_figure_opens_to_its_records_the_largest_first(empty, drawn, chosen, question, part, year, month, on_list):
    with transaction.atomic():
        stored(drawn, chosen)
        pairs = [("programme", str(year)), *question, *part]
        pairs += [(month[0], f"{year}-{month[1]:02}")] if month else []
        scope = scope_of(empty, pairs, on_list=on_list)
        rows = breakdowns(scope, EACH, figures=tuple(FIGURES))[EACH].rows
        for name, figure in FIGURES.items():
            opened = explanation(scope, name, size=3)
            counted = [row for row in rows if row.figures[name].value is not None]
            counted = [row for row in counted if row.figures[name].value or figure.unit == "CNY"]
            values = sorted((-row.figures[name].value, row.key) for row in counted)
            assert (opened.count, opened.total) == (len(values), -sum(value for value, _code in values))
            assert [(-record.value, record.code) for record in opened.records] == values[:3]
            assert opened.adds_up or name in COUNTED
        transaction.set_rollback(True)
