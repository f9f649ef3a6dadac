"""Each piece of an answer has patience of its own, and the answer is handed on as what it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from portfolio.timeouts.budget import patience
from portfolio.timeouts.wsgi import Deadline

pytestmark = pytest.mark.no_database


class Stream:
    """As Django's answers that are made while they are sent."""

    streaming = True
    closed = False

    def __init__(self) -> None:
        self.patience: list[Any] = []

    def __iter__(self) -> Iterator[bytes]:
        for number in range(3):
            self.patience.append(patience())
            yield b"%d" % number

    def close(self) -> None:
        self.closed = patience() is not None


def test_a_stream_is_still_one_and_each_of_its_pieces_may_wait_anew() -> None:
    stream = Stream()
    answer: Any = Deadline(lambda _environ, _start: stream)({}, lambda *_said: None)
    assert answer.streaming
    assert b"".join(answer) == b"012"
    assert len({id(each) for each in stream.patience}) == 3
    assert None not in stream.patience
    answer.close()
    assert stream.closed
    assert patience() is None


def test_a_whole_answer_is_left_as_it_is() -> None:
    whole = [b"whole"]
    assert Deadline(lambda _environ, _start: whole)({}, lambda *_said: None) is whole
