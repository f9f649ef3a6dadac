"""Asks PostgreSQL for the numbers of the present state without holding up the loop.

One connection, which the driver works without waiting. Whoever asks while a question is on its way shares the next one: an
answer must be of after the moment in which it was asked for.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import psycopg2
import structlog
from psycopg2.extensions import POLL_OK, POLL_WRITE

from portfolio.kept.readers import NUMBERS, Numbers, numbers_in

logger = structlog.get_logger(__name__)

SECONDS = 0.5  # for an answer, and for connecting: then the threads ask, who have more time
PAUSE = 1.0  # seconds until a connection that failed is tried again
_NOT_OF_THE_DRIVER = ("cursor_factory", "isolation_level")


class StateOfPostgresql:
    """The numbers of the state, asked over one connection."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        self._parameters = {name: value for name, value in parameters.items() if name not in _NOT_OF_THE_DRIVER}
        self._connection: Any = None
        self._cursor: Any = None
        self._opening: asyncio.Task[None] | None = None
        self._asked: asyncio.Future[Numbers | None] | None = None  # on its way
        self._next: asyncio.Future[Numbers | None] | None = None  # of who came since
        self._late: asyncio.TimerHandle | None = None

    async def now(self) -> Numbers | None:
        if self._connection is None:
            self._open()
            return None
        if self._asked is None:
            return await self._ask(asyncio.get_running_loop().create_future())
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        return await self._next

    def _ask(self, future: asyncio.Future[Numbers | None]) -> asyncio.Future[Numbers | None]:
        loop = asyncio.get_running_loop()
        self._asked = future
        self._late = loop.call_later(SECONDS, self._lost, "no answer")
        try:
            self._cursor.execute(NUMBERS)
            self._go_on()
        except psycopg2.Error as error:
            self._lost(str(error))
        return future

    def _go_on(self) -> None:
        """The connection can be read: ask the driver how far it is."""
        try:
            if self._connection is None or self._connection.poll() != POLL_OK:
                return
            if self._asked is None:  # the server has said something by itself
                return
            numbers = numbers_in(self._cursor.fetchall())
        except psycopg2.Error as error:
            self._lost(str(error))
            return
        self._told(numbers)

    def _told(self, numbers: Numbers | None) -> None:
        if self._late is not None:
            self._late.cancel()
        future, self._asked, self._late = self._asked, None, None
        if future is not None and not future.done():
            future.set_result(numbers)
        if self._next is not None:
            following, self._next = self._next, None
            if self._connection is None:
                following.set_result(None)
            else:
                self._ask(following)

    def _lost(self, reason: str) -> None:
        logger.info("state_unknown", reason=reason.strip())
        connection, self._connection = self._connection, None
        if connection is not None:
            _leave(connection)
        self._told(None)

    def _open(self) -> None:
        if self._opening is None:
            self._opening = asyncio.get_running_loop().create_task(self._opened())

    async def _opened(self) -> None:
        connection = None
        try:
            async with asyncio.timeout(SECONDS):
                connection = psycopg2.connect(**self._parameters, async_=True)
                await _ready(connection)
        except (psycopg2.Error, TimeoutError, OSError) as error:
            logger.info("state_unknown", reason=str(error).strip() or "no answer")
            if connection is not None:
                _leave(connection)
            await asyncio.sleep(PAUSE)
        else:
            self._connection, self._cursor = connection, connection.cursor()
            asyncio.get_running_loop().add_reader(connection.fileno(), self._go_on)
        finally:
            self._opening = None


async def _ready(connection: Any) -> None:
    """Returns when the driver has connected."""
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
