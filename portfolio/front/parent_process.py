"""Death of the parent process: a worker of the web server lives no longer than the one that started it.

A worker whose master was killed would go on listening, with its code, settings and database of then, and share the port with
whatever is started next.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal

_PR_SET_PDEATHSIG = 1  # of prctl(2)


def end_with_the_master() -> None:
    """Have the kernel end this process together with its master, if it has one."""
    master = multiprocessing.parent_process()
    if master is None:
        return
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    except (OSError, AttributeError):  # not Linux
        return
    if os.getppid() != master.pid:  # it has gone before the kernel was asked
        os._exit(1)
