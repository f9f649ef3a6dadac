"""Starts what is compared, each alone on one core, and ends it whatever happens."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.serving import ended

SERVER_CORE, LOAD_CORE = 0, 1
BIN = Path(sys.executable).parent


def stay_on(core: int) -> None:
    """Keep this process and what it starts on one core, where the machine has more than one."""
    if hasattr(os, "sched_setaffinity") and len(os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(0, {core})


@contextmanager
def running(command: list[str], port: int, environment: Mapping[str, str]) -> Iterator[psutil.Process]:
    """The server of a command that listens on the port."""
    with subprocess.Popen(
        command,
        env={**os.environ, **environment},
        preexec_fn=lambda: stay_on(SERVER_CORE),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            _wait_for(process, port)
            yield psutil.Process(process.pid)
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


def granian(application: str, port: int) -> list[str]:
    """As `make run` serves, with one process."""
    return [
        str(BIN / "granian"), application, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--blocking-threads", "2", "--backpressure", "64", "--no-ws", "--log-level", "error",
    ]  # fmt: skip


def datasette(file: str, port: int) -> list[str]:
    """Datasette on an SQLite file, with its defaults but for the size of a page."""
    return [
        str(BIN / "datasette"), "serve", file, "--host", "127.0.0.1", "--port", str(port),
        "--setting", "default_page_size", "50", "--setting", "num_sql_threads", "2",
    ]  # fmt: skip
