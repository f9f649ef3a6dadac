"""A web server does not start on a database that may lose acknowledged writes, unless it is told to; then it says so."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portfolio.server import APPLICATION, command
from tests.serving import ROOT, environment_of, free_port, serving

from .postgres_server import Server, postgres_server

LOAD = "import portfolio.wsgi"
# what is refused, then the same allowed, in one process: what a start loads first is most of what it takes
REFUSED_THEN_ALLOWED = """
import sys
from django.conf import settings
try:
    import portfolio.wsgi
except SystemExit as refused:
    print(refused, file=sys.stderr)
    settings.UNSAFE_DATABASE = True
    import portfolio.wsgi
    sys.exit(1)
"""


def started(database: str, code: str = LOAD, **settings: str) -> subprocess.CompletedProcess:
    """What a web server does first, on a database of its own."""
    command, environment = [sys.executable, "-c", code], environment_of(database, **settings)
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


def assert_refused(done: subprocess.CompletedProcess, *words: str) -> None:
    [*_warnings, sentence] = done.stderr.strip().splitlines()
    assert "Traceback" not in done.stderr
    assert done.returncode == 1
    assert all(word in sentence for word in (*words, "UNSAFE_DATABASE=1")), sentence


def assert_says_so(done: subprocess.CompletedProcess, words: str) -> None:
    [line] = [json.loads(line) for line in done.stdout.splitlines()]
    assert line["event"] == "unsafe_database"
    assert words in line["may_lose_writes"]


def assert_refused_until_allowed(database: str, words: str, *, before: str = "") -> None:
    done = started(database, before + REFUSED_THEN_ALLOWED, LOG_LEVEL="CRITICAL")
    assert_refused(done, words)
    assert_says_so(done, words)


SETTINGS = ["fsync", "full_page_writes", "synchronous_commit"]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres_server() as server:
        yield server


@pytest.mark.postgresql
@pytest.mark.parametrize("name", SETTINGS)
def test_a_postgresql_that_may_lose_writes_is_refused(name, server):
    with server.having(name, "off", otherwise="on"):
        assert_refused_until_allowed(server.url, f"{name}=off")


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


UNSAFE_SQLITE = """
from portfolio.settings import DATABASES
DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode={journal}; PRAGMA synchronous={synchronous}"
"""


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("journal", "synchronous", "words"),
    [
        ("WAL", "NORMAL", "synchronous=1"),
        ("DELETE", "FULL", "journal_mode=delete"),
        ("MEMORY", "FULL", "journal_mode=memory"),
    ],
)
def test_an_sqlite_file_that_may_lose_writes_is_refused(journal, synchronous, words, tmp_path: Path):
    """As where the file lies on a disk of the network, which cannot have a log that is shared."""
    unsafe = UNSAFE_SQLITE.format(journal=journal, synchronous=synchronous)
    assert_refused_until_allowed(f"sqlite:///{tmp_path / 'unsafe.sqlite3'}", words, before=unsafe)


@pytest.mark.no_database
def test_it_is_allowed_by_the_environment(tmp_path: Path):
    code = UNSAFE_SQLITE.format(journal="DELETE", synchronous="FULL") + LOAD
    allowed = {"UNSAFE_DATABASE": "1", "LOG_LEVEL": "CRITICAL"}
    done = started(f"sqlite:///{tmp_path / 'unsafe.sqlite3'}", code, **allowed)
    assert done.returncode == 0, done.stderr
    assert_says_so(done, "journal_mode=delete")


@pytest.mark.no_database
def test_an_sqlite_file_as_the_product_makes_it_is_not_spoken_of(tmp_path: Path):
    database = f"sqlite:///{tmp_path / 'safe.sqlite3'}"
    assert started(database, LOG_LEVEL="WARNING").stdout == ""
    with serving(environment_of(database)) as (address, _process):
        assert address
