"""Starts what is compared, each alone on one core, and ends it whatever happens."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.serving import ended, free_port

# those that this process began with
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
SERVER_CORE, LOAD_CORE = (CORES or [0])[0], (CORES or [0])[-1]
BIN = Path(sys.executable).parent


def stay_on(*cores: int) -> None:
    """Keep this process and what it starts on one core, or on some, where the system can."""
    if CORES:
        os.sched_setaffinity(0, cores)


@dataclass(frozen=True)
class Server:
    """What answers at a port, and its process."""

    name: str
    port: int
    process: psutil.Process


@contextmanager
def running(name: str, command: list[str], environment: Mapping[str, str], *, cores: int = 1) -> Iterator[Server]:
    """The server of a command, on a port that is free and on so many cores."""
    port = free_port()
    with subprocess.Popen(
        [*command, "--port", str(port)],
        env={**os.environ, **environment},
        preexec_fn=lambda: stay_on(*(CORES[:cores] or [0])),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            _wait_for(process, port)
            yield Server(name, port, psutil.Process(process.pid))
        finally:
            ended(process)


def _wait_for(process: subprocess.Popen, port: int) -> None:
    for _try in range(600):
        if process.poll() is not None:
            raise SystemExit(f"The server did not start: {process.stderr.read().decode()[-2000:]}")  # type: ignore[union-attr]
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server does not answer.")


def as_served(processes: int = 1) -> list[str]:
    """As `make run` serves, with so many processes."""
    return ["/usr/bin/env", f"PROCESSES={processes}", sys.executable, "-m", "portfolio.server"]


def waitress(application: str) -> list[str]:
    """Return the command that serves a WSGI application by the same web server, with its defaults, in one process."""
    module, _colon, name = application.partition(":")
    code = f"import sys, waitress, {module}; waitress.serve({module}.{name}, host='127.0.0.1', port=int(sys.argv[-1]))"
    return [sys.executable, "-c", code]


def datasette(file: str) -> list[str]:
    """Datasette on an SQLite file, with its defaults but for the size of a page."""
    return [
        str(BIN / "datasette"), "serve", file, "--host", "127.0.0.1",
        "--setting", "default_page_size", "50", "--setting", "num_sql_threads", "2",
    ]  # fmt: skip
