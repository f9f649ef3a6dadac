"""Worker: does one job after the other until it is told to end; any number may work on either database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from .kinds import KINDS, JobKind
from .queue import enqueue_periodic, take
from .running import Run

logger = structlog.get_logger(__name__)

PAUSE = 1.0  # seconds between two looks where there is nothing to do


def work(
    names: Iterable[str] = (),
    *,
    ending: threading.Event,
    once: bool = False,
    pause: float = PAUSE,
    say: Callable[[str], Any] = print,
) -> None:
    """Do what is due of these kinds, by default of all; `once` ends when nothing is."""
    kinds = [KINDS[name] for name in names or KINDS]
    while not ending.is_set():
        try:
            did = _round(kinds, ending, say)
        except (OperationalError, InterfaceError) as error:
            if once:
                raise
            # the database is away or busy: that is not the end of a worker
            logger.warning("jobs_put_off", reason=str(error).strip())
            connection.close()
            did = False
        if not did:
            if once:
                return
            close_old_connections()
            ending.wait(pause)


def _round(kinds: list[JobKind], ending: threading.Event, say: Callable[[str], Any]) -> bool:
    """All that is due at its beginning or comes due meanwhile, the first that waited first. False where nothing is."""
    kinds = [kind for kind in kinds if kind.wanted()]
    enqueue_periodic(kinds)
    for kind in kinds:
        if kind.feed:
            kind.feed()
    did = False
    while not ending.is_set() and (found := take(kind.name for kind in kinds)) is not None:
        words = Run(found, say=say, is_ending=ending.is_set).perform()
        if words:
            say(f"{found.kind} {found.pk}: {words}")
        did = True
    return did
