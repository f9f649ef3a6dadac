"""Being late is forgiven by a turn that is in time, and by nothing else."""

from __future__ import annotations

import pytest

from tests.quickness import TURNS, TooLateError, assert_within, measured_again_if_late

pytestmark = pytest.mark.no_database


def took(*turns: float) -> int:
    """After how many turns a test passes that takes so long in each and may take one second."""
    left = list(turns)

    @measured_again_if_late
    def measured() -> None:
        assert_within(1, left.pop(0))

    measured()
    return len(turns) - len(left)


def test_a_turn_in_time_is_the_last():
    assert took(0.5, 2, 2) == 1
    assert took(2, 1, 0.5) == 2


def test_whoever_is_late_each_time_is_late():
    with pytest.raises(TooLateError, match="4 instead of at most 1"):
        took(*[2] * (TURNS - 1), 4, 0.5)


def test_what_is_wrong_once_is_wrong():
    turns = []

    @measured_again_if_late
    def wrong() -> None:
        turns.append(1)
        assert len(turns) > 1

    with pytest.raises(AssertionError):
        wrong()


def test_a_time_that_is_no_number_is_late():
    with pytest.raises(TooLateError):
        assert_within(1, float("nan"))
