"""Worker: does one job after the other until it is told to end; any number may work on either database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from functools import partial
from typing import Any

import structlog
from django.db import InterfaceError, InternalError, OperationalError, close_old_connections, connection

from projects.choices import JobLane

from .checks import note_check
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
    """Do what is due of these kinds, by default of all; `once` ends when nothing is.

    Each lane has a thread of its own, so that e-mails and webhooks wait for no import; with `once` they follow each other.
    """
    kinds = [KINDS[name] for name in names or KINDS]
    lanes = [  # who leaves kinds of a lane out does not check it
        partial(_work_in_lane, of_lane, None if names else lane, ending=ending, once=once, pause=pause, say=say)
        for lane in JobLane
        if (of_lane := [kind for kind in kinds if kind.lane == lane])
    ]
    if once or len(lanes) == 1:
        for work_in_lane in lanes:
            work_in_lane()
        return
    with ThreadPoolExecutor(thread_name_prefix="jobs") as threads:
        futures = [threads.submit(_in_thread, work_in_lane) for work_in_lane in lanes]
        wait(futures, return_when=FIRST_COMPLETED)
        ending.set()  # where one lane fails the worker ends, and another is begun in its place
    for future in futures:
        future.result()


def _in_thread(work_in_lane: Callable[[], None]) -> None:
    try:
        work_in_lane()
    finally:
        connection.close()


def _work_in_lane(
    kinds: list[JobKind],
    lane: JobLane | None,
    *,
    ending: threading.Event,
    once: bool,
    pause: float,
    say: Callable[[str], Any],
) -> None:
    while not ending.is_set():
        try:
            did = _round(kinds, lane, ending, say)
        except (OperationalError, InterfaceError, InternalError) as error:
            if once:
                raise
            # the database is away, busy or read-only: that is not the end of a worker
            logger.warning("jobs_put_off", reason=str(error).strip())
            connection.close()
            did = False
        if not did:
            if once:
                return
            close_old_connections()
            ending.wait(pause)


def _round(kinds: list[JobKind], lane: JobLane | None, ending: threading.Event, say: Callable[[str], Any]) -> bool:
    """All that is due at its beginning or comes due meanwhile, one user after the other. False where nothing is."""
    kinds = [kind for kind in kinds if kind.wanted()]
    enqueue_periodic(kinds)
    for kind in kinds:
        if kind.feed:
            kind.feed()
    did = False
    while not ending.is_set():
        if lane:
            note_check(lane)
        found = take(kind.name for kind in kinds)
        if found is None:
            break
        words = Run(found, say=say, is_ending=ending.is_set).perform()
        if words:
            say(f"{found.kind} {found.pk}: {words}")
        did = True
    return did
