"""Memory that was freed goes back to the system, though what is still used lies between; so does what is in circles."""

from __future__ import annotations

import gc
import weakref

import psutil
import pytest

from portfolio.background.free_memory import hand_back

pytestmark = pytest.mark.no_database


def test_what_is_free_between_what_is_used_is_handed_back():
    blocks = [b"x" * 100_000 for _number in range(1000)]
    used, blocks = blocks[::20], []
    free = _held()
    hand_back()
    assert _held() < free - 40, "MiB"
    assert len(used) == 50


class _InCircle:
    def __init__(self) -> None:
        self.itself = self


def test_what_is_in_a_circle_is_freed_though_it_has_grown_old():
    circle = _InCircle()
    gc.collect()  # now it is old
    held = weakref.ref(circle)
    del circle
    gc.collect(1)
    assert held() is not None
    hand_back()
    assert held() is None


def test_where_nothing_has_grown_old_nobody_waits():
    gc.collect()
    before = gc.get_stats()[2]["collections"]
    hand_back()
    assert gc.get_stats()[2]["collections"] == before


def _held() -> float:
    return float(psutil.Process().memory_full_info().uss) / 2**20
