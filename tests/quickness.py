"""How soon something is done is measured again where it was late: others on the machine make it later, never sooner.

Only being late is forgiven, and only by a turn that is in time by the same bound; whatever else fails, fails at once.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

TURNS = 3


class TooLateError(AssertionError):
    """It took longer than it may."""


def assert_within(most: float, took: float, told: object = "") -> None:
    """Both in the same unit: seconds, or a ratio of them."""
    if not took <= most:
        raise TooLateError(f"{took} instead of at most {most} {told}")


def measured_again_if_late(test: Callable[..., None]) -> Callable[..., None]:
    """The last turn says what the test says. What a turn leaves behind must not matter to the next one."""

    @functools.wraps(test)
    def in_turns(*args: Any, **named: Any) -> None:
        for turn in range(1, TURNS):
            try:
                return test(*args, **named)
            except TooLateError as late:
                print(f"turn {turn}: {late}")
        return test(*args, **named)

    return in_turns
