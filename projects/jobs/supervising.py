"""Supervision: a worker that was killed is followed by another, and none lives longer than the process that started it."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable

from django.db import connections

_LOOKS_EVERY = 0.5  # seconds
_BEGUN_AGAIN_AFTER = 2.0  # one that ends at once must not be begun in a circle
_GRACE = 5.0  # for what a worker is at; what it cannot finish is taken up again when its lease has run out


class Ending(threading.Event):
    """Set by SIGTERM and Ctrl+C; with `parent` also when that process is gone. Nothing sets it for what a thread does."""

    def __init__(self, *, parent: int | None = None) -> None:
        super().__init__()
        self._parent = parent
        if threading.current_thread() is threading.main_thread():
            for each in (signal.SIGTERM, signal.SIGINT):
                signal.signal(each, lambda *_told: self.set())

    def is_set(self) -> bool:
        return super().is_set() or self._parent not in (None, os.getppid())


def keep_at_work(work: Callable[[Ending], None], *, parent: int | None) -> None:
    """Let a process of its own do the work until this one is told to end, or `parent` is gone."""
    ending = Ending(parent=parent)
    worker = _begun(work)
    while not ending.is_set():
        ending.wait(_LOOKS_EVERY)
        if _has_ended(worker):
            ending.wait(_BEGUN_AGAIN_AFTER)
            if ending.is_set():
                return
            worker = _begun(work)
    os.kill(worker, signal.SIGTERM)
    until = time.monotonic() + _GRACE
    while time.monotonic() < until:
        if _has_ended(worker):
            return
        time.sleep(0.05)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)


def _begun(work: Callable[[Ending], None]) -> int:
    connections.close_all()  # no two processes share one
    own = os.getpid()
    worker = os.fork()
    if worker:
        return worker
    code = 1
    try:
        work(Ending(parent=own))
        code = 0
    finally:
        os._exit(code)


def _has_ended(worker: int) -> bool:
    return os.waitpid(worker, os.WNOHANG) != (0, 0)
