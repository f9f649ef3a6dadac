"""Deadline of a connection: a job that speaks with another machine ends, whatever that machine says and however slowly.

A timeout is of one wait, and a byte now and then lets no single wait pass: when the time is over, the line is cut.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class LineDeadline:
    """Cuts a connection after so many seconds, made before TLS begins on it: who waits meets its end or an OSError."""

    def __init__(self, line: socket.socket, *, seconds: float) -> None:
        self._same = line.dup()  # TLS takes the first away from whoever holds it, and would say goodbye before it ends
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def lift(self) -> None:
        """The line has ended by itself, or is about to; once more does nothing."""
        self._timer.cancel()
        self._same.close()

    def _cut(self) -> None:
        with suppress(OSError):
            self._same.shutdown(socket.SHUT_RDWR)
        self._same.close()
