"""While two hundred send or read slowly, everybody else is answered as if they were not there."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from .callers import HOST, Caller, request
from .conftest import Site

pytestmark = pytest.mark.no_database

SLOW = 200
ASKED = 150  # requests of those who are not
FLOOR = 0.05  # seconds: below this a percentile says how busy the machine is with other things
_numbers = itertools.count(1)  # of requests that nobody has sent before

JSON = {"Content-Type": "application/json", "Content-Length": "100000"}
SENDERS = [
    b"GET /projects/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    request(
        "/login/", {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "100000"}, method="POST"
    ),
    request("/api/v1/projects/", JSON, method="POST"),
    b"",
]
READER = request("/api/v1/projects/?format=ndjson")  # more than a reader has room for


@contextmanager
def slow_ones(port: int) -> Iterator[None]:
    """So many connections, half of which send a byte each second, while half read nothing of what they asked for."""
    over = threading.Event()
    with ExitStack() as stack:
        connections = []
        for number in range(SLOW):
            own = stack.enter_context(socket.socket())
            own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            own.settimeout(10)
            own.connect((HOST, port))
            own.sendall(READER if number % 2 else SENDERS[number // 2 % len(SENDERS)])
            connections.append(own)

        def drip() -> None:
            while not over.wait(1):
                for own in connections[::2]:
                    with suppress(OSError):  # given up by the server
                        own.sendall(b"x")

        for own in connections[1::2]:
            assert own.recv(12, socket.MSG_PEEK).startswith(b"HTTP/1.1 200"), "made, and not read"
        thread = threading.Thread(target=drip)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def p95(site: Site) -> float:
    """Seconds of all but a twentieth of the requests of people and systems."""
    paths = [
        "/api/v1/projects/?total_investment_min={}",
        "/api/v1/totals/?by=sector",
        "/projects/?total_investment_min={}",
    ]
    seconds = []
    with Caller(site.port) as caller:
        for path in itertools.islice(itertools.cycle(paths), ASKED):
            answer = caller.ask(request(path.format(next(_numbers))))
            assert (answer.status, answer.is_whole) == (200, True)
            seconds.append(answer.seconds)
    return sorted(seconds)[len(seconds) * 95 // 100]


def test_others_are_answered_as_if_the_slow_were_not_there(site: Site) -> None:
    p95(site)
    usual = p95(site)
    with slow_ones(site.port):
        meanwhile = p95(site)
        began = time.perf_counter()
        assert site.get("/livez").status == 200
        alive = time.perf_counter() - began
    print(f"p95 {usual:.3f} s, with {SLOW} slow ones {meanwhile:.3f} s; alive after {alive:.3f} s")
    assert meanwhile <= max(2 * usual, FLOOR)
    assert alive <= 1
