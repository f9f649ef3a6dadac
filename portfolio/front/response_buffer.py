"""Response buffer (spool): an answer on its way from the thread that makes it to the loop that sends it.

The thread never waits for whoever reads: what is not read yet lies in memory, beyond MOST_IN_MEMORY in a nameless file.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
import time
from collections import deque
from typing import Any

from django.conf import settings

Headers = list[tuple[str, str]]

MOST_IN_MEMORY = 2**18  # bytes of one answer: hundreds may lie unread
MOST_IN_FILES = 2**31  # bytes of all answers of this process: then whoever makes more waits
PIECE = 2**16  # bytes that are sent at once
_LOOK_EVERY = 0.05  # seconds, while files are full


class AbandonedError(Exception):
    """Nobody reads the answer any more."""


class _Files:
    """How many bytes lie in the files of all answers."""

    def __init__(self) -> None:
        self.bytes = 0
        self._lock = threading.Lock()

    def add(self, size: int) -> None:
        with self._lock:
            self.bytes += size


files = _Files()


class Spool:
    """One answer. `begin`, `put`, `end` and `fail` are the thread's, everything else is the loop's."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.status, self.headers = 0, Headers()
        self.has_failed = self.wants_body = False
        self._loop = loop
        self._lock = threading.Lock()
        self._pieces: deque[bytes] = deque()
        self._in_memory = 0
        self._file: Any = None
        self._written = self._read = 0  # bytes of the file
        self._ended = self._abandoned = self._woken = False
        self._news = asyncio.Event()

    # of the thread

    def begin(self, status: str, headers: Headers) -> None:
        """What the answer says before its body; told with the first piece."""
        self.status, self.headers = int(status[:3]), headers

    def put(self, piece: bytes) -> None:
        """More of the body. Raises AbandonedError where nobody wants it."""
        while files.bytes > MOST_IN_FILES and not self._abandoned:
            time.sleep(_LOOK_EVERY)
        self._store(piece)
        self._wake()

    def end(self, piece: bytes = b"") -> None:
        """The last of the body."""
        self._store(piece)
        self._ended = True
        self._wake()

    def fail(self) -> None:
        """There will be no more, although it was not the end."""
        self.has_failed = self._ended = True
        self._wake()

    def want_body(self) -> None:
        """There is no answer before the body of the request is there."""
        self.wants_body = True
        self.fail()

    def _store(self, piece: bytes) -> None:
        with self._lock:
            if self._abandoned:
                raise AbandonedError
            if self._written > self._read or self._in_memory + len(piece) > MOST_IN_MEMORY:
                self._put_into_file(piece)
            elif len(piece) <= PIECE:
                self._keep(piece)
            else:
                for start in range(0, len(piece), PIECE):
                    self._keep(piece[start : start + PIECE])

    def _keep(self, piece: bytes) -> None:
        if piece:
            self._pieces.append(piece)
            self._in_memory += len(piece)

    def _put_into_file(self, piece: bytes) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=settings.VAR_DIR, buffering=0)  # noqa: SIM115  closed when nobody reads
        rest = memoryview(piece)
        while rest:  # a disk that is nearly full takes a part of it
            size = os.pwrite(self._file.fileno(), rest, self._written)
            self._written += size
            files.add(size)
            rest = rest[size:]

    def _wake(self) -> None:
        if not self._woken:
            self._woken = True
            self._loop.call_soon_threadsafe(self._news.set)

    # of the loop

    async def take(self) -> tuple[bytes, bool]:
        """The next piece, and whether it is the last; waits until there is one."""
        while True:
            self._woken = False
            ended = self._ended  # asked first: what is put before the end is then there
            piece = self._next()
            if piece or ended:
                return piece, ended and not self._pieces and self._read == self._written
            self._news.clear()
            if not self._woken:
                await self._news.wait()

    def abandon(self) -> None:
        """Nobody reads any more: the thread stops with its next piece, and what lies here is dropped."""
        with self._lock:
            self._abandoned = True
            self._pieces.clear()
            if self._file is not None:
                files.add(self._read - self._written)
                self._file.close()
                self._file, self._read = None, self._written

    def _next(self) -> bytes:
        with self._lock:
            if not self._pieces:
                return self._next_of_file() if self._read < self._written else b""
            piece = self._pieces.popleft()
            while self._pieces and len(piece) + len(self._pieces[0]) <= PIECE:
                piece += self._pieces.popleft()
            self._in_memory -= len(piece)
            return piece

    def _next_of_file(self) -> bytes:
        piece = os.pread(self._file.fileno(), PIECE, self._read)
        self._read += len(piece)
        files.add(-len(piece))
        if self._read == self._written:
            self._file.truncate(0)
            self._read = self._written = 0
        return piece
