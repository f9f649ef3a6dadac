"""Coordinates and labels."""

from fractions import Fraction
from itertools import pairwise

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from portfolio.charts.bars import Bullet, get_filled_part, pieces
from portfolio.charts.columns import Slot, column_chart
from portfolio.charts.cumulative import MonthEnd, PlanOnChart, cumulative_chart
from portfolio.charts.dots import dot_line, dot_scale
from portfolio.charts.outlines import get_depth, get_label_point
from portfolio.charts.prefecture_map import short_chinese
from portfolio.charts.scale import axis, part, to_percent

pytestmark = pytest.mark.no_database

YI = 10**8


@given(st.integers(min_value=0, max_value=2**63), st.sampled_from([1, 10**6, YI, 10**9]))
def test_an_axis_holds_every_amount_in_at_most_five_round_steps(most, unit):
    scale = axis(most, unit)
    assert scale.top >= most
    assert 2 <= len(scale.steps) <= 6
    assert scale.steps[0].amount == 0
    # no step too many: the last one is needed
    assert most <= 0 or scale.steps[-2].amount < most
    assert len({step.label for step in scale.steps}) == len(scale.steps)


def test_an_axis_is_labelled_in_its_unit():
    assert [step.label for step in axis(47_300_000_000, YI).steps] == ["0", "100", "200", "300", "400", "500"]
    assert [step.label for step in axis(176_000_000, YI).steps] == ["0", "0.5", "1", "1.5", "2"]


@pytest.mark.parametrize(
    ("amount", "whole", "share"),
    [
        (5, 10, "50.00%"),
        (15, 10, "100.00%"),
        (None, 10, "0.00%"),
        (5, None, "0.00%"),
        (-5, 10, "0.00%"),
        (5, 0, "0.00%"),
    ],
)
def test_a_share_never_leaves_its_bar(amount, whole, share):
    assert to_percent(part(amount, whole)) == share


def test_a_bullet_marks_the_time_gone_inside_its_plan():
    bar = Bullet(label="x", url="/", plan=50, done=20, elapsed=Fraction(1, 2), longest=100, illustrative=False)
    assert (bar.plan_width, bar.done_width, bar.time) == ("50.00%", "20.00%", "25.00%")


def test_a_bullet_without_a_plan_has_no_time_to_be_on():
    bar = Bullet(label="x", url="/", plan=None, done=20, elapsed=Fraction(1, 2), longest=100, illustrative=False)
    assert (bar.plan_width, bar.time) == ("", "")


def test_a_meter_without_a_value_is_empty_and_of_zero_is_not():
    assert get_filled_part(None, 10) == ""
    assert get_filled_part(0, 10) == "0.00%"


def test_pieces_stand_side_by_side_and_nothing_takes_no_room():
    found = pieces([(1, "a", "", ""), (None, "b", "", ""), (3, "c", "", "")], 4)
    assert [(piece.drawn, piece.x, piece.width) for piece in found] == [
        ("a", "0.00%", "25.00%"),
        ("c", "25.00%", "75.00%"),
    ]


def month_ends(*amounts):
    return [MonthEnd(number, amount, "/", "", solid=False) for number, amount in enumerate(amounts, start=1)]


def plan(value, name="plan"):
    return PlanOnChart(name, value, str(value), "/", dashed=False)


def test_the_line_runs_from_nothing_through_every_month():
    chart = cumulative_chart(
        month_ends(10 * YI, 20 * YI), [plan(100 * YI)], label="", unit=YI, expected=Fraction(100 * YI, 6)
    )
    assert [(each.x1, each.x2) for each in chart.line] == [("0.00%", "8.33%"), ("8.33%", "16.67%")]
    assert chart.line[0].y1 == "270.0"
    assert chart.dots[-1].y == "216.0"


@pytest.mark.parametrize("amounts", [(0,), (5 * YI,), tuple(range(YI, 13 * YI, YI))])
@pytest.mark.parametrize("values", [(), (100 * YI,), (100 * YI, 101 * YI, 102 * YI)])
def test_any_number_of_months_and_plans_can_be_drawn(amounts, values):
    with override("en"):
        chart = cumulative_chart(
            month_ends(*amounts), [plan(value) for value in values], label="", unit=YI, expected=None
        )
    labels = [float(line.name_y) for line in chart.plans]
    assert all(lower - upper >= 36 for upper, lower in pairwise(labels))
    assert all(0 <= float(dot.y) <= 270 for dot in chart.dots)


@pytest.mark.parametrize("amount", [70 * YI, 74 * YI, 75 * YI, 76 * YI, 80 * YI, 90 * YI])
def test_late_in_the_year_the_labels_of_the_newest_point_do_not_lie_over_each_other(amount):
    """Both stand left of it then, so that one has to be a line above the other."""
    with override("en"):
        chart = cumulative_chart(
            month_ends(*[amount] * 9), [plan(100 * YI)], label="", unit=YI, expected=Fraction(75 * YI)
        )
    assert chart.newest.anchor == "end"
    assert abs(float(chart.newest.y) - float(chart.newest.expected_y)) >= 14


def test_columns_share_the_width_and_nothing_is_drawn_as_nothing():
    slots = [Slot("a", 10, 20, "/", "", "10"), Slot("b", None, None, "", "", "")]
    chart = column_chart(slots, label="", unit=1, height=200)
    assert chart.columns[0].hit.width == "50.00%"
    assert chart.columns[1].bar is None
    assert chart.columns[0].bar.height == "100.0"


@pytest.mark.parametrize(
    ("amount", "outline"), [(0, 98), (0, 5), (50, 98), (90, 98), (97, 98), (100, 98), (110, 98), (7, None)]
)
def test_an_amount_stands_at_its_bar_and_no_edge_goes_through_it(amount, outline):
    (column,) = column_chart([Slot("a", amount, outline, "/", "", "x")], label="", unit=1, height=200).columns
    base, bar = float(column.text_y), float(column.bar.y)
    assert bar - base <= 30
    assert column.inside == (column.outline is not None and base > float(column.outline.y))
    for edge in [bar, *([float(column.outline.y)] if column.outline else [])]:
        assert edge >= base + 5 or edge <= base - 10


def test_dots_of_the_same_thing_are_joined():
    scale = dot_scale([10, 40], unit=1)
    assert dot_line(10, [10, 20], scale) == dot_line(10, [20, 10], scale)
    line = dot_line(10, [10, 20], scale)
    assert (line.x, line.first, line.last) == ("25.00%", "25.00%", "50.00%")
    assert dot_line(10, [10, 10], scale).first == ""


def test_a_label_stands_inside_a_bent_outline():
    bent = [(0.0, 0.0), (100.0, 0.0), (100.0, 20.0), (20.0, 20.0), (20.0, 100.0), (0.0, 100.0)]
    assert get_depth(get_label_point(bent), bent) > 9
    assert get_depth((60.0, 60.0), bent) < 0


@pytest.mark.parametrize(
    ("name", "short"), [("长沙市", "长沙"), ("张家界市", "张家界"), ("湘西土家族苗族自治州", "湘西州"), ("", "")]
)
def test_names_are_shortened_for_the_map(name, short):
    assert short_chinese(name) == short
