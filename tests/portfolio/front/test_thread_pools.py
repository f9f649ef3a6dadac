"""The queue before the threads: nobody is lost or served twice, the order holds, who cannot be served soon is told so."""

from __future__ import annotations

import asyncio
import io
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from portfolio.front import thread_pools as lanes
from portfolio.front.thread_pools import READING, WRITING, Threads, TooMuchError
from tests.length import so_many
from tests.loops import in_a_loop
from tests.quickness import TooLateError, assert_within, measured_again_if_late

pytestmark = [pytest.mark.no_database, pytest.mark.alone]

SEED = int(os.environ.get("FAULT_SEED") or random.SystemRandom().randrange(2**32))
READERS = lanes.THREADS[READING]


class Work:
    """An application that takes as long as it is told, and remembers what it did."""

    def __init__(self) -> None:
        self.order: list[Any] = []
        self.at_once: list[int] = []
        self._now = 0
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        with self._lock:
            self.order.append(environ["number"])
            self._now += 1
            self.at_once.append(self._now)
        time.sleep(environ["seconds"])
        with self._lock:
            self._now -= 1
        if environ.get("error"):
            raise environ["error"]
        start("200 OK", [])
        return [str(environ["number"]).encode()]


def _job(number: Any, seconds: float, **more: Any) -> dict[str, Any]:
    return {"number": number, "seconds": seconds, "PATH_INFO": "/", "wsgi.input": io.BytesIO()} | more


def _run(what: Callable[[Threads, Work], Awaitable[Any]]) -> tuple[Any, Work]:
    work = Work()

    async def inside() -> Any:
        threads = Threads(work, asyncio.get_running_loop())
        async with asyncio.timeout(60):
            found = await what(threads, work)
            while any(lane.at_work for lane in threads.lanes.values()):  # they say to the loop that they are free
                await asyncio.sleep(0.01)
            return found

    return in_a_loop(inside()), work


async def _asked(threads: Threads, environ: dict[str, Any], kind: str = READING) -> tuple[str, float]:
    """What was answered, and after how many seconds; nothing where it was too much."""
    begun = time.monotonic()
    try:
        spool = await threads.make(kind, environ)
    except TooMuchError:
        return "", time.monotonic() - begun
    piece, _is_last = await spool.take()
    return ("failed" if spool.has_failed else piece.decode()), time.monotonic() - begun


async def _arriving(threads: Threads, number: int, *, every: float, seconds: float) -> list[tuple[str, float]]:
    tasks, begun = [], time.monotonic()
    for each in range(number):
        await asyncio.sleep(max(0.0, begun + each * every - time.monotonic()))
        tasks.append(asyncio.create_task(_asked(threads, _job(each, seconds))))
    return await asyncio.gather(*tasks)


def test_few_are_taken_in_the_order_of_their_coming() -> None:
    found, work = _run(lambda threads, _work: _arriving(threads, 20, every=0.001, seconds=0.01))
    assert [answer for answer, _seconds in found] == [str(number) for number in range(20)]
    assert all(abs(place - number) < READERS for place, number in enumerate(work.order))
    assert max(work.at_once) == READERS


@measured_again_if_late
def test_a_burst_is_answered_as_far_as_it_can_be_soon() -> None:
    """A second of work for these threads, all at the same moment."""
    found, _work = _run(lambda threads, _work: _arriving(threads, 20 * READERS, every=0, seconds=0.05))
    answered = [seconds for answer, seconds in found if answer]
    assert_within(2, len(found) / len(answered))
    assert_within(lanes.PATIENCE + 0.2, max(seconds for _answer, seconds in found))


@measured_again_if_late
def test_three_times_too_much_is_refused_soon_and_what_is_taken_is_answered_soon() -> None:
    _assert_too_much_is_refused_soon(seconds=so_many(3, 30))


def _assert_too_much_is_refused_soon(*, seconds: int) -> None:
    """All threads together can do 40 × READERS a second."""
    a_second = 120 * READERS
    found, work = _run(lambda threads, _work: _arriving(threads, seconds * a_second, every=1 / a_second, seconds=0.025))
    # In the first second and a half it may be a burst; whoever comes last waits with nobody behind who is taken before.
    while_too_much = found[a_second * 3 // 2 : -a_second // 5]
    taken = sorted(waited for answer, waited in while_too_much if answer)
    refused = [waited for answer, waited in while_too_much if not answer]
    assert_within(8, len(while_too_much) / len(taken))  # a third fits, and of that one half: one after the other
    assert len(set(work.order)) == len(work.order)
    assert_within(2 * 0.025 + 0.05, taken[len(taken) * 95 // 100])  # the machine may be busy
    assert_within(0.5, max(refused))
    assert_within(1, max(waited for _answer, waited in found))


def test_nobody_is_lost_or_served_twice() -> None:
    """Some turns at the same time, since each does little but wait."""
    print(f"FAULT_SEED={SEED}")
    with ThreadPoolExecutor(3) as pool:
        for _done in pool.map(_assert_nobody_is_lost, range(so_many(3, 100))):
            pass


def _assert_nobody_is_lost(turn: int) -> None:
    chance = random.Random(f"{SEED} {turn}")  # noqa: S311  to be had again
    jobs = [
        (chance.choice([0, 0, 0.001, 0.01]), chance.choice([0, 0.001, 0.01, 0.05]), chance.random() < 0.1)
        for _job in range(300)
    ]

    async def all_of_them(threads: Threads, _work: Work) -> list[tuple[str, float]]:
        tasks = []
        for number, (pause, seconds, fails) in enumerate(jobs):
            more = {"error": chance.choice([RuntimeError, SystemExit, KeyboardInterrupt])()} if fails else {}
            kind = chance.choice([READING, READING, WRITING])
            tasks.append(asyncio.create_task(_asked(threads, _job(number, seconds, **more), kind)))
            await asyncio.sleep(pause)
        found = await asyncio.gather(*tasks)
        assert not any(lane.waiting for lane in threads.lanes.values())
        return found

    found, work = _run(all_of_them)
    assert max(Counter(work.order).values()) == 1
    done = {number for number, (answer, _seconds) in enumerate(found) if answer}
    assert done == set(work.order)
    for number in done:
        assert found[number][0] == ("failed" if jobs[number][2] else str(number))


def test_whoever_gives_up_waiting_is_not_worked_for() -> None:
    async def given_up(threads: Threads, _work: Work) -> None:
        at_work = [asyncio.create_task(_asked(threads, _job(number, 0.2))) for number in range(READERS)]
        waits = asyncio.create_task(_asked(threads, _job("gone", 0)))
        await asyncio.sleep(0.05)
        waits.cancel()
        await asyncio.gather(*at_work, waits, return_exceptions=True)
        assert await _asked(threads, _job("next", 0)) != ""

    _nothing, work = _run(given_up)
    assert "gone" not in work.order
    assert "next" in work.order


@measured_again_if_late
def test_more_than_can_wait_are_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "MOST_WAITING", 5)
    found, _work = _run(lambda threads, _work: _arriving(threads, 5 + READERS + 3, every=0, seconds=0.01))
    refused = [seconds for answer, seconds in found if not answer]
    assert len(refused) == 3
    assert_within(0.01, max(refused))


def test_a_queue_without_haste_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: in the order of their coming all wait, and all too long."""
    monkeypatch.setattr(lanes, "STANDING", 60)
    monkeypatch.setattr(lanes, "PATIENCE", 1.5)
    with pytest.raises(TooLateError):
        _assert_too_much_is_refused_soon(seconds=2)
