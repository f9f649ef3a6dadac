"""The product as `make run` serves it: processes of their own on a database of their own, for tests that need real ones."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
_START = """
import django; django.setup()
from django.core.management import call_command
from django.db import connection
if not connection.introspection.table_names():
    call_command("migrate", verbosity=0)
"""
_LOAD = """
from projects.models import Project
from tests.people import FIXTURES
if not Project.objects.exists():
    call_command("loaddata", *FIXTURES, verbosity=0)
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def environment_of(database: str, **more: str) -> dict[str, str]:
    """What the product's settings want, for a site that everybody may read."""
    return {
        **os.environ,
        "DATABASE_URL": database,
        "TEST_DATABASE_URL": database,
        "HTTPS": "false",
        "PUBLIC_READ": "true",
        "SECRET_KEY": "x" * 60 + "aB3",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DJANGO_SETTINGS_MODULE": "portfolio.settings",
        "LOG_LEVEL": "ERROR",
        **more,
    }


@cache
def _make_file(code: str) -> Path:
    """Return a migrated SQLite file on which the code was run: made once in a process of the tests, for copies."""
    directory = tempfile.mkdtemp(prefix="portfolio-")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    path = Path(directory, "register.sqlite3")
    run(code, environment_of(f"sqlite:///{path}"))
    return path


def prepare(code: str, environment: Mapping[str, str], *, before: str = "") -> str:
    """Run a piece of code with the product's settings on a migrated database; return what it prints."""
    engine, _mark, path = environment["DATABASE_URL"].partition(":///")
    if engine != "sqlite":
        return run(before + code, environment)
    for left in ("-wal", "-shm"):  # by a process that was killed: SQLite would take it for the new file's
        Path(path + left).unlink(missing_ok=True)
    shutil.copy(_make_file(before), path)
    return run(code, environment) if code else ""


def prepare_register(code: str, environment: Mapping[str, str]) -> str:
    """The same on a database that has the register with its past."""
    return prepare(code, environment, before=_LOAD)


def run(code: str, environment: Mapping[str, str]) -> str:
    """Run a piece of code on a database as it is; one that has no tables is migrated first."""
    done = subprocess.run(
        [sys.executable, "-c", _START + code], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.strip()


def ended(process: subprocess.Popen) -> None:
    """Tell a server to end, and see to it."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(20)


@contextmanager
def serving(environment: Mapping[str, str], *, workers: int = 1) -> Iterator[tuple[str, int]]:
    """Serve the site; yield its address, such as http://127.0.0.1:8123, and the number of the process."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "portfolio.server", "--port", str(port)],
        cwd=ROOT,
        env={**environment, "PROCESSES": str(workers)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/healthz")
        yield address, process.pid
    finally:
        ended(process)


def wait_for(address: str) -> None:
    for _turn in range(600):  # starting takes seconds of a processor, which others may have
        try:
            urlopen(address, timeout=5).read()  # noqa: S310  our own server
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the server does not answer")
