"""The columns of the months of one report's year."""

from __future__ import annotations

import pytest

from portfolio.dashboards.months import report_columns
from projects.pages.reports.report_months import MonthOfReport, MonthsOfReport

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("asked", "named"), [(6, [3, 6, 9, 12]), (7, [3, 7, 9, 12]), (11, [3, 6, 9, 11]), (1, [1, 3, 6, 9, 12])]
)
def test_where_there_is_little_room_no_name_of_a_month_touches_that_of_the_month_asked(asked, named):
    months = [MonthOfReport(number, 10**8, number == asked, True, False, "") for number in range(1, asked + 1)]
    chart = report_columns(MonthsOfReport(months, 2023, "", ""))
    assert [number for number, each in enumerate(chart.columns, 1) if each.slot.always_named] == named
