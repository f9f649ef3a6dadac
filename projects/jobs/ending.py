"""End of a worker: on SIGTERM, on Ctrl+C, or when the web server that started it is gone."""

from __future__ import annotations

import multiprocessing
import signal
import threading


class Ending(threading.Event):
    """Event that is set when the worker has to end. What it is at it may finish; nothing else is begun."""

    def __init__(self) -> None:
        super().__init__()
        self._parent = multiprocessing.parent_process()  # None for a worker that was started by a command
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda _number, _frame: self.set())

    def is_set(self) -> bool:
        return super().is_set() or (self._parent is not None and not self._parent.is_alive())
