"""The league: equals share a rank, and what has no plan is not ranked."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from projects.monitoring.ranking import rank_places
from projects.periods import Month
from projects.totals.figures import FIGURES
from projects.totals.results import Answer, FigureValue, PairSums, Row, get_withheld_reason
from projects.totals.totals import totals

from ..asking import scope_of


def row(key, done, planned, started=(0, 0), gaps=0):
    values = {"disbursed": (done, 1), "planned_disbursement": (planned, 1), "started_count": started}
    figures = {name: FigureValue(name, value, known, known) for name, (value, known) in values.items()}
    due = Fraction(planned or 0, 2)
    pairs = PairSums(1, due, Fraction(0), planned or 0, 0, gaps)
    above = FigureValue("disbursed_of_plan", done, 1, 1, below=planned, pairs=pairs)
    figures["disbursed_of_plan"] = replace(above, withheld=get_withheld_reason(above, figures["planned_disbursement"]))
    return Row(key, key, key, figures, ())


def answer(*rows):
    return Answer(None, "sector", Month(2023, 6), rows)


def test_equals_share_a_rank_and_the_next_one_is_left_out():
    places = rank_places(answer(row("a", 1, 2), row("b", 3, 4), row("c", 2, 4), row("d", 1, 10)))
    assert [(place.rank, place.row.key) for place in places] == [(1, "b"), (2, "a"), (2, "c"), (4, "d")]
    assert places[0].gap_share == Fraction(3, 4) - Fraction(1, 2)


def test_a_row_that_lacks_a_report_of_a_closed_round_is_behind_all_complete_ones():
    places = rank_places(answer(row("a", 4, 4, gaps=1), row("b", 1, 4), row("c", 3, 4, gaps=2)))
    assert [(place.rank, place.row.key) for place in places] == [(1, "b"), (2, "a"), (3, "c")]


def test_what_has_no_plan_or_no_report_stands_at_the_end_without_a_rank():
    places = rank_places(answer(row("a", 1, None), row("b", 0, 4), row("c", None, 4), row("d", 5, 0)))
    assert [(place.rank, place.row.key) for place in places] == [(1, "b"), (None, "a"), (None, "c"), (None, "d")]
    assert {place.gap_share for place in places[1:]} == {None}


def test_a_share_above_the_plan_is_not_cut():
    assert rank_places(answer(row("a", 5, 4)))[0].share == Fraction(5, 4)


def test_the_start_rate_is_of_all():
    assert rank_places(answer(row("a", 1, 2, started=(3, 4))))[0].start_rate == Fraction(3, 4)
    assert rank_places(answer(row("a", 1, 2)))[0].start_rate is None


def test_one_month_alone_is_not_held_against_the_even_pace(analyst):
    places = rank_places(totals(scope_of(analyst, {"month": "2023-06"}), "sector", figures=tuple(FIGURES)))
    assert {place.gap_share for place in places} == {None}
    assert all(place.share for place in places)
