"""Messages after a step was taken: what was done, and what happens next."""

from __future__ import annotations

from projects.workflows.transitions import Transition

from . import formatting


def done_and_next(transition: Transition, number: int) -> str:
    """Of `number` records that took the step."""
    done = transition.done % {"number": number, "count": formatting.count(number)}
    return formatting.sentences([done, str(transition.then)])
