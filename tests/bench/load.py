"""Asks a server as fast as it answers, over connections that stay open, and measures what that costs it."""

from __future__ import annotations

import socket
import statistics
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import psutil

_EXACT = sys.platform == "linux"  # where the clock of another process has a number that follows from its own


@dataclass(frozen=True)
class Measure:
    """What some requests took. Times in milliseconds, CPU of the server and its database in seconds."""

    requests: int
    cpu: float
    times: list[float] = field(repr=False)

    @property
    def rate(self) -> float:
        """Requests for each second of CPU."""
        return self.requests / self.cpu if self.cpu else 0.0

    @property
    def p50(self) -> float:
        return statistics.median(self.times)

    @property
    def p99(self) -> float:
        return sorted(self.times)[int(len(self.times) * 0.99)]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes
    first_byte: float  # milliseconds until the first byte of the answer
    whole: float


class Connection:
    """One connection that stays open. Its requests are bytes made beforehand, so that asking costs next to nothing."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=600)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, path: str, headers: Mapping[str, str], *, count_only: bool = False) -> Answer:
        """Ask once and read the whole answer; with `count_only` an unlimited body is read but not kept."""
        begun = time.perf_counter()
        self.socket.sendall(request(path, headers))
        head, rest = self._head()
        first = (time.perf_counter() - begun) * 1000
        status, told = _parsed(head)
        if status == 304:
            body = b""
        elif "content-length" in told:
            body = self._exactly(int(told["content-length"]), rest)
        else:
            body = self._chunks(rest, keep=not count_only)
        return Answer(status, told, body, first, (time.perf_counter() - begun) * 1000)

    def _head(self) -> tuple[bytes, bytes]:
        data = b""
        while b"\r\n\r\n" not in data:
            more = self.socket.recv(2**16)
            if not more:
                raise ConnectionError("the server closed the connection")
            data += more
        head, _blank, rest = data.partition(b"\r\n\r\n")
        return head, rest

    def _exactly(self, size: int, data: bytes) -> bytes:
        parts, got = [data], len(data)
        while got < size:
            more = self.socket.recv(2**18)
            if not more:
                raise ConnectionError("the answer is cut off")
            parts.append(more)
            got += len(more)
        return b"".join(parts)

    def _chunks(self, data: bytes, *, keep: bool) -> bytes:
        parts: list[bytes] = []
        while True:
            while b"\r\n" not in data:
                data += self._more()
            size_text, _end, data = data.partition(b"\r\n")
            size = int(size_text, 16)
            while len(data) < size + 2:
                data += self._more()
            if not size:
                return b"".join(parts)
            if keep:
                parts.append(data[:size])
            else:
                parts[:] = [str(len(parts)).encode()]
            data = data[size + 2 :]

    def _more(self) -> bytes:
        more = self.socket.recv(2**18)
        if not more:
            raise ConnectionError("the answer is cut off")
        return more

    def close(self) -> None:
        self.socket.close()


def request(path: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _parsed(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.split(":", 1) for line in lines)
    return int(first.split(" ", 2)[1]), {name.strip().lower(): value.strip() for name, value in pairs}


def cpu_of(processes: list[psutil.Process]) -> float:
    """Seconds of CPU that the processes and everything they started have used, be it at work or ended."""
    total = 0.0
    for root in processes:
        for process in [root, *root.children(recursive=True)]:
            try:
                # the own time to the nanosecond, where the system tells it; else in hundredths of a second
                own = time.clock_gettime(~process.pid << 3 | 2) if _EXACT else sum(process.cpu_times()[:2])
                # and of children that ended, such as the parallel workers of a query
                total += own + sum(process.cpu_times()[2:4])
            except (psutil.NoSuchProcess, OSError):
                continue
    return total


def memory_of(process: psutil.Process) -> float:
    """MB that the process and what it started hold for themselves."""
    return sum(each.memory_full_info().uss for each in [process, *process.children(recursive=True)]) / 2**20


def measured(
    port: int,
    path: str,
    headers: Mapping[str, str],
    *,
    seconds: float,
    connections: int,
    status: int = 200,
    processes: list[psutil.Process],
) -> Measure:
    """Ask the same again and again for so long."""
    times: list[list[float]] = [[] for _each in range(connections)]
    failures: list[BaseException] = []

    def work(own: list[float]) -> None:
        try:
            connection = Connection(port)
            while time.perf_counter() < end:
                answer = connection.ask(path, headers)
                if answer.status != status:
                    raise AssertionError(f"{path} answers {answer.status}")
                own.append(answer.whole)
            connection.close()
        except BaseException as error:
            failures.append(error)

    end = time.perf_counter() + seconds
    before = cpu_of(processes)
    threads = [threading.Thread(target=work, args=[own]) for own in times]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    every = [each for own in times for each in own]
    return Measure(len(every), cpu_of(processes) - before, every)
