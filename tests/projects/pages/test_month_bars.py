"""Bars beside a cell: the word of the median can be read, wherever its line is."""

import pytest

from projects.monitoring.review import MonthDone, RecentMonths
from projects.pages.report_sheet.sheet_display import month_bars
from projects.periods import Month

pytestmark = pytest.mark.no_database

TALL = 9  # pixels of its letters above where it stands


@pytest.mark.parametrize("median", [0, 10, 500, 700, 900, 1000, 1200])
def test_the_line_of_the_median_goes_through_no_letter_of_its_word(median):
    months = [MonthDone(Month(2023, number), amount) for number, amount in enumerate([1000, None], 1)]
    drawn = month_bars(RecentMonths(months, median, None, None, None), form="precise")
    line, text = float(drawn.median_y), float(drawn.text_y)
    assert text >= TALL
    assert not text - TALL <= line <= text + 1
