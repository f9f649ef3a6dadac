"""A web server does not start on a database that may lose acknowledged writes, unless it is told to; then it says so."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from portfolio.server import APPLICATION, command
from tests.serving import ROOT, environment_of, free_port, serving

from .keepers import Loaded, loaded
from .postgres_server import Server, postgres_server

UNSAFE_SQLITE = """
from portfolio.settings import DATABASES
DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL"
import portfolio.wsgi
"""


@dataclass(frozen=True)
class Done:
    """How a start ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


class Starts:
    """What a web server does first, as often as one likes."""

    def __init__(self, worker: Loaded) -> None:
        self._worker = worker

    def started(self, *, unsafe_database: bool = False, **changed: Any) -> Done:
        self._worker.tell(json.dumps({"unsafe_database": unsafe_database, "changed": changed}))
        return Done(**json.loads(self._worker.stored()))


@contextmanager
def starts_on(database: str) -> Iterator[Starts]:
    with loaded("tests.faults.start_worker", environment_of(database, LOG_LEVEL="WARNING")) as worker:
        yield Starts(worker)


def assert_refused(done: Done | subprocess.CompletedProcess[str], *words: str) -> None:
    [*_warnings, sentence] = done.stderr.strip().splitlines()
    assert "Traceback" not in done.stderr
    assert done.returncode == 1
    assert all(word in sentence for word in (*words, "UNSAFE_DATABASE=1")), sentence


def assert_says_so(done: Done | subprocess.CompletedProcess[str], words: str) -> None:
    [line] = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert line["event"] == "unsafe_database"
    assert words in line["may_lose_writes"]


def assert_refused_until_allowed(starts: Starts, words: str, **changed: Any) -> None:
    refused = starts.started(**changed)
    assert_refused(refused, words)
    assert refused.stdout == ""
    assert_says_so(starts.started(unsafe_database=True, **changed), words)


SETTINGS = ["fsync", "full_page_writes", "synchronous_commit"]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="module")
def starts(server: Server) -> Iterator[Starts]:
    with starts_on(server.url) as starts:
        yield starts


@pytest.mark.postgresql
@pytest.mark.parametrize("name", SETTINGS)
def test_a_postgresql_that_may_lose_writes_is_refused(name, server, starts):
    with server.having(name, "off", otherwise="on"):
        assert_refused_until_allowed(starts, f"{name}=off")


@pytest.mark.postgresql
def test_one_that_loses_nothing_is_not_spoken_of(starts):
    done = starts.started()
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.postgresql
def test_make_run_ends_before_it_has_made_anything(server):
    command = [sys.executable, "manage.py", "demo", "--port", "0"]
    with server.having("fsync", "off", otherwise="on"):
        done = subprocess.run(
            command, cwd=ROOT, env=environment_of(server.url), capture_output=True, text=True, timeout=60, check=False
        )
    assert_refused(done, "fsync=off")
    server.ask("CREATE TABLE django_migrations (); DROP TABLE django_migrations")


@pytest.mark.postgresql
def test_a_server_that_starts_its_processes_again_ends_all_the_same(server):
    begun = command(APPLICATION, host="127.0.0.1", port=free_port(), workers=2)
    with server.having("fsync", "off", otherwise="on"):
        done = subprocess.run(
            begun, cwd=ROOT, env=environment_of(server.url), capture_output=True, text=True, timeout=60, check=False
        )
    assert "fsync=off" in done.stderr


@pytest.mark.postgresql
def test_one_that_is_away_is_no_reason_not_to_start(starts):
    done = starts.started(PORT=free_port())
    assert done.returncode == 0
    assert [json.loads(line)["event"] for line in done.stdout.splitlines()] == ["database_away"]


@pytest.fixture(scope="module")
def starts_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starts]:
    with starts_on(f"sqlite:///{tmp_path_factory.mktemp('starts') / 'safe.sqlite3'}") as starts:
        yield starts


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("journal", "synchronous", "words"),
    [
        ("WAL", "NORMAL", "synchronous=1"),
        ("DELETE", "FULL", "journal_mode=delete"),
        ("MEMORY", "FULL", "journal_mode=memory"),
    ],
)
def test_an_sqlite_file_that_may_lose_writes_is_refused(journal, synchronous, words, tmp_path, starts_on_sqlite):
    """As where the file lies on a disk of the network, which cannot have a log that is shared."""
    options = {"init_command": f"PRAGMA journal_mode={journal}; PRAGMA synchronous={synchronous}"}
    assert_refused_until_allowed(starts_on_sqlite, words, NAME=str(tmp_path / "unsafe.sqlite3"), OPTIONS=options)


@pytest.mark.no_database
def test_it_is_allowed_by_the_environment(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-c", UNSAFE_SQLITE],
        cwd=ROOT,
        env=environment_of(f"sqlite:///{tmp_path / 'unsafe.sqlite3'}", UNSAFE_DATABASE="1", LOG_LEVEL="CRITICAL"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert_says_so(done, "journal_mode=delete")


@pytest.mark.no_database
def test_an_sqlite_file_as_the_product_makes_it_is_not_spoken_of(tmp_path: Path, starts_on_sqlite):
    done = starts_on_sqlite.started()
    assert (done.returncode, done.stdout) == (0, "")
    with serving(environment_of(f"sqlite:///{tmp_path / 'safe.sqlite3'}")) as (address, _process):
        assert address
