"""Database errors by kind: which passing trouble an error of the driver means for whoever asked."""

from __future__ import annotations

import re
import traceback
from enum import StrEnum

import psycopg2
from django.db import Error, IntegrityError, InterfaceError, OperationalError


class SilentError(psycopg2.OperationalError):
    """PostgreSQL does not answer, see `portfolio.settings.database_waits`. Django's own error has it as its cause."""


class Trouble(StrEnum):
    """Each is a name in the log."""

    AWAY = "away"  # it cannot be reached, or refuses
    SILENT = "silent"  # it does not answer
    SLOW = "slow"  # it is there, but the answer takes too long
    BUSY = "busy"  # others are writing: trying again helps
    READ_ONLY = "read_only"
    FULL = "full"  # its disk


# PostgreSQL's: a transaction that cannot be put in order with others, a deadlock, a lock that was not to be had; a write to
# a server that only reads; no room on its disk; a transaction that did nothing for long; a statement that was ended
_BY_STATE = {
    "40001": Trouble.BUSY,
    "40P01": Trouble.BUSY,
    "55P03": Trouble.BUSY,
    "25006": Trouble.READ_ONLY,
    "53100": Trouble.FULL,
    "25P03": Trouble.AWAY,
    "57014": Trouble.SLOW,
}

# SQLite's names, each with what may follow it; to open the file on a full disk fails for want of room for its index
_BY_NAME = {
    "SQLITE_BUSY": Trouble.BUSY,
    "SQLITE_LOCKED": Trouble.BUSY,
    "SQLITE_READONLY": Trouble.READ_ONLY,
    "SQLITE_FULL": Trouble.FULL,
    "SQLITE_IOERR_SHMSIZE": Trouble.FULL,
}
# where an error has come on without its cause
_LOCKED = re.compile(r"(database|table)( \S+)? is locked")


def get_trouble(error: BaseException | None) -> Trouble | None:
    """Which trouble an error of Django's is; None for one that is not the database's, or that it will give again."""
    if not isinstance(error, Error) or isinstance(error, IntegrityError):
        return None
    cause = error.__cause__
    if isinstance(cause, SilentError):
        return Trouble.SILENT
    known = _BY_STATE.get(getattr(cause, "pgcode", None) or "")
    if known is not None:
        return known
    name = getattr(cause, "sqlite_errorname", "")
    for begins, trouble in _BY_NAME.items():
        if name.startswith(begins):
            return trouble
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    return Trouble.BUSY if _LOCKED.search(str(error)) else Trouble.AWAY


def release_cursors(error: BaseException | None) -> None:
    """Let go of the cursors in the frames of an error that is not raised on.

    An error and its frames are a cycle, which the garbage collector ends in whatever thread it runs: there SQLite waits for
    the cursor's connection. If that thread holds the writers' lock and the connection's own thread waits for the lock, both
    stand still until one gives up.
    """
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__
