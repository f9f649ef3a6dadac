"""An application that goes as deep with its calls as a page does: as a program it says how many page faults many calls cost
there, at the most. A program, since a test begins with room itself (`tests.room`).
"""

from __future__ import annotations

import asyncio
import io
import os
import resource
import threading
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")

import django

django.setup()

from portfolio.front.thread_pools import READING, Threads  # noqa: E402  needs the settings

CALLS = 200
DEEP = 20 * 2**10  # bytes: a little more than the deepest page


def _nothing() -> None:
    """Needs more room than a step deeper does, so that the end of no piece of memory is passed by."""


_nothing.__code__ = _nothing.__code__.replace(co_stacksize=50)


def _faults(deeper: int) -> int:
    """Page faults of many calls, so many calls deeper."""
    if deeper:
        return _faults(deeper - 1)
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for _call in range(CALLS):
        _nothing()
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


def _most() -> str:
    code = _faults.__code__
    step = 8 * (code.co_nlocals + code.co_stacksize + 8)  # Python has eight values more of each call, or ten
    return str(max(_faults(deeper) for deeper in range(DEEP // step)))


def _application(_environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    start("200 OK", [])
    return [_most().encode()]


async def _asked() -> str:
    threads = Threads(_application, asyncio.get_running_loop())
    spool = await threads.make(READING, {"PATH_INFO": "/", "wsgi.input": io.BytesIO()})
    piece, _is_last = await spool.take()
    while any(lane.at_work for lane in threads.lanes.values()):  # it says to the loop that it is free
        await asyncio.sleep(0.01)
    return piece.decode()


def _of_any_thread() -> str:
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(_most()))
    thread.start()
    thread.join()
    return found[0]


if __name__ == "__main__":
    print(asyncio.run(_asked()), _of_any_thread())
