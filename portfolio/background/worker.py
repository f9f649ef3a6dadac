"""The background thread, from the start of a web server's process to its end."""

from __future__ import annotations

import os
import random
import threading
import time
from multiprocessing.util import Finalize

import structlog
from django.db import DEFAULT_DB_ALIAS, Error, connections

from portfolio.accounts import sessions, token_use
from portfolio.timeouts import at_once, within

from . import free_memory, housekeeping

logger = structlog.get_logger(__name__)

FLUSH_EVERY = 2.0  # seconds
SWEEP_EVERY = 3600.0
HAND_BACK_EVERY = 10.0  # new questions leave 10 MiB of holes in 45 seconds
_TRIED_AGAIN_AFTER = 60.0  # a sweep that could not be finished
_FIRST_SWEEP = (20.0, 90.0)  # after the start: not in all processes at the same moment
_SILENT = 0.5  # seconds; nobody needs it now

_ending = threading.Event()
_begun_in: int | None = None  # the process


def begin() -> None:
    """Start the thread of this process, once."""
    global _begun_in
    if _begun_in == os.getpid():
        return
    _begun_in = os.getpid()
    _ending.clear()
    threading.Thread(target=_work, name="background", daemon=True).start()
    # not atexit, of which the processes that a server starts may know nothing
    Finalize(None, end, exitpriority=10)


def end() -> None:
    """Write what is remembered before the process ends, and stop."""
    _ending.set()
    _flush()


def _work() -> None:
    next_sweep = time.monotonic() + random.uniform(*_FIRST_SWEEP)  # noqa: S311  no secret
    next_return = time.monotonic() + HAND_BACK_EVERY
    while not _ending.wait(FLUSH_EVERY):
        _flush()
        if time.monotonic() >= next_return:
            next_return = time.monotonic() + HAND_BACK_EVERY
            free_memory.hand_back()
        if time.monotonic() >= next_sweep:
            next_sweep = time.monotonic() + (SWEEP_EVERY if _swept() else _TRIED_AGAIN_AFTER)


def _flush() -> None:
    """A failure is forgotten: what was noted is still remembered, and the next flush comes soon."""
    for noted in (token_use, sessions):
        if not noted.waits():
            continue
        try:
            with within(_SILENT), at_once():
                noted.flush()
        except Error as error:
            logger.info("use_not_written", noted_in=noted.__name__, reason=str(error).strip())
        finally:
            connections[DEFAULT_DB_ALIAS].close()


def _swept() -> bool:
    """Whether all that has expired was removed; False where others had to go first, or nothing could be written."""
    try:
        with within(_SILENT):
            removed = housekeeping.sweep()
    except Error as error:
        logger.info("housekeeping_put_off", reason=str(error).strip())
        return False
    finally:
        connections[DEFAULT_DB_ALIAS].close()
    if removed:
        logger.info("housekeeping", **removed)
    return True
