"""The figures of the programme of 2023, as the province's own documents and the register give them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from projects.totals.figures import USUAL
from projects.totals.totals import ratio, totals

from ..asking import scope_of

WHOLE = {  # figure -> value, known, of
    "project_count": (42, 42, 42),
    "total_investment": (138_500_000_000, 35, 42),
    "planned_disbursement": (47_300_000_000, 30, 42),
    "expected_revenue": (150_000_000_000, 32, 42),
    "transferred_count": (23, 30, 42),
    "enterprises_attracted": (None, 0, 5),
    "disbursed": (15_890_000_000, 30, 42),
    "disbursed_of_plan": (15_890_000_000, 30, 42),
}


@pytest.fixture
def whole(analyst):
    return totals(scope_of(analyst)).total_row


def told(row):
    return {name: (figure.value, figure.known, figure.of) for name, figure in row.figures.items()}


def test_the_programme_of_2023_comes_to_what_was_announced(whole):
    assert told(whole) == WHOLE


def test_what_is_not_known_is_counted_and_never_zero(whole):
    assert whole.figures["transferred_count"].unknown_count == 12
    assert whole.figures["total_investment"].unknown_count == 7
    assert whole.figures["enterprises_attracted"].value is None


def test_each_figure_knows_its_targets_and_what_the_sums_say_of_them(whole):
    found = {
        name: [(each.target.kind, each.target.relation, each.target.value, each.verdict) for each in figure.targets]
        for name, figure in whole.figures.items()
    }
    assert found == {
        "project_count": [("announced", "exactly", 42, "equal")],
        "total_investment": [("announced", "exactly", 138_500_000_000, "cannot_be_tested")],
        "planned_disbursement": [
            ("announced", "exactly", 47_300_000_000, "cannot_be_tested"),
            ("monitored", "about", 31_700_000_000, "cannot_be_tested"),
        ],
        "expected_revenue": [("announced", "more than", 150_000_000_000, "cannot_be_tested")],
        "transferred_count": [("announced", "exactly", 23, "cannot_be_tested")],
        "enterprises_attracted": [("announced", "more than", 1000, "too_few")],
        "disbursed": [
            ("reported", "exactly", 15_890_000_000, "cannot_be_tested"),
            ("announced", "exactly", 47_300_000_000, "cannot_be_tested"),
            ("monitored", "about", 31_700_000_000, "cannot_be_tested"),
        ],
        "disbursed_of_plan": [],
    }
    assert all(each.target.source for figure in whole.figures.values() for each in figure.targets)
    assert {
        each.met for name, figure in whole.figures.items() for each in figure.targets if name != "project_count"
    } == {None}


def test_sectors_stand_in_their_order_with_their_counts(analyst):
    rows = totals(scope_of(analyst), "sector").rows
    assert [(row.key, row.figures["project_count"].value) for row in rows] == [
        ("advanced-computing", 8),
        ("power-semiconductors", 5),
        ("new-display", 7),
        ("5g-electronic-circuits", 7),
        ("energy-electronics", 12),
        ("smart-terminals", 3),
    ]
    assert (rows[0].name_zh, rows[0].name_en) == ("先进计算", "Advanced computing")


@pytest.mark.parametrize(("by", "none"), [("prefecture", 2), ("transferred", 12)])
def test_records_without_a_value_have_a_row_of_their_own_which_comes_last(analyst, by, none):
    last = totals(scope_of(analyst), by).rows[-1]
    assert last.key in ("none", "unknown")
    assert (last.figures["project_count"].value, last.name_en) == (none, "not known")
    assert last.name_zh


def test_a_part_is_never_said_to_meet_the_target_of_the_whole(changsha_reader, analyst):
    for scope in (scope_of(changsha_reader), scope_of(analyst, {"sector": "new-display"})):
        figures = totals(scope).total_row.figures
        assert {each.met for figure in figures.values() for each in figure.targets} == {None}


@pytest.mark.parametrize(
    ("asked", "elapsed"),
    [
        ({"month": "2023-06"}, None),
        ({"month": "2023-01"}, Fraction(1, 12)),
        ({"through": "2023-06"}, Fraction(1, 2)),
    ],
)
def test_one_month_alone_is_no_part_of_the_year_that_has_gone(analyst, asked, elapsed):
    assert totals(scope_of(analyst, asked)).year_elapsed == elapsed


def test_one_month_is_not_held_against_what_was_reported_since_january(analyst):
    figure = totals(scope_of(analyst, {"month": "2023-06"})).total_row.figures["disbursed"]
    assert figure.value == 4_675_500_000
    assert [each.target.measure for each in figure.targets] == ["planned_disbursement", "planned_disbursement"]
    assert all(each.met is None for each in figure.targets)


def test_a_stranger_gets_nothing(stranger):
    whole = totals(scope_of(stranger)).total_row
    assert {name: (figure.value, figure.of) for name, figure in whole.figures.items()} == {
        name: (0 if name == "project_count" else None, 0) for name in USUAL
    }


def test_a_programme_without_projects_has_its_targets_and_nothing_else(analyst):
    whole = totals(scope_of(analyst, {"programme": "2022"})).total_row
    assert whole.figures["project_count"].value == 0
    assert whole.figures["total_investment"].value is None
    assert [each.target.value for each in whole.figures["total_investment"].targets] == [135_200_000_000]


def test_a_ratio_is_exact_or_not_said():
    assert ratio(1, 3) == Fraction(1, 3)
    assert ratio(0, 3) == 0
    assert ratio(1, 0) is ratio(None, 3) is ratio(1, None) is None
