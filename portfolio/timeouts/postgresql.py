"""PostgreSQL timeouts on the client's side: the driver asks here each time that it would wait by itself.

The kernel of a machine whose server hangs still acknowledges what it is sent, so no time-out of a socket ends such a wait.
And a slow answer is no sign of a server that hangs. So after SILENT_SECONDS another connection asks that server what it
does for this one; see `probe.py`. One that cannot say is waited for no longer.
"""

from __future__ import annotations

import select
import time
from contextlib import suppress
from typing import Any

import psycopg2
from psycopg2.extensions import POLL_OK, POLL_READ, set_wait_callback

from . import probe
from .budget import LONGEST_SECONDS, Patience, patience
from .errors import LockedError, SilentError, SlowError
from .probe import Says

_A_MOMENT = 0.2  # seconds: for an answer that was on its way while somebody looked


def begin_waiting() -> None:
    """Let the driver ask `wait`. It does so for all connections of the process, and cannot COPY any more."""
    set_wait_callback(wait)


def wait(connection: Any) -> None:
    """Return when a connection is there or has its answer. Where this raises, the driver closes the connection."""
    state = connection.poll()
    if state == POLL_OK:
        return
    limit = patience()
    if limit is None:
        _waited(connection, state, None)
    elif limit.until is not None:
        if _waited(connection, state, limit.until) != POLL_OK:
            raise SilentError("The database says nothing.")
    else:
        if probe.known():
            _refuse_if_silent(connection, limit)
        began = time.monotonic()
        if state == POLL_READ and _is_ready(connection, select.POLLIN, limit.silent):  # nearly always, and soon
            state = connection.poll()
        if state != POLL_OK:
            _wait_within(connection, state, limit, began)


def _refuse_if_silent(connection: Any, limit: Patience) -> None:
    """Do not wait for a server of which it is known that it says nothing, unless it does again."""
    if probe.is_of(connection) and (limit.is_spent or not probe.has_ended(connection)):
        limit.is_spent = True
        raise SilentError("The database said nothing a moment ago.")


def _wait_within(connection: Any, state: int, limit: Patience, began: float) -> None:
    until = began + limit.silent
    while (state := _waited(connection, state, until)) != POLL_OK:
        says = probe.look(connection)
        waited = time.monotonic() - began
        if says is Says.NOTHING or (says is Says.IDLE and _nothing_comes(connection)):
            limit.waited_for_nothing(waited)
            raise SilentError(f"The database says nothing for {waited:.1f} seconds.")
        if says is Says.LOCKED and waited >= limit.locked - limit.silent / 2:
            limit.waited_for_others(waited)
            _give_up(connection)
            raise LockedError(f"Others hold a lock for {waited:.1f} seconds.")
        if waited >= LONGEST_SECONDS:
            _give_up(connection)
            raise SlowError(f"One statement takes more than {LONGEST_SECONDS:.0f} seconds.")
        until = time.monotonic() + limit.silent


def _nothing_comes(connection: Any) -> bool:
    """Whether a server that waits for this connection has sent it nothing either: what it was sent is lost."""
    return not _is_ready(connection, select.POLLIN, _A_MOMENT)


def _give_up(connection: Any) -> None:
    """Let the server, which has just answered somebody else, stop as well."""
    with suppress(psycopg2.Error):
        connection.cancel()


def _waited(connection: Any, state: int, until: float | None) -> int:
    """The state of a connection when all is there, or at that time of this process' clock."""
    while state != POLL_OK:
        left = None if until is None else max(0.0, until - time.monotonic())
        if not _is_ready(connection, select.POLLIN if state == POLL_READ else select.POLLOUT, left):
            break
        state = connection.poll()
    return state


def _is_ready(connection: Any, event: int, seconds: float | None) -> bool:
    ready = select.poll()
    ready.register(connection.fileno(), event)
    return bool(ready.poll(None if seconds is None else seconds * 1000))
