"""The loop knows the state of the data as exactly as any thread, or says that it does not know."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, models
from psycopg2.extras import wait_select

from portfolio.front.cached_responses import StateOfSqlite
from portfolio.front.state_of_postgresql import StateOfPostgresql
from portfolio.response_cache.readers import Numbers, numbers_now
from projects.models import Project
from tests.loops import in_a_loop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("live_register")]


def state() -> Any:
    if connection.vendor == "postgresql":
        return StateOfPostgresql(connection.get_connection_params())
    return StateOfSqlite(str(connection.settings_dict["NAME"]))


async def known(asked: Any) -> Numbers:
    """What it says as soon as it is connected."""
    for _turn in range(100):
        numbers: Numbers | None = await asked.now()
        if numbers is not None:
            return numbers
        await asyncio.sleep(0.05)
    raise AssertionError("it never knows")


def write(amount: int) -> Numbers:
    """Change a record by SQL; the numbers of the state that the data has then."""
    models.QuerySet(Project).filter(code="HN-EI-2023-13").update(expected_revenue=amount)
    return numbers_now(connection.alias)


def test_each_write_is_known_to_whoever_asks_after_it() -> None:
    async def work() -> None:
        asked = state()
        await known(asked)
        for amount in range(10**9, 10**9 + 20):
            written = await asyncio.to_thread(_closing, lambda amount=amount: write(amount))
            assert await asked.now() == written

    in_a_loop(work())


def _closing(work: Callable[[], Numbers]) -> Numbers:
    try:
        return work()
    finally:
        connection.close()


def test_many_who_ask_together_are_all_told() -> None:
    async def work() -> None:
        asked = state()
        numbers = await known(asked)
        assert await asyncio.gather(*(asked.now() for _each in range(100))) == [numbers] * 100

    in_a_loop(work())


def test_who_asks_while_a_question_is_on_its_way_is_not_told_of_before() -> None:
    """One asks, somebody writes, another asks: the second must know of the write, however long the first took."""

    async def work() -> None:
        asked = state()
        await known(asked)
        first = asyncio.ensure_future(asked.now())
        written = await asyncio.to_thread(_closing, lambda: write(3 * 10**9))
        assert await asked.now() == written
        await first

    in_a_loop(work())


@pytest.mark.postgresql
def test_a_connection_that_ends_is_made_again() -> None:
    async def work() -> None:
        asked = state()
        numbers = await known(asked)
        await asyncio.to_thread(_closing, lambda: _end(asked._connection.info.backend_pid))
        assert await asked.now() is None
        assert await known(asked) == numbers

    in_a_loop(work())


def _end(process: int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [process])


@pytest.mark.postgresql
def test_behind_a_pooler_it_asks_without_what_another_connection_has_prepared() -> None:
    async def work() -> None:
        asked = state()
        numbers = await known(asked)
        asked._cursor.execute("DEALLOCATE ALL")
        wait_select(asked._connection)  # not in the loop, which watches the connection for whoever asks
        assert await asked.now() is None
        assert await known(asked) == numbers
        assert "EXECUTE" not in asked._ask_by

    in_a_loop(work())


@pytest.mark.postgresql
def test_an_answer_that_does_not_come_is_not_waited_for() -> None:
    async def work() -> None:
        asked = state()
        asked._ask_by = "SELECT pg_sleep(5), 1, 1"
        while asked._connection is None:
            await asked.now()
            await asyncio.sleep(0.05)
        begun = time.monotonic()
        assert await asyncio.gather(*(asked.now() for _each in range(5))) == [None] * 5
        assert time.monotonic() - begun < 1.5

    in_a_loop(work())


@pytest.mark.no_database
def test_a_file_that_is_locked_is_not_waited_for(tmp_path: Path) -> None:
    """Which no writer does in write-ahead mode; but somebody may look after the file with a tool."""
    file = tmp_path / "register.sqlite3"
    copy = sqlite3.connect(file, check_same_thread=False)
    with sqlite3.connect(connection.settings_dict["NAME"]) as source:
        source.backup(copy)
    copy.execute("PRAGMA journal_mode = DELETE")
    present = numbers_now(connection.alias)

    async def work() -> None:
        asked = StateOfSqlite(str(file))
        assert await asked.now() == present
        copy.isolation_level = None
        copy.execute("BEGIN EXCLUSIVE")
        begun = time.monotonic()
        assert await asked.now() is None
        assert time.monotonic() - begun < 0.5
        copy.execute("ROLLBACK")
        assert await asked.now() == present

    in_a_loop(work())
