"""While hundreds are slow, everybody else is answered as if they were not there."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

import pytest

from tests.length import LONG
from tests.quickness import assert_within, measured_again_if_late

from .callers import Answer, request
from .conftest import IN_FRONT, Served, Site
from .crowd import Question, Waits, alternating, asking_whether_it_lives, by_turns
from .slow import BODIES, EXPORTS, FORMS, HEADS, IDLE, PAGES, SENDING, Kind, slow

pytestmark = [pytest.mark.alone, *IN_FRONT]

TURNS, SECONDS = (5, 12.0) if LONG else (3, 1.2)
SLOW = 200
ALIVE = ("/livez", "/healthz")

EACH = [(SENDING, SLOW)]
if LONG:
    EACH += [((each,), SLOW) for each in (EXPORTS, HEADS, FORMS, BODIES, PAGES, IDLE)]


def questions(site: Site) -> list[Question]:
    """Cached and not cached, of systems and of people, by all who may ask."""
    found = []
    for who in ({}, site.by_token, site.by_session):
        found += [
            Question("cached", "/api/v1/totals/?programme=2023&by=sector", who),
            Question("new", "/api/v1/projects/?page_size=20&total_investment_min={}", who),
        ]
        if who != site.by_token:
            found += [
                Question("cached", "/sectors/", who),
                Question("new page", "/projects/?total_investment_min={}", who),
            ]
    return found


@pytest.mark.parametrize(
    ("kinds", "number"),
    EACH,
    ids=lambda each: str(each) if isinstance(each, int) else "-".join(kind.name for kind in each),
)
@measured_again_if_late
def test_others_are_answered_as_if_the_slow_were_not_there(
    site: Site, served: Served, kinds: Sequence[Kind], number: int
) -> None:
    by_turns(served.port, questions(site), seconds=1)
    with asking_whether_it_lives(served.port, ALIVE) as lives:
        found = alternating(
            served.port,
            questions(site),
            lambda: slow(served.port, kinds, number=number),
            turns=TURNS,
            seconds=SECONDS,
        )
    ratios = _ratios(*found)
    print(ratios, f"slowest sign of life: {max(each.seconds for each in lives):.3f} s")
    assert {each.status for each in lives} == {200}
    assert_within(1, max(each.seconds for each in lives))
    assert_within(2, max(ratios.values()), ratios)


def _ratios(without: Waits, within: Waits) -> dict[str, float]:
    return {name: round(within.p95(name) / without.p95(name), 2) for name in without.seconds}


# all projects, so that no system takes the whole of it from the thread
LARGE_EXPORTS = Kind("exports", request("/api/v1/projects/?format=ndjson"))
THREADS_THAT_WAIT = [sys.executable, "-m", "tests.faults.threads_that_wait"]


@pytest.mark.parametrize("kind", [FORMS, LARGE_EXPORTS] if LONG else [FORMS])
def test_threads_that_wait_for_the_slow_are_all_held(site: Site, kind: Kind) -> None:
    """The control."""
    with (
        site.served(command=THREADS_THAT_WAIT) as served,
        slow(served.port, [kind], number=2),  # one for each of its threads
        asking_whether_it_lives(served.port, ALIVE, most=1) as lives,
    ):
        end = time.monotonic() + 30
        while time.monotonic() < end and not _is_late(lives):
            time.sleep(0.05)
    assert _is_late(lives)


def _is_late(lives: Sequence[Answer]) -> bool:
    return any(each.seconds >= 1 for each in lives)
