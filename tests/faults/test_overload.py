"""Three times the load that fits, from 400 clients: what is too much is told at once, what is taken is answered as ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from portfolio.front import thread_pools
from tests.bench.servers import granian
from tests.length import LONG, so_many
from tests.quickness import assert_within, measured_again_if_late

from . import arrivals
from .arrivals import Arrivals, arriving
from .callers import Answer
from .conftest import IN_FRONT, Served, Site
from .crowd import Question, by_turns

pytestmark = [pytest.mark.alone, *IN_FRONT]

TIMES = 3
USUALLY = 0.6  # of what fits
SECONDS = so_many(2, 30)
AT_FIRST = thread_pools.LASTING + thread_pools.PATIENCE  # seconds in which it may be a burst that passes

SYSTEMS = ("new", "/api/v1/projects/?page_size=20&total_investment_min={}")
PEOPLE = ("new page", "/projects/?total_investment_min={}")


def _questions(site: Site, which: Sequence[tuple[str, str]]) -> list[Question]:
    return [Question(name, path, who) for who in (site.by_token, {}) for name, path in which]


def _that_fits(served: Served, questions: Sequence[Question]) -> float:
    """Requests a second that are answered when each of a few asks again as soon as it was answered."""
    by_turns(served.port, questions, seconds=1)
    found = by_turns(served.port, questions, seconds=so_many(1, 10))
    return sum(len(each) for each in found.seconds.values()) / so_many(1, 10)


@pytest.mark.parametrize("which", [(SYSTEMS,), (PEOPLE,)] if LONG else [(SYSTEMS, PEOPLE)])
@measured_again_if_late
def test_too_much_is_refused_at_once_and_the_rest_answered_as_ever(
    site: Site, served: Served, which: Sequence[tuple[str, str]]
) -> None:
    questions = _questions(site, which)
    with _pauses() as pauses:
        fits = _that_fits(served, questions)
        usual = arriving(served.port, questions, rate=USUALLY * fits, seconds=SECONDS)
        found = arriving(served.port, questions, rate=TIMES * fits, seconds=AT_FIRST + SECONDS)
        after = by_turns(served.port, questions, seconds=0.5)
    worst = max(pauses)
    print(f"{fits:.0f}/s, p95 {usual.p95():.3f} s, then {_p95_after_a_burst(found):.3f} s, machine stood {worst:.3f} s")
    assert len(found.answers) == int(TIMES * fits * (AT_FIRST + SECONDS))
    _assert_refused_or_as_ever(found, usual, fits=fits, worst=worst)
    assert after.seconds


def _assert_refused_or_as_ever(found: Arrivals, usual: Arrivals, *, fits: float, worst: float) -> None:
    assert {each.status for each in found.answers} == {200, 503}
    assert len(found.of(200)) > fits * SECONDS / 2
    for refused in found.of(503):
        assert int(refused.headers["retry-after"]) > 0
        assert_within(1 + worst, refused.seconds)
    assert_within(2 * usual.p95() + worst, _p95_after_a_burst(found))


def _p95_after_a_burst(found: Arrivals) -> float:
    later = found.answers[len(found.answers) * int(10 * AT_FIRST) // int(10 * (AT_FIRST + SECONDS)) :]
    return Arrivals(later, 0).p95()


def _made_up(seconds: float = 0.05, refused: float = 0.3, status: int = 503, after: str = "1") -> Arrivals:
    """What comes of too much where 100 a second fit: two of three are refused."""
    good = Answer(200, {}, b"", "whole", seconds)
    bad = Answer(status, {"retry-after": after}, b"", "whole", refused)
    return Arrivals([good, bad, bad] * int(100 * (AT_FIRST + SECONDS)), 0)


@pytest.mark.parametrize(
    "found",
    [
        _made_up(seconds=0.2),
        _made_up(refused=1.2),
        _made_up(status=200, refused=14.0),
        _made_up(status=0, refused=15.0),
        _made_up(after="0"),
        Arrivals(_made_up().of(503), 0),
    ],
    ids=["taken late", "refused late", "none refused", "none answered", "not told when", "all refused"],
)
def test_what_is_late_or_lost_is_found_out(found: Arrivals) -> None:
    """The control of what is asserted; the long form has one of the whole."""
    usual = Arrivals(_made_up().of(200), 0)
    _assert_refused_or_as_ever(_made_up(), usual, fits=100, worst=0.01)
    with pytest.raises(AssertionError):
        _assert_refused_or_as_ever(found, usual, fits=100, worst=0.01)


@pytest.mark.long
def test_a_server_that_lets_them_wait_is_found_out(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the site as it was served before, where some had no answer for half a minute."""
    monkeypatch.setattr(arrivals, "LONGEST", 2.0)
    questions = _questions(site, (SYSTEMS, PEOPLE))
    with site.served(command=granian("portfolio.wsgi:application")) as served:
        fits = _that_fits(served, questions)
        found = arriving(served.port, questions, rate=TIMES * fits, seconds=1)
    assert not found.of(503)
    assert max(each.seconds for each in found.answers) > 1


@contextmanager
def _pauses() -> Iterator[list[float]]:
    """By how many seconds somebody who only wants to wake up again is late: the machine may have more to do than this."""
    found, end = [0.0], threading.Event()

    def work() -> None:
        while not end.is_set():
            begun = time.perf_counter()
            time.sleep(0.01)
            found.append(time.perf_counter() - begun - 0.01)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield found
    finally:
        end.set()
        thread.join()
