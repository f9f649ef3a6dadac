"""Time budget: what is left of a request's patience with its databases."""

from __future__ import annotations

import threading
import time

SILENT_SECONDS = 2.0  # until somebody looks whether the database is there at all
LOOK_SECONDS = 1.0  # that such a look may take
LOCK_SECONDS = 4.0  # that one request waits in all for what other writers hold
LONGEST_SECONDS = 30.0  # for one statement of a database that is there
_LEAST = 0.3  # seconds, of a request whose patience is used up


class Patience:
    """Of one request, or of one piece of an answer that is sent while it is made.

    Seconds for a server that says nothing, and for a lock that others hold. There is an `until`, on this process' clock,
    only while somebody looks whether a server is there. Made for every request, so what all have in common is said here.
    """

    silent = SILENT_SECONDS
    locked = LOCK_SECONDS
    until: float | None = None
    is_spent = False

    def waited_for_nothing(self, seconds: float) -> None:
        self.silent, self.is_spent = max(_LEAST, self.silent - seconds), True

    def waited_for_others(self, seconds: float) -> None:
        self.locked = max(_LEAST, self.locked - seconds)


class _Present(threading.local):
    patience: Patience | None = None


_present = _Present()


def patience() -> Patience | None:
    """That of what this thread does now. None outside of `within`: whoever set no limit waits for as long as it takes."""
    return _present.patience


class within:  # noqa: N801  read as a word
    """In this block no database is waited for that says nothing for so many seconds, to another connection neither."""

    __slots__ = ("_before", "_patience")

    def __init__(self, silent: float = SILENT_SECONDS) -> None:
        self._patience = Patience()
        if silent != SILENT_SECONDS:
            self._patience.silent = silent

    def __enter__(self) -> None:
        self._before, _present.patience = _present.patience, self._patience

    def __exit__(self, *_raised: object) -> None:
        _present.patience = self._before


class looking(within):  # noqa: N801
    """In this block everything together takes at most LOOK_SECONDS."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__()
        self._patience.until = time.monotonic() + LOOK_SECONDS
