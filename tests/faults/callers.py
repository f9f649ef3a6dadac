"""Those who ask: honest ones that are measured, and slow ones that only stay. Raw sockets, to 127.0.0.1 alone.

Whatever is begun here ends by itself: each wait has a limit, each caller a last moment.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass

HOST = "127.0.0.1"
WHOLE, CLOSED, RESET, LATE = "whole", "closed", "reset", "late"  # how an answer ended


@dataclass(frozen=True)
class Answer:
    """What came over a connection, and whether it was whole by its own words."""

    status: int  # 0 where nothing came
    headers: Mapping[str, str]
    body: bytes
    ended: str
    seconds: float

    @property
    def is_whole(self) -> bool:
        return self.ended == WHOLE


def request(
    path: str, headers: Mapping[str, str] | None = None, *, method: str = "GET", body: bytes = b"", version: str = "1.1"
) -> bytes:
    """A request as bytes; with a body its length is said, unless the headers say how it comes."""
    said = {"Host": HOST} | dict(headers or {})
    if body and not said.keys() & {"Content-Length", "Transfer-Encoding"}:
        said["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"{method} {path} HTTP/{version}\r\n{head}\r\n".encode() + body


class Caller:
    """One connection, which stays open between its requests."""

    def __init__(self, port: int, *, seconds: float = 10, room: int = 0) -> None:
        """`room` is how many bytes wait for whoever does not read them, where not as many as the system likes."""
        self.socket = socket.socket()
        if room:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(seconds)
        self.socket.connect((HOST, port))
        self._rest = b""

    def ask(self, data: bytes) -> Answer:
        """Send a request, and read its answer to the end."""
        begun = time.perf_counter()
        with contextlib.suppress(ConnectionError):  # it may have been answered before it was sent whole
            self.socket.sendall(data)
        return self.read(is_head=data.startswith(b"HEAD "), begun=begun)

    def begin(self, data: bytes) -> None:
        """Send as much of this as is taken at once."""
        before = self.socket.gettimeout()
        self.socket.settimeout(0.2)
        with contextlib.suppress(TimeoutError):
            self.socket.sendall(data)
        self.socket.settimeout(before)

    def read(self, *, is_head: bool = False, begun: float | None = None, rest: bytes = b"") -> Answer:
        """The next answer on the connection; `rest` is what has been read of it."""
        begun = time.perf_counter() if begun is None else begun
        reading, ended = _Reading(is_head=is_head), WHOLE
        is_missing = reading.take(rest or self._rest)
        while is_missing and ended == WHOLE:
            try:
                more = self.socket.recv(2**18)
            except TimeoutError:
                ended = LATE
            except ConnectionError:
                ended = RESET
            else:
                is_missing = reading.take(more) if more else False
                ended = WHOLE if more else reading.ended_by_closing()
        self._rest = reading.rest
        return reading.answer(ended, time.perf_counter() - begun)

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def asked(port: int, data: bytes, *, seconds: float = 10) -> Answer:
    """The answer to a request over a connection of its own."""
    with Caller(port, seconds=seconds) as caller:
        return caller.ask(data)


class _Reading:
    """An answer as it comes in."""

    def __init__(self, *, is_head: bool = False) -> None:
        self.is_whole, self.rest = False, b""
        self._is_head, self._has_begun, self._data = is_head, False, b""
        self._status, self._headers, self._body = 0, dict[str, str](), bytearray()

    def take(self, data: bytes) -> bool:
        """Read on with more data. Says whether some is missing still."""
        self._data += data
        while not self._has_begun or self._status == 100:
            head, blank, rest = self._data.partition(b"\r\n\r\n")
            if not blank:
                return True
            self._begin(head, rest)
        self._go_on()
        return not self.is_whole

    def _begin(self, head: bytes, rest: bytes) -> None:
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.split(":", 1) for line in lines)
        self._has_begun, self._data = True, rest
        self._status = int(first.split(" ", 2)[1])
        self._headers = {name.strip().lower(): value.strip() for name, value in pairs}

    def _go_on(self) -> None:
        if self._is_head or self._status in (204, 304):
            self._finish(self._data)
        elif "content-length" in self._headers:
            self._body += self._data
            self._data = b""
            length = int(self._headers["content-length"])
            if len(self._body) >= length:
                rest = bytes(self._body[length:])
                del self._body[length:]
                self._finish(rest)
        elif self._headers.get("transfer-encoding") == "chunked":
            self._take_chunks()
        else:  # to the end of the connection
            self._body += self._data
            self._data = b""

    def _take_chunks(self) -> None:
        while True:
            size_text, end, rest = self._data.partition(b"\r\n")
            if not end:
                return
            size = int(size_text, 16)
            if len(rest) < size + 2:
                return
            self._body += rest[:size]
            self._data = rest[size + 2 :]
            if not size:
                self._finish(self._data)
                return

    def _finish(self, rest: bytes) -> None:
        self.is_whole, self.rest = True, rest

    def ended_by_closing(self) -> str:
        """Closing ends what has said no other end, and nothing else."""
        has_no_other_end = self._has_begun and not self._headers.keys() & {"content-length", "transfer-encoding"}
        return WHOLE if has_no_other_end else CLOSED

    def answer(self, ended: str, seconds: float) -> Answer:
        return Answer(self._status, self._headers, bytes(self._body), ended, seconds)
