"""Room for what a thread calls, taken once rather than again and again.

Python puts the variables of each call on a stack of its own. It takes memory for that from the system in pieces of 16 KiB,
larger ones where a call needs more: a new one when a call finds no room, which goes back when that call returns. Where one
calls again and again from just where a piece ends, each call has the system map memory, clear it and take it back, which
takes ten microseconds. Pages go 16 to 19 KiB deep, so that some meet it and others do not, and any change may move it: the
page of a project did so two hundred times, a twentieth of what it took.

Who begins with a call that says to need 32 KiB is given 64 in one piece, of which nearly half is left for what it calls.
What nothing was written to takes no memory.
"""

from __future__ import annotations

from collections.abc import Callable

_VALUES = 2**12  # of eight bytes, that the first call says to need


def with_room(work: Callable[[], None]) -> Callable[[], None]:
    """The same work, for a thread to begin with."""

    def begun() -> None:
        work()

    begun.__code__ = begun.__code__.replace(co_stacksize=_VALUES)
    return begun
