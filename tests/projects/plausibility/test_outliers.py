"""The modified z-score, held against numbers worked out by hand and against the demonstration."""

from __future__ import annotations

from fractions import Fraction
from statistics import median, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.plausibility.rules import get_outlier_score, modified_z_score

shares = st.fractions(min_value=-2, max_value=2, max_denominator=1000)


@pytest.mark.no_database
def test_it_is_what_the_definition_says():
    # median 3, deviations 2 1 0 1 97: their median is 1
    others = [Fraction(each) for each in (1, 2, 3, 4, 100)]
    assert modified_z_score(Fraction(10), others) == Fraction("0.6745") * 7
    assert pstdev(others) > 38  # an ordinary score would have been below 1: the extreme hides what stands out


@pytest.mark.no_database
def test_where_nothing_is_usual_it_says_nothing():
    assert modified_z_score(Fraction(5), []) is None
    assert modified_z_score(Fraction(5), [Fraction(0)] * 3 + [Fraction(1), Fraction(2)]) is None
    assert get_outlier_score(5, [1, 2, 3, 4], 100, months=5) is None
    assert get_outlier_score(5, [1, 2, 3, 4, 5], None, months=5) is None
    assert get_outlier_score(None, [1, 2, 3, 4, 5], 100, months=5) is None
    assert get_outlier_score(3, [1, 2, 3, 4, 5], 100, months=5) == 0


@pytest.mark.no_database
@given(shares, st.lists(shares, min_size=5, max_size=12), shares, st.fractions(min_value="0.01", max_value=50))
def test_it_does_not_depend_on_where_or_in_what_is_measured(value, others, moved, unit):
    score = modified_z_score(value, others)
    assert modified_z_score(value * unit + moved, [each * unit + moved for each in others]) == score
    if score is not None:
        assert (score > 0) == (value > median(others))
