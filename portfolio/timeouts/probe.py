"""Probe of a PostgreSQL server: is it there, asked over a connection of its own while another waits in vain.

While one is known to say nothing, nobody waits for it but who looks whether it does again: one thread at a time, for
LOOK_SECONDS. There is no pause between looks, so the first request after its return is answered.
"""

from __future__ import annotations

import threading
from enum import Enum, auto
from typing import Any

import psycopg2
import structlog

from .budget import looking
from .errors import SilentError

logger = structlog.get_logger(__name__)

_SOON = 0.2  # seconds that whoever does not look waits for whoever does

# what the process of a connection does, for whoever has the same account
_DOES = "SELECT wait_event_type, wait_event FROM pg_stat_activity WHERE pid = %s"


class Says(Enum):
    """What a server says that it does for a connection."""

    NOTHING = auto()  # it does not say
    IDLE = auto()  # it has nothing to do, so it never got the question
    LOCKED = auto()
    WORKING = auto()


_silent: dict[str, threading.Lock] = {}  # servers that say nothing, each with the turn to look


def known() -> bool:
    """Whether there is any that says nothing."""
    return bool(_silent)


def is_of(connection: Any) -> bool:
    """Whether the server of this connection is known to say nothing."""
    return _server_of(connection) in _silent


def has_ended(connection: Any) -> bool:
    """Whether the server says something again."""
    turn = _silent.get(_server_of(connection))
    if turn is None:
        return True
    if not turn.acquire(timeout=_SOON):
        return False
    try:
        return not is_of(connection) or look(connection) is not Says.NOTHING
    finally:
        turn.release()


def look(connection: Any) -> Says:
    """What the server does for a connection that waits."""
    server = _server_of(connection)
    try:
        with looking():
            says = _asked(connection)
    except SilentError:
        says = Says.NOTHING
    except psycopg2.Error:
        says = (
            Says.WORKING
        )  # to refuse is an answer too: it has all the connections that it may have, or is just starting
    if says is not Says.NOTHING:
        if _silent.pop(server, None) is not None:
            logger.warning("database_answers_again", server=server)
    elif server not in _silent:
        _silent[server] = threading.Lock()
        logger.error("database_says_nothing", server=server)
    return says


def _asked(connection: Any) -> Says:
    info = connection.info
    other = psycopg2.connect(**info.dsn_parameters, password=info.password)
    try:
        other.autocommit = True
        with other.cursor() as cursor:
            cursor.execute(_DOES, [info.backend_pid])
            kind, what = cursor.fetchone() or ("", "")  # nothing behind a pooler, which gives numbers of its own
    finally:
        other.close()
    if (kind, what) == ("Client", "ClientRead"):
        return Says.IDLE
    return Says.LOCKED if kind == "Lock" else Says.WORKING


def _server_of(connection: Any) -> str:
    told = connection.info.dsn_parameters
    return ":".join(told.get(name, "") for name in ("host", "hostaddr", "port"))
