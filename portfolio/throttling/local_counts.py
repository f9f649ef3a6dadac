"""Request counts of this minute in memory that all processes of a machine share: a file mapped by each.

The kernel's lock of the file makes a count exact and falls away with a process that is killed. A counter is found by a
hash of whom it counts; one of a minute that has passed is free for another.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
import threading
from pathlib import Path

SECONDS = 60  # of a window
_SLOT = struct.Struct("<QQQ")  # whom, which window, how many
_SLOTS, _PROBES = 2**16, 16


class Counters:
    """The counters in a file, which is made if it is not there."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self._file, _SLOTS * _SLOT.size)
        self._slots = mmap.mmap(self._file, _SLOTS * _SLOT.size)
        self._lock = threading.Lock()  # the kernel's is between processes only

    def counted(self, *who: str, now: float) -> list[int]:
        """Count one more for each of these in the window of `now`, and say how many they are in it by then."""
        window = int(now) // SECONDS
        keys = [int.from_bytes(hashlib.blake2b(each.encode(), digest_size=8).digest(), "little") | 1 for each in who]
        with self._lock:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                return [self._one_more(key, window) for key in keys]
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def _one_more(self, key: int, window: int) -> int:
        offset = self._slot_of(key, window)
        found, its_window, count = _SLOT.unpack_from(self._slots, offset)
        count = count + 1 if its_window == window else 1
        # should all places be taken by others, they share the last: too strict for a minute, never too lenient
        _SLOT.pack_into(self._slots, offset, found if its_window == window else key, window, count)
        return count

    def _slot_of(self, key: int, window: int) -> int:
        free = -1
        for step in range(_PROBES):
            offset = (key + step) % _SLOTS * _SLOT.size
            found, its_window, _count = _SLOT.unpack_from(self._slots, offset)
            if its_window != window:
                free = offset if free < 0 else free
            elif found == key:
                return offset
        return free if free >= 0 else (key + _PROBES - 1) % _SLOTS * _SLOT.size
