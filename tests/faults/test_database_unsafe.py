"""A web server does not start on a database that may lose acknowledged writes, unless it is told to; then it says so."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portfolio.server import APPLICATION, command
from tests.serving import ROOT, environment_of, free_port, serving

from .postgres_server import Server, postgres_server

LOAD = "import portfolio.wsgi"
ALLOWED = {"UNSAFE_DATABASE": "1", "LOG_LEVEL": "CRITICAL"}


def started(database: str, code: str = LOAD, **settings: str) -> subprocess.CompletedProcess:
    """What a web server does first, on a database of its own."""
    command, environment = [sys.executable, "-c", code], environment_of(database, **settings)
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


def assert_refused(done: subprocess.CompletedProcess, *words: str) -> None:
    [*_warnings, sentence] = done.stderr.strip().splitlines()
    assert "Traceback" not in done.stderr
    assert done.returncode == 1
    assert all(word in sentence for word in (*words, "UNSAFE_DATABASE=1")), sentence


def assert_says_so(done: subprocess.CompletedProcess, *words: str) -> None:
    assert done.returncode == 0, done.stderr
    [line] = [json.loads(line) for line in done.stdout.splitlines()]
    assert line["event"] == "unsafe_database"
    assert all(word in line["may_lose_writes"] for word in words)


SETTINGS = ["fsync", "full_page_writes", "synchronous_commit"]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres_server() as server:
        yield server


@pytest.mark.postgresql
@pytest.mark.parametrize("name", SETTINGS)
def test_a_postgresql_that_may_lose_writes_is_refused(name, server):
    with server.having(name, "off", otherwise="on"):
        with ThreadPoolExecutor(2) as both:
            refused, allowed = both.submit(started, server.url), both.submit(started, server.url, **ALLOWED)
        assert_refused(refused.result(), f"{name}=off")
        assert_says_so(allowed.result(), f"{name}=off")


@pytest.mark.postgresql
def test_one_that_loses_nothing_is_not_spoken_of(server):
    done = started(server.url, LOG_LEVEL="WARNING")
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
def test_one_that_is_away_is_no_reason_not_to_start():
    done = started(f"postgresql://register@127.0.0.1:{free_port()}/register")
    assert done.returncode == 0
    assert [json.loads(line)["event"] for line in done.stdout.splitlines()] == ["database_away"]


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL", "synchronous=1"),
        ("PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL", "journal_mode=delete"),
        ("PRAGMA journal_mode=MEMORY; PRAGMA synchronous=FULL", "journal_mode=memory"),
    ],
)
def test_an_sqlite_file_that_may_lose_writes_is_refused(asked, words, tmp_path: Path):
    """As where the file lies on a disk of the network, which cannot have a log that is shared."""
    database = f"sqlite:///{tmp_path / 'unsafe.sqlite3'}"
    code = f"from portfolio.settings import DATABASES as d; d['default']['OPTIONS']['init_command'] = {asked!r}; {LOAD}"
    with ThreadPoolExecutor(2) as both:
        refused, allowed = both.submit(started, database, code), both.submit(started, database, code, **ALLOWED)
    assert_refused(refused.result(), words)
    assert_says_so(allowed.result(), words)


@pytest.mark.no_database
def test_an_sqlite_file_as_the_product_makes_it_is_not_spoken_of(tmp_path: Path):
    database = f"sqlite:///{tmp_path / 'safe.sqlite3'}"
    assert started(database, LOG_LEVEL="WARNING").stdout == ""
    with serving(environment_of(database)) as (address, _process):
        assert address
