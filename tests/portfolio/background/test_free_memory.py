"""Memory that was freed goes back to the system, though what is still used lies between."""

from __future__ import annotations

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


def _held() -> float:
    return float(psutil.Process().memory_full_info().uss) / 2**20
