"""Beside a ranking: who has started and whose report is missing are the figures of the same names."""

from __future__ import annotations

import pytest

from projects.choices import Measure
from projects.monitoring.round_counts import with_round
from projects.totals.totals import breakdowns

from ..asking import scope_of
from .random_years import any_year

USUAL = (Measure.PROJECT_COUNT.value, Measure.DISBURSED.value)
OF_ROUND = (Measure.STARTED_COUNT.value, Measure.REPORTS_MISSING.value)
QUESTIONS = ({}, {"through": "2023-06"}, {"month": "2023-05"}, {"through": "2023-08", "counted_in": "disbursed"})


@pytest.mark.parametrize("by", ["sector", "prefecture", "chain_link"])
@pytest.mark.parametrize("seed", range(2))
def test_of_any_year_they_are_those_of_each_row(province, changsha_reader, settings, seed, by):
    settings.CLOSED_MONTH_PERCENT = 1 if seed % 2 else 90
    any_year(seed, author=province)
    for user in (province, changsha_reader):
        for parameters in QUESTIONS:
            scope = scope_of(user, parameters)
            known = breakdowns(scope, None, by, "basis", compared=False, figures=USUAL)
            found = with_round(scope, known, by)
            asked = breakdowns(scope, None, by, "basis", compared=False, figures=(*USUAL, *OF_ROUND))
            for name in (None, by):
                rows = {row.key: row for row in found[name].rows}
                for row in asked[name].rows:
                    for figure in OF_ROUND:
                        assert rows[row.key].figures[figure] == row.figures[figure], (parameters, row.key, figure)
                        made_up = [each.illustrative[figure] for each in (rows[row.key], row)]
                        assert made_up[0] == made_up[1], (parameters, row.key, figure)
