"""`make run`: a worker of jobs begins with the web server, and ends with it however that goes."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.own_database import own_database
from tests.serving import ROOT, ended, environment_of, free_port, prepare, wait_for

pytestmark = pytest.mark.no_database


@pytest.fixture(scope="module")
def environment(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[dict[str, str]]:
    with own_database(tmp_path_factory.mktemp("beside"), django_db_blocker, name="beside") as database:
        environment = environment_of(database, LOG_LEVEL="CRITICAL")
        prepare("", environment)
        yield environment


@contextmanager
def begun(environment: dict[str, str]) -> Iterator[tuple[psutil.Process, list[psutil.Process]]]:
    """The server, and what keeps the worker at work with the worker itself."""
    port = free_port()
    command = [sys.executable, "-m", "portfolio.server", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/livez")
        server = psutil.Process(process.pid)
        yield server, workers_of(server)
    finally:
        ended(process)


def workers_of(server: psutil.Process) -> list[psutil.Process]:
    end = time.monotonic() + 60
    while True:
        found = [each for each in server.children(recursive=True) if "jobs" in each.cmdline()]
        if len(found) == 2:
            return found
        assert time.monotonic() < end, found
        time.sleep(0.1)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_worker_ends_with_the_server(how: signal.Signals, environment: dict[str, str]) -> None:
    with begun(environment) as (server, workers):
        assert not any(each.net_connections("inet") for each in workers), "it listens nowhere"
        server.send_signal(how)
        _gone, alive = psutil.wait_procs(workers, 20)
        assert alive == []


def test_one_that_is_killed_is_followed_by_another(environment: dict[str, str]) -> None:
    with begun(environment) as (server, (keeper, worker)):
        if worker.ppid() != keeper.pid:
            keeper, worker = worker, keeper
        worker.kill()
        worker.wait(10)
        assert worker.pid not in [each.pid for each in workers_of(server)]


def refused(database: str, *arguments: str) -> str:
    """What is said instead of a start: one sentence."""
    command = [sys.executable, "-m", "portfolio.server", "--port", str(free_port()), *arguments]
    environment = environment_of(database)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode not in (0, None), done
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize(
    "applied", [[], [("portfolio", "0001_users_and_tokens")]], ids=["no table", "an older release"]
)
def test_a_database_that_is_not_up_to_date_is_refused(applied: list[tuple[str, str]], tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "older.sqlite3")) as database, database:
        database.execute("PRAGMA journal_mode=WAL")
        if applied:
            database.execute("CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app, name, applied DATETIME)")
            database.executemany(
                "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, '2026-01-01')", applied
            )
    assert "run manage.py migrate" in refused(f"sqlite:///{tmp_path / 'older.sqlite3'}")


def test_a_file_that_is_not_there_is_refused_and_not_made(tmp_path: Path) -> None:
    """As where the address has a slip: what was meant lies elsewhere."""
    assert "is not there" in refused(f"sqlite:///{tmp_path / 'nowhere' / 'new.sqlite3'}")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("port", ["99999", "-1", "web", "8080.5"])
def test_a_port_that_is_none_is_refused_in_words(port: str) -> None:
    assert f"must be a number below 65536, not {port!r}" in refused("sqlite://:memory:", "--port", port)
