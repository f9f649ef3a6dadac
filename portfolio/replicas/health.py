"""Health and lag of the replicas: asked at most once a second in each process, by the request that comes first.

How far a node has come is its position in the primary's log (a number of bytes). The primary's position is noted at each
look; a replica is as far behind as the newest note that it has replayed is old. So a quiet primary makes no replica
look late, and the clocks of the machines need not agree.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from itertools import count

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections

logger = structlog.get_logger(__name__)

LOOK_EVERY = 1.0  # seconds
LONGEST_PAUSE = 30.0  # seconds until a replica that could not be asked is asked again
_WAIT = 0.02  # seconds until a replica that lacks a write is asked again

# what is flushed: where the next record will be inserted may lie behind the head of a page that no replica has yet
_WRITTEN = "SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint"
_REPLAYED = "SELECT (pg_last_wal_replay_lsn() - '0/0')::bigint"  # nothing on a node that is no replica


@dataclass
class Node:
    """What is known of one replica. `replayed` is a position in the primary's log; times are of this process' clock."""

    alias: str
    replayed: int = -1
    good: bool = False
    pause: float = 0.0
    next_look: float = 0.0


class Pool:
    """The replicas of this process."""

    def __init__(self, aliases: list[str]) -> None:
        self.nodes = [Node(alias) for alias in aliases]
        self._marks: deque[tuple[float, int]] = deque(maxlen=120)
        self._turn = count()
        self._looking = threading.Lock()

    def choose(self, needed: int) -> str:
        """A good replica that has replayed the position `needed`, each in its turn; else the primary."""
        self._look()
        fit = [node.alias for node in self.nodes if node.good and node.replayed >= needed]
        return fit[next(self._turn) % len(fit)] if fit else DEFAULT_DB_ALIAS

    def leave_out(self, alias: str) -> None:
        """A query has failed there: do not read it again before a pause is over."""
        for node in self.nodes:
            if node.alias == alias:
                _failed(node, time.monotonic())

    def wait_for(self, position: int) -> None:
        """Return when no process reads a replica that lacks this position: all have it, or too old ones are left out."""
        end = time.monotonic() + settings.REPLICA_MAX_LAG + 2 * LOOK_EVERY
        for node in self.nodes:
            while time.monotonic() < end and _lacks(node.alias, position):
                time.sleep(_WAIT)

    def _look(self) -> None:
        now = time.monotonic()
        due = [node for node in self.nodes if now >= node.next_look]
        if not due or not self._looking.acquire(blocking=False):
            return
        try:
            self._marks.append((now, written()))
            for node in due:
                self._look_at(node, now)
        except (DatabaseError, InterfaceError):
            # how late a replica is cannot be said without the primary, so none is read, and the site says it is away
            connections[DEFAULT_DB_ALIAS].close_if_unusable_or_obsolete()
            for node in self.nodes:
                node.good, node.next_look = False, now + LOOK_EVERY
        finally:
            self._looking.release()

    def _look_at(self, node: Node, now: float) -> None:
        try:
            replayed = _number(node.alias, _REPLAYED)
        except (DatabaseError, InterfaceError):
            connections[node.alias].close()
            _failed(node, time.monotonic())
            return
        if replayed is None:  # promoted or mistaken: what it holds is not what the primary holds
            _failed(node, now)
            return
        known = [moment for moment, position in self._marks if position <= replayed]
        good = bool(known) and now - known[-1] <= settings.REPLICA_MAX_LAG
        if good != node.good:
            logger.info("replica_in_use" if good else "replica_lags", replica=node.alias)
        node.replayed, node.good, node.pause, node.next_look = replayed, good, 0.0, now + LOOK_EVERY


def written() -> int:
    """The position up to which the primary has its log on its disk, and so all that it has committed."""
    return _number(DEFAULT_DB_ALIAS, _WRITTEN) or 0


def _number(alias: str, sql: str) -> int | None:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql)
        value: int | None = cursor.fetchone()[0]
    return value


def _lacks(alias: str, position: int) -> bool:
    """Whether a replica answers and has not replayed the position; who cannot be asked is read by nobody."""
    try:
        replayed = _number(alias, _REPLAYED)
    except (DatabaseError, InterfaceError):
        connections[alias].close()
        return False
    return replayed is not None and replayed < position


def _failed(node: Node, now: float) -> None:
    if node.good or not node.pause:
        logger.warning("replica_left_out", replica=node.alias)
    node.pause = min(max(node.pause * 2, LOOK_EVERY), LONGEST_PAUSE)
    node.good, node.next_look = False, now + node.pause
