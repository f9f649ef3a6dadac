"""Heads, bodies and readers that are too slow are given up, and those that are only slow are not."""

from __future__ import annotations

import socket
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.faults.callers import RESET, WHOLE, Answer, Caller, request
from tests.quickness import assert_within, measured_again_if_late

from .applications import PIECE, PIECES
from .conftest import HURRIED

pytestmark = [pytest.mark.no_database, pytest.mark.alone]

LATEST = HURRIED + 4.0  # seconds: the machine may be busy
LARGE = 2**20 + 100_000  # bytes of a body
BODY = "/api/v1/projects/"


@dataclass(frozen=True)
class Outcome:
    """How somebody was answered, and after how many seconds."""

    answer: Answer
    seconds: float


def _head(port: int) -> Outcome:
    with Caller(port) as caller:
        caller.socket.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        return _dripped(caller, b"x", every=0.2)


def _announced_body(port: int) -> Outcome:
    with Caller(port) as caller:
        caller.socket.sendall(request(BODY, {"Content-Length": "100000"}, method="POST"))
        return _dripped(caller, b"x", every=0.2)


def _body_in_chunks(port: int) -> Outcome:
    with Caller(port) as caller:
        caller.socket.sendall(request(BODY, {"Transfer-Encoding": "chunked"}, method="POST"))
        return _dripped(caller, b"1\r\nx\r\n", every=0.2)


def _large_body(port: int) -> Outcome:
    """Under way for longer than a small one may be."""
    return _large_body_at(port, 350_000)


def _large_and_slow_body(port: int) -> Outcome:
    return _large_body_at(port, 8_000)


