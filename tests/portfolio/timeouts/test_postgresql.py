"""Waiting for PostgreSQL: a slow answer is waited for, a server that says nothing is not."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.db import connection
from psycopg2.extensions import set_wait_callback

from portfolio.timeouts import budget, postgresql, probe, within
from portfolio.timeouts.errors import LockedError, SilentError, SlowError
from projects.versioning.revisions import _LOCK

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]

Line = Any


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The driver waits as it does in a web server, only not as long."""
    monkeypatch.setattr(budget, "LOOK_SECONDS", 0.5)
    monkeypatch.setattr(postgresql, "LONGEST_SECONDS", 2.0)
    monkeypatch.setattr(probe, "_silent", {})
    postgresql.begin_waiting()
    yield
    set_wait_callback(None)


@pytest.fixture
def lines() -> Iterator[list[Line]]:
    """Two connections to the server of the tests."""
    made = [psycopg2.connect(**connection.get_connection_params()) for _each in range(2)]
    for line in made:
        line.autocommit = True
    yield made
    for line in made:
        line.close()


def ask(line: Line, sql: str, *values: Any) -> Any:
    with line.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def comes_to_nothing(line: Line, counts: str, *values: Any) -> bool:
    """Whether the server ends what it was told to end: it hears of that by another connection, a moment later."""
    for _turn in range(50):
        if not ask(line, counts, *values):
            return True
        time.sleep(0.1)
    return False


def test_a_slow_answer_is_waited_for(lines):
    with within(0.2):
        assert ask(lines[0], "SELECT 'late' FROM pg_sleep(1)") == "late"
    assert not probe.known()


def test_one_that_takes_too_long_is_ended_at_the_server_too(lines):
    slow, other = lines
    pid = slow.info.backend_pid
    with within(0.3), pytest.raises(SlowError):
        ask(slow, "SELECT 1 FROM pg_sleep(60)")
    assert slow.closed
    assert comes_to_nothing(other, "SELECT COUNT(*) FROM pg_stat_activity WHERE pid = %s", pid)


def test_a_lock_of_others_is_waited_for_so_long_in_all(lines):
    writer, waiting = lines
    ask(writer, "SELECT pg_advisory_lock(%s) IS NULL", _LOCK + 7)
    with within(0.3):
        budget.patience().locked = 0.9
        with pytest.raises(LockedError):
            ask(waiting, "SELECT pg_advisory_lock(%s) IS NULL", _LOCK + 7)
    assert waiting.closed
    waits = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = %s"
    low = (_LOCK + 7) & 0xFFFFFFFF  # of the number, as the view shows it; others may wait for other locks
    assert comes_to_nothing(writer, waits, low)
    assert not probe.known()


def test_a_process_of_the_server_that_stands_still_is_no_silence_of_the_server(lines):
    stopped, other = lines
    pid = stopped.info.backend_pid
    os.kill(pid, signal.SIGSTOP)
    try:
        with within(0.3):
            before = time.monotonic()
            with pytest.raises(SilentError):
                ask(stopped, "SELECT 1")
            assert time.monotonic() - before < 1.5
            assert ask(other, "SELECT 1") == 1, "others are asked on"
    finally:
        os.kill(pid, signal.SIGCONT)
    assert not probe.known()


def test_whoever_sets_no_limit_waits_for_as_long_as_it_takes(lines, monkeypatch):
    monkeypatch.setattr(probe, "look", lambda _line: pytest.fail("nobody looks"))
    assert ask(lines[0], "SELECT 'late' FROM pg_sleep(2.5)") == "late"


def test_while_a_server_says_nothing_only_one_looks_and_the_others_are_refused(lines, monkeypatch):
    looks: list[float] = []
    asked = threading.Barrier(3)

    def looked(_line: Line) -> probe.Says:
        looks.append(time.monotonic())
        time.sleep(1)
        return probe.Says.NOTHING

    monkeypatch.setattr(probe, "_silent", {probe._server_of(lines[0]): threading.Lock()})
    monkeypatch.setattr(probe, "look", looked)
    took: list[float] = []

    def request() -> None:
        line = psycopg2.connect(**connection.get_connection_params())  # without a limit, so that it is there
        asked.wait(10)
        before = time.monotonic()
        with within():
            for _query in range(3):
                with pytest.raises(psycopg2.Error):
                    ask(line, "SELECT 1")
        took.append(time.monotonic() - before)

    threads = [threading.Thread(target=request) for _each in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(looks) == 1
    assert sorted(seconds < 0.7 for seconds in took) == [False, True, True]
    assert max(took) < 1.5, "and it asks once, however many queries there are"


def test_one_that_answers_again_is_asked_at_once(lines):
    probe._silent[probe._server_of(lines[0])] = threading.Lock()
    with within():
        before = time.monotonic()
        assert ask(lines[0], "SELECT 1") == 1
        assert time.monotonic() - before < 0.5
    assert not probe.known()
