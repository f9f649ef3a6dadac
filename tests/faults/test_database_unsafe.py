"""A web server does not start on a database that may lose acknowledged writes, unless it is told to; then it says so."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import ROOT, environment_of, prepare

from .postgres_server import Server

START = """
from portfolio.settings import DATABASES, databases
DATABASES["default"]["OPTIONS"] |= {options}
import django; django.setup()
from django.db import connection
databases.refuse_unready(connection)
"""


def start(database: str, options: dict[str, str], **variables: str) -> subprocess.CompletedProcess[str]:
    """What a web server does first, with these options of the database."""
    return subprocess.run(
        [sys.executable, "-c", START.format(options=options)],
        cwd=ROOT,
        env=environment_of(database, LOG_LEVEL="CRITICAL", **variables),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def assert_refused_until_allowed(database: str, words: str, options: dict[str, str]) -> None:
    refused = start(database, options)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert words in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    allowed = start(database, options, UNSAFE_DATABASE="1")
    assert allowed.returncode == 0, allowed.stderr
    assert "unsafe_database" in allowed.stdout
    assert words in allowed.stdout


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("journal", "synchronous", "words"), [("WAL", "NORMAL", "synchronous=1"), ("DELETE", "FULL", "journal_mode=delete")]
)
def test_an_sqlite_file_that_may_lose_writes_is_refused(journal, synchronous, words, tmp_path: Path):
    """As where the file lies on a disk of the network, which cannot have a log that is shared."""
    database = f"sqlite:///{tmp_path / 'register.sqlite3'}"
    prepare("", environment_of(database))
    options = {"init_command": f"PRAGMA journal_mode={journal}; PRAGMA synchronous={synchronous}"}
    assert_refused_until_allowed(database, words, options)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    try:
        prepare("", environment_of(server.url))
        yield server
    finally:
        server.remove()


@pytest.mark.postgresql
@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_postgresql_that_may_lose_writes_is_refused(name: str, server: Server):
    with server.having(name, "off", otherwise="on"):
        assert_refused_until_allowed(server.url, f"{name}=off", {})


@pytest.mark.postgresql
def test_one_that_is_sound_or_away_is_no_reason_not_to_start(server: Server):
    done = start(server.url, {})
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    with server.stopped():
        assert start(server.url, {}).returncode == 0