def _large_body_at(port: int, rate: int) -> Outcome:
    with Caller(port) as caller:
        caller.socket.sendall(request(BODY, {"Content-Length": str(LARGE)}, method="POST"))
        return _dripped(caller, b"x" * (rate // 10), every=0.1, most=LARGE)


def _dripped(caller: Caller, drip: bytes, *, every: float, most: int = 10**6) -> Outcome:
    """Send a little again and again, until the other side says something or all is sent."""
    begun, sent = time.monotonic(), 0
    caller.socket.settimeout(every)
    while sent < most and time.monotonic() - begun < 3 * LATEST:
        try:
            sent += caller.socket.send(drip[: most - sent])
            if caller.socket.recv(1, socket.MSG_PEEK) is not None:
                break
        except TimeoutError:
            continue
        except OSError:
            break
    took = time.monotonic() - begun
    caller.socket.settimeout(5)
    return Outcome(caller.read(), took)


def _reading_slowly(port: int) -> Outcome:
    with Caller(port, room=4096) as caller:
        caller.socket.sendall(request("/api/whole"))
        begun, received = time.monotonic(), bytearray()
        while time.monotonic() - begun < 1.5 * HURRIED:
            received += caller.socket.recv(20_000)
            time.sleep(0.1)
        return Outcome(caller.read(rest=bytes(received)), time.monotonic() - begun)


def _reading_nothing(port: int) -> Outcome:
    return _unread(port, request("/api/large"))


def _reading_nothing_of_many(port: int) -> Outcome:
    return _unread(port, request("/api/page") * 50)


def _unread(port: int, data: bytes) -> Outcome:
    """The seconds until the site has no such connection any more. The system does not always tell the other side of it."""
    with Caller(port, room=4096) as caller:
        caller.begin(data)
        begun = time.monotonic()
        _is_so(lambda: not _is_held(port, caller), seconds=3 * LATEST)
        return Outcome(caller.read(), time.monotonic() - begun)


def _is_held(port: int, caller: Caller) -> bool:
    """Whether the system lists the connection as one that the site has with the caller."""
    ends = f":{port:04X}", f":{caller.socket.getsockname()[1]:04X}"
    listed = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return any((local[-5:], remote[-5:], state) == (*ends, "01") for _number, local, remote, state, *_more in listed)


SLOW = [_head, _announced_body, _body_in_chunks, _large_body, _large_and_slow_body, _reading_slowly]
UNREAD = [_reading_nothing, _reading_nothing_of_many]


@pytest.fixture(scope="module")
def outcomes(hurried: tuple[int, psutil.Process]) -> Iterator[Callable[[Callable[[int], Outcome]], list[Outcome]]]:
    """What came of each, all at the same time; and afterwards the worker holds no more than before."""
    port, worker = hurried
    before = worker.num_fds()
    with ThreadPoolExecutor(len(SLOW) + 5 * len(UNREAD)) as pool:
        under_way: dict[Callable[[int], Outcome], list[Future[Outcome]]] = defaultdict(list)
        for each in [*SLOW, *UNREAD * 5]:
            under_way[each].append(pool.submit(each, port))
        assert _is_so(lambda: worker.num_fds() >= before + len(SLOW) + 5 * len(UNREAD), seconds=LATEST)
        yield lambda each: [one.result(4 * LATEST) for one in under_way[each]]
    assert _is_so(lambda: worker.num_fds() <= before, seconds=LATEST)


def test_a_head_has_its_time_in_all(outcomes):
    [given_up] = outcomes(_head)
    assert given_up.answer.status in (0, 408)
    assert HURRIED - 0.5 < given_up.seconds < LATEST


@pytest.mark.parametrize("each", [_announced_body, _body_in_chunks])
def test_a_small_body_has_its_time_in_all(outcomes, each):
    [given_up] = outcomes(each)
    assert given_up.answer.status == 408
    assert HURRIED - 0.5 < given_up.seconds < LATEST


def test_a_large_body_has_more_as_long_as_it_comes(outcomes):
    [taken] = outcomes(_large_body)
    assert taken.answer.body == f"POST {LARGE}".encode()
    assert taken.seconds > HURRIED + 0.5


def test_a_large_body_has_a_slowest_rate(outcomes):
    [given_up] = outcomes(_large_and_slow_body)
    assert given_up.answer.status == 408
    assert HURRIED < given_up.seconds < 2 * LATEST


@pytest.mark.parametrize("each", UNREAD)
def test_an_answer_that_nobody_reads_is_given_up(outcomes, each):
    for given_up in outcomes(each):
        told = (given_up.answer.ended, round(given_up.seconds, 1))
        assert given_up.answer.ended == RESET or each is _reading_nothing_of_many, told  # the first of which had room
        assert HURRIED - 1 < given_up.seconds < 2 * LATEST


def test_whoever_reads_slowly_gets_all_of_it(outcomes):
    [read] = outcomes(_reading_slowly)
    assert read.answer.ended == WHOLE
    assert read.answer.body == PIECE * PIECES


_BODY = {"Content-Length": "60000"}
REFUSED = [  # method, address, headers and status
    ("POST", BODY, {"Transfer-Encoding": "gzip, chunked"}, 501),
    ("PROPFIND", BODY, _BODY, 501),
    ("POST", BODY + "?q=" + "x" * 8200, _BODY, 414),
    ("POST", BODY, _BODY | {"X-Long": "x" * 17_000}, 431),
    ("POST", BODY, _BODY | {"Content-Type": "text/plain", "content-type": "text/csv"}, 400),
    ("POST", BODY, _BODY | {"Content-Type": "text/plain; charset=idna"}, 400),
    ("POST", BODY, {"Content-Length": str(17 * 2**20)}, 413),
    ("POST", "/livez", _BODY, 405),
]


@pytest.mark.parametrize("drip", [b"", b"x"], ids=["withheld", "sent slowly"])
@measured_again_if_late
def test_what_is_refused_by_its_head_is_told_at_once_and_its_body_not_waited_for(hurried, drip):
    with ThreadPoolExecutor(len(REFUSED)) as pool:
        outcomes = list(pool.map(lambda each: _refused(hurried[0], *each[:3], drip), REFUSED))
    for (*_asked, status), (told, closed) in zip(REFUSED, outcomes, strict=True):
        assert (told.answer.status, told.answer.ended) == (status, WHOLE)
        assert_within(1, told.seconds, status)
        assert_within(LATEST, closed, status)


def _refused(port: int, method: str, path: str, headers: dict[str, str], drip: bytes) -> tuple[Outcome, float]:
    """What came, and after how many seconds the connection was closed."""
    with Caller(port) as caller:
        begun = time.monotonic()
        caller.socket.sendall(request(path, headers, method=method))
        answer = caller.read()
        told = Outcome(answer, time.monotonic() - begun)
        caller.socket.settimeout(0.2)
        while _is_held(port, caller) and time.monotonic() - begun < 2 * LATEST:
            with suppress(OSError):
                caller.socket.send(drip)
                caller.socket.recv(1)
        return told, time.monotonic() - begun


def test_a_body_that_comes_after_its_refusal_is_no_request(hurried):
    with Caller(hurried[0]) as caller:
        for _turn in range(2):
            caller.socket.sendall(request(BODY + "?q=" + "x" * 8200, {"Content-Length": "60000"}, method="POST"))
            assert caller.read().status == 414
            caller.socket.sendall(b"x" * 60_000)
        assert caller.ask(request("/api/echo")).body == b"GET 0"


def _is_so(asked: Callable[[], bool], *, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if asked():
            return True
        time.sleep(0.05)
    return asked()
