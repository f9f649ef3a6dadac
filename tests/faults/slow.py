"""Slow ones, many at once: they send a byte a second, or read or do nothing, and come again when they are sent away."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .callers import HOST, request

EVERY = 1.0  # seconds between two bytes
_ROOM = 4096  # bytes that one who reads nothing has room for
_COME_AGAIN = 2.0  # seconds at the most, for whoever was too much
_ESTABLISHED = 1  # of a connection, in Linux's tcp_info
_LONGEST = 900  # seconds that anybody stays, whatever happens


@dataclass(frozen=True)
class Kind:
    """What a slow one sends at once, and what byte after byte from then on."""

    name: str
    opening: bytes
    drip: bytes = b""

    @property
    def is_answered(self) -> bool:
        return bool(self.opening) and not self.drip


HEADS = Kind("heads", b"GET /projects/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ", b"x")
_FORM = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Content-Length": "100000",
    "Cookie": f"csrftoken={'a' * 32}",  # without it the form would be refused before it is read
}
FORMS = Kind("forms", request("/login/", _FORM, method="POST"), b"x")
BODIES = Kind(
    "bodies",
    request("/api/v1/projects/", {"Content-Type": "application/json", "Content-Length": "100000"}, method="POST"),
    b" ",
)
# more than is taken of what nobody reads, and made so soon that hundreds lie unread before the first is given up
EXPORTS = Kind("exports", request("/api/v1/projects/?format=ndjson&sector=energy-electronics"))
PAGES = Kind("pages", request("/") * 20)  # asked ahead, more than any buffer holds
IDLE = Kind("idle", b"")
SENDING = (HEADS, FORMS, BODIES, PAGES, IDLE)  # all but those that have to wait until a file is made for each


class Slow:
    """Those who are slow at this moment."""

    def __init__(self, port: int) -> None:
        self.begun: Counter[str] = Counter()  # by kind: connections that were taken, or answers that have begun
        self.ended: Counter[str] = Counter()
        self._port = port

    @property
    def stay(self) -> int:
        return self.begun.total() - self.ended.total()

    async def be(self, kind: Kind) -> None:
        """Be slow again and again, until cancelled."""
        while True:
            with contextlib.suppress(OSError):
                await self._be_once(kind)
            await asyncio.sleep(0.05)

    async def _be_once(self, kind: Kind) -> None:
        loop = asyncio.get_running_loop()
        with socket.socket() as own:
            own.setblocking(False)
            own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _ROOM)
            own.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await loop.sock_connect(own, (HOST, self._port))
            await loop.sock_sendall(own, kind.opening)
            if kind.is_answered and not await _is_answered(own):
                await asyncio.sleep(random.uniform(0, _COME_AGAIN))  # noqa: S311  not all at the same moment again
                return
            self.begun[kind.name] += 1
            try:
                while _is_open(own, is_answered=kind.is_answered):
                    await asyncio.sleep(EVERY)
                    await loop.sock_sendall(own, kind.drip)
            finally:
                self.ended[kind.name] += 1


async def _is_answered(own: socket.socket) -> bool:
    """Whether it is given what it asked for, of which it reads nothing; False where there is too much to do."""
    while _state(own) == _ESTABLISHED:
        if first := _first(own):
            return first.startswith(b"HTTP/1.1 200")
        await asyncio.sleep(0.05)
    return False


def _is_open(own: socket.socket, *, is_answered: bool) -> bool:
    """Whether the other side still bears with it: has said nothing, or nothing but the answer that is not read."""
    return _state(own) == _ESTABLISHED and (is_answered or _first(own) is None)


def _state(own: socket.socket) -> int:
    return own.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO) & 0xFF


def _first(own: socket.socket) -> bytes | None:
    """What has come first, which stays there; None where nothing has come."""
    try:
        return own.recv(12, socket.MSG_PEEK)
    except BlockingIOError:
        return None


@contextlib.contextmanager
def slow(port: int, kinds: Sequence[Kind], *, number: int = 200) -> Iterator[Slow]:
    """So many of each kind, from when all have begun to the end of the block."""
    ones, ready, end = Slow(port), threading.Event(), threading.Event()

    async def all_of_them() -> None:
        tasks = [asyncio.create_task(ones.be(kind)) for kind in kinds for _one in range(number)]
        last = time.monotonic() + _LONGEST
        while not end.is_set() and time.monotonic() < last:
            if ones.begun.total() >= len(tasks):  # who was given up by then comes again
                ready.set()
            await asyncio.sleep(0.02)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    thread = threading.Thread(target=asyncio.run, args=[all_of_them()], daemon=True)
    thread.start()
    try:
        assert ready.wait(120), f"only {ones.stay} connections were taken"
        yield ones
    finally:
        end.set()
        thread.join(60)
