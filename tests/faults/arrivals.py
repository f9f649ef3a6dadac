"""Requests that arrive at a rate of their own, however slowly they are answered, from many clients at once."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.loops import in_a_loop

from .callers import HOST, Answer
from .crowd import Question, percentile

LONGEST = 15.0  # seconds that anybody waits for an answer


@dataclass(frozen=True)
class Arrivals:
    """What came of so many requests. A status of 0 is no answer at all."""

    answers: list[Answer]
    late: float  # seconds by which the latest was sent after its time, for want of a client

    def of(self, status: int) -> list[Answer]:
        return [each for each in self.answers if each.status == status]

    def p95(self, status: int = 200) -> float:
        return percentile([each.seconds for each in self.of(status)], 95)


def arriving(port: int, questions: Sequence[Question], *, rate: float, seconds: float, clients: int = 400) -> Arrivals:
    """So many requests a second for so long, each over the connection of a client that has none under way."""
    return in_a_loop(_arriving(port, questions, rate, seconds, clients))


async def _arriving(port: int, questions: Sequence[Question], rate: float, seconds: float, clients: int) -> Arrivals:
    free: asyncio.Queue[_Client] = asyncio.Queue()
    every = [_Client(port) for _client in range(clients)]
    for client in every:
        await client.connect()
        free.put_nowait(client)
    answers: list[Answer] = []
    late = 0.0

    async def ask(client: _Client, data: bytes, due: float) -> None:
        answers.append(await client.ask(data, due))
        free.put_nowait(client)

    begun = time.perf_counter()
    tasks = []
    for number, question in zip(range(int(rate * seconds)), itertools.cycle(questions), strict=False):
        due = begun + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        client = await free.get()
        late = max(late, time.perf_counter() - due)
        tasks.append(asyncio.create_task(ask(client, question.once(), due)))
    await asyncio.gather(*tasks)
    for client in every:
        client.close()
    return Arrivals(answers, late)


class _Client:
    """One connection, which is made anew when it was lost."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def connect(self) -> None:
        self._streams = await asyncio.open_connection(HOST, self._port)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def ask(self, data: bytes, due: float) -> Answer:
        """The answer, with the seconds since the moment in which the request was due."""
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
            async with asyncio.timeout(LONGEST):
                if self._streams is None or self._streams[0].at_eof():  # closed meanwhile, since nothing was asked
                    self.close()
                    await self.connect()
                return await self._asked(data, due)
        self.close()
        return Answer(0, {}, b"", "none", time.perf_counter() - due)

    async def _asked(self, data: bytes, due: float) -> Answer:
        assert self._streams is not None
        reader, writer = self._streams
        writer.write(data)
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").rstrip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        if headers.get("connection") == "close":
            self.close()
        return Answer(int(first.split(" ", 2)[1]), headers, body, "whole", time.perf_counter() - due)
