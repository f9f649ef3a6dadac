"""Sums over records: whatever is asked of a question, its projects are found once, and once more for their months."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Entry
from projects.totals.dimensions import DIMENSIONS
from projects.totals.figures import FIGURES, USUAL
from projects.totals.totals import breakdowns

from ..asking import scope_of

FILTER = {"programme": 2023, "through": "2023-06", "total_investment_min": 123_456_789}


def statements(user, parameters, *by, figures=USUAL):
    """What is asked of the database once the question itself is known, and how often the filter stands in it."""
    scope = scope_of(user, parameters)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        breakdowns(scope, *by, compared=False, figures=figures)
    texts = [query["sql"] for query in captured.captured_queries]
    return len(texts), sum(text.count("123456789") for text in texts)


@pytest.mark.parametrize("figures", [USUAL, tuple(FIGURES), ("disbursed",), ("total_investment",), ("reports_late",)])
def test_the_projects_of_a_question_are_found_once_for_all_figures_and_breakdowns(analyst, figures):
    assert statements(analyst, FILTER, None, figures=figures) == (1, 1)
    # one more for the names of what it is broken down by
    assert statements(analyst, FILTER, None, *DIMENSIONS, figures=figures) == (2, 1)


def test_and_once_more_for_their_months(analyst):
    assert statements(analyst, FILTER, None, "month") == (2, 2)
    assert statements(analyst, FILTER, None, "sector", "month") == (3, 2)


def test_a_list_that_changes_takes_no_more(analyst):
    entries = list(Entry.objects.filter(programme__year=2023).order_by("pk")[:2])
    for entry, day in zip(entries, ({"joined": dt.date(2023, 3, 1)}, {"left": dt.date(2023, 4, 1)}), strict=True):
        for name, value in day.items():
            setattr(entry, name, value)
        entry.save()
    assert statements(analyst, FILTER, None, *DIMENSIONS, "month") == (3, 2)


def test_beside_sums_that_the_database_keeps_those_off_the_list_are_found_once_and_once_for_months(analyst):
    entry = Entry.objects.filter(programme__year=2023).order_by("pk").last()
    entry.left = dt.date(2023, 4, 1)
    entry.save()
    by_rollup = {"programme": 2023, "through": "2023-06"}
    count, _filtered = statements(analyst, by_rollup, None, "sector")
    assert count == 3  # cells, names of sectors, and those off the list
    with_months, _filtered = statements(analyst, by_rollup, None, "sector", "month")
    assert with_months == count + 3  # what is reported, who is listed, and who is off the list, by month
