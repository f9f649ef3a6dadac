"""Web server of the site: python -m portfolio.server [--host HOST] [--port PORT] [--workers NUMBER]

The one place that says how the site is served; the demonstration, the tests and the bench take it from here.
"""

from __future__ import annotations

import argparse
import ctypes
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

APPLICATION = "portfolio.wsgi:application"
WORKERS = 2
WORKER = [sys.executable, "manage.py", "jobs", "--work", "--verbosity", "0", "--beside"]
_PR_SET_PDEATHSIG = 1  # of prctl(2)
_M_ARENA_MAX, _M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD = -8, -3, -1  # of mallopt(3)
HEAD_SECONDS = 10  # in which the head of a request is there; a connection that lies idle as long is closed too

# Of each process. Connections are cheap, and slow ones are many; what each may hold in memory is little.
_CONNECTIONS = 4096
_BUFFER = 2**16  # bytes of a connection, for a head and for what is not yet read of an answer


def command(application: str = APPLICATION, *, host: str = "127.0.0.1", port: int, workers: int = WORKERS) -> list[str]:
    """What starts the web server on a WSGI application."""
    return [
        sys.executable, "-m", "granian", application,
        "--interface", "wsgi", "--loop", "uvloop", "--blocking-threads", "4", "--http", "1", "--no-ws",
        "--host", host, "--port", str(port),
        "--workers", str(workers), "--workers-kill-timeout", "3", "--respawn-failed-workers",
        "--backpressure", str(_CONNECTIONS), "--backlog", "1024",
        "--http1-header-read-timeout", str(HEAD_SECONDS * 1000), "--http1-buffer-size", str(_BUFFER),
        "--log-level", "warning",
    ]  # fmt: skip


def end_with_the_master() -> None:
    """Have the kernel end this process together with its master, if it has one.

    A worker whose master was killed would go on listening, with its code, settings and database of then, and share the port
    with whatever is started next.
    """
    master = multiprocessing.parent_process()
    if master is None:
        return
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    except (OSError, AttributeError):  # not Linux
        return
    if os.getppid() != master.pid:  # it has gone before the kernel was asked
        os._exit(1)


def hold_less_memory() -> None:
    """Have glibc give back more of what this process has used (mallopt(3)).

    All threads take memory from one place (an arena) rather than each from its own: what one has freed another can use, so
    that some 8 MiB less lie between what is cached. They seldom take it at the same time, as Python lets one run at a time.
    Whatever is large, such as a page while it is put together, comes from the system and goes back to it. By itself glibc
    does so only until something large was freed, and then for what is larger still, up to 32 MiB: holes of that size stay
    between what is small and cached.

    What lies free at the end of the heap is the exception, up to what large pages are made with: it goes back with more, or
    within ten seconds (`background.free_memory`). By itself glibc gives back 128 KiB, so that each page took it anew, some
    hundred times 4 KiB that the system clears first: a fortieth of what pages take.
    """
    try:
        library = ctypes.CDLL(None)
        library.mallopt(_M_ARENA_MAX, 1)
        library.mallopt(_M_MMAP_THRESHOLD, 2**17)
        library.mallopt(_M_TRIM_THRESHOLD, 2**22)
    except (OSError, AttributeError):  # another C library
        return


def port_number(text: str) -> int:
    """The number that a text is. ValueError, with a sentence, for one that is no port's."""
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and int(text) < 65536):
        raise ValueError(f"PORT must be a number below 65536, not {text!r}.")
    return int(text)


def cannot_be_used(host: str, port: int) -> str:
    """Why no server can listen there; nothing where one can. A web server whose port is taken would share it."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _refuse_database() -> None:
    """One sentence before anything is started, rather than one of each process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")
    import django

    django.setup()
    from django.db import connection

    from portfolio.settings import databases, unmigrated

    databases.refuse_missing(connection)
    databases.refuse_unsafe(connection)
    unmigrated.refuse(connection)


def main() -> None:
    """Become the web server, with a worker of jobs beside it."""
    parser = argparse.ArgumentParser(description="Serves the site until it is told to end.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default="8000")
    parser.add_argument("--workers", type=int, default=WORKERS)
    asked = parser.parse_args()
    try:
        port = port_number(asked.port)
    except ValueError as error:
        raise SystemExit(str(error)) from None
    reason = cannot_be_used(asked.host, port)
    if reason:
        raise SystemExit(f"{asked.host}, port {port}, cannot be used: {reason}")
    os.chdir(Path(__file__).resolve().parent.parent)
    _refuse_database()
    # a child of the process that becomes the server, and ends with it: told which, since that may end before it looks
    subprocess.Popen([*WORKER, str(os.getpid())], stdin=subprocess.DEVNULL)  # noqa: S603  our own words
    os.execv(sys.executable, command(host=asked.host, port=port, workers=asked.workers))  # noqa: S606  our own words


if __name__ == "__main__":
    main()
