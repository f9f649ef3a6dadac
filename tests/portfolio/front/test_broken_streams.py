"""An answer that cannot be made to its end is never taken for a whole one."""

from __future__ import annotations

import pytest

from tests.faults.callers import RESET, asked, request

from .applications import PIECE, PIECES

pytestmark = pytest.mark.no_database

BROKEN = ["broken-soon", "broken-late", "broken-slowly"]


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_off_is_an_error_or_a_broken_connection(failing: int, name: str, version: str) -> None:
    for _turn in range(5):
        answer = asked(failing, request(f"/api/{name}", version=version))
        assert answer.status == 500 or answer.ended == RESET


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_what_breaks_before_its_first_byte_is_an_error(failing: int, version: str) -> None:
    answer = asked(failing, request("/api/broken-at-once", version=version))
    assert answer.status == 500
    assert answer.is_whole


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_the_same_without_a_fault_is_whole(failing: int, version: str) -> None:
    answer = asked(failing, request("/api/whole", version=version))
    assert answer.status == 200
    assert answer.is_whole
    assert answer.body == PIECE * PIECES
