"""The columns of the months of one report's year."""

from __future__ import annotations

import pytest

from portfolio.dashboards.months import report_columns
from projects.models import Entry, MonthlyReport, Programme, Project

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("month", "named"), [(6, [3, 6, 9, 12]), (7, [3, 7, 9, 12]), (11, [3, 6, 9, 11]), (1, [1, 3, 6, 9, 12])]
)
def test_where_there_is_little_room_no_name_of_a_month_touches_that_of_the_report(month, named):
    entry = Entry(project=Project(code="P1"), programme=Programme(year=2023))
    reports = [MonthlyReport(entry=entry, month=number, disbursed=10**8) for number in range(1, month + 1)]
    chart = report_columns(reports[-1], reports)
    assert [number for number, column in enumerate(chart.columns, 1) if column.slot.always_named] == named
