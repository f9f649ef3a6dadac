"""Free memory: what the C library holds back of memory that was freed goes back to the system.

Answers of all sizes that are cached and dropped leave holes between them, which grow to a fifth of the cache. And some
objects are in circles, as REST framework's serializers and the filters of a list are: by itself Python looks for them
among what has grown old once there are a quarter more objects than it found the last time.
"""

from __future__ import annotations

import ctypes
import gc


def hand_back() -> None:
    """Other threads wait for some hundredths of a second, unless nothing has grown old since; with another C library than
    glibc nothing goes back.
    """
    if gc.get_count()[2]:
        gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):
        return
