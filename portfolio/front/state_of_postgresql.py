"""Asynchronous query to PostgreSQL for the numbers of the present state, which does not hold up the loop.

One connection, which the driver works without waiting. All who ask in the same turn of the loop share a question, and who
asks while one is on its way shares the next: an answer must be of after the moment in which it was asked for.
"""

from __future__ import annotations

import asyncio
import select
import time
from contextlib import suppress
from typing import Any

import psycopg2
import structlog
from psycopg2.extensions import POLL_OK, POLL_WRITE

from portfolio.response_cache.readers import NUMBERS, Numbers, numbers_in
from projects.database.prepared_statements import PLANNED_ELSEWHERE

logger = structlog.get_logger(__name__)

SECONDS = 0.5  # for an answer, and for connecting: then the threads ask, who have more time
PAUSE = 1.0  # seconds until a connection that failed is tried again
_MOMENT = 0.001  # seconds that the loop itself waits for an answer, which is mostly there before it could be told
_SLOW = 1.0  # seconds in which it does not, after one that took longer
_PREPARE, _ASK = f"PREPARE state AS {NUMBERS}", "EXECUTE state"
_NOT_OF_THE_DRIVER = ("cursor_factory", "isolation_level")

Asked = list[asyncio.Future[Numbers | None]]


class StateOfPostgresql:
    """The numbers of the state, asked over one connection."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        self._parameters = {name: value for name, value in parameters.items() if name not in _NOT_OF_THE_DRIVER}
        self._connection: Any = None
        self._cursor: Any = None
        self._ready = select.poll()
        self._opening: asyncio.Task[None] | None = None
        self._asked: Asked = []  # whose question is on its way
        self._waiting: Asked = []  # whose is not yet
        self._late: asyncio.TimerHandle | None = None
        self._no_moment_before = 0.0
        self._ask_by = _ASK

    async def now(self) -> Numbers | None:
        if self._connection is None:
            self._open()
            return None
        loop = asyncio.get_running_loop()
        if not self._waiting and not self._asked:
            loop.call_soon(self._ask)
        future: asyncio.Future[Numbers | None] = loop.create_future()
        self._waiting.append(future)
        return await future

    def _ask(self) -> None:
        self._asked, self._waiting = self._waiting, []
        if self._connection is None:
            self._tell(None)
            return
        try:
            self._cursor.execute(self._ask_by)
            self._wait_a_moment()
            self._go_on()
        except psycopg2.Error as error:
            self._lose(error)
        if self._asked:
            self._late = asyncio.get_running_loop().call_later(SECONDS, self._lose, TimeoutError("no answer"))

    def _wait_a_moment(self) -> None:
        now = time.monotonic()
        if now >= self._no_moment_before and not self._ready.poll(_MOMENT * 1000):
            self._no_moment_before = now + _SLOW

    def _go_on(self) -> None:
        """Something has come: ask the driver whether it is all. The server may also have said something by itself."""
        try:
            if self._connection is None or self._connection.poll() != POLL_OK or not self._asked:
                return
            numbers = numbers_in(self._cursor.fetchall())
        except psycopg2.Error as error:
            self._lose(error)
            return
        self._tell(numbers)

    def _tell(self, numbers: Numbers | None) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
        asked, self._asked = self._asked, []
        for future in asked:
            if not future.done():
                future.set_result(numbers)
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._ask)

    def _lose(self, error: Exception) -> None:
        logger.info("state_unknown", reason=str(error).strip())
        if getattr(error, "pgcode", None) in PLANNED_ELSEWHERE:  # behind a pooler, which changes connections
            self._ask_by = NUMBERS
        connection, self._connection = self._connection, None
        if connection is not None:
            _leave(connection)
        self._tell(None)

    def _open(self) -> None:
        if self._opening is None:
            self._opening = asyncio.get_running_loop().create_task(self._opened())

    async def _opened(self) -> None:
        connection = None
        try:
            async with asyncio.timeout(SECONDS):
                connection = psycopg2.connect(**self._parameters, async_=True)
                await _ready(connection)
                cursor = connection.cursor()
                if self._ask_by == _ASK:
                    cursor.execute(_PREPARE)
                    await _ready(connection)
        except (psycopg2.Error, TimeoutError, OSError) as error:
            self._lose(error)
            if connection is not None:
                _leave(connection)
            await asyncio.sleep(PAUSE)
        else:
            self._connection, self._cursor = connection, cursor
            self._ready = select.poll()
            self._ready.register(connection.fileno(), select.POLLIN)
            asyncio.get_running_loop().add_reader(connection.fileno(), self._go_on)
        finally:
            self._opening = None


async def _ready(connection: Any) -> None:
    """Returns when the driver has done what it was told last."""
    loop = asyncio.get_running_loop()
    while (state := connection.poll()) != POLL_OK:
        ready = loop.create_future()
        number = connection.fileno()
        watch, leave = (
            (loop.add_writer, loop.remove_writer) if state == POLL_WRITE else (loop.add_reader, loop.remove_reader)
        )
        watch(number, _done, ready)
        try:
            await ready
        finally:
            leave(number)


def _done(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _leave(connection: Any) -> None:
    with suppress(psycopg2.Error, ValueError, OSError):
        asyncio.get_running_loop().remove_reader(connection.fileno())
    with suppress(psycopg2.Error):
        connection.close()
