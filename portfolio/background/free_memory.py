"""Free memory: what the C library holds back of memory that was freed goes back to the system.

Answers of all sizes that are cached and dropped leave holes between them, which grow to a fifth of the cache.
"""

from __future__ import annotations

import ctypes


def hand_back() -> None:
    """Other threads go on meanwhile; with another C library than glibc nothing happens."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):
        return
