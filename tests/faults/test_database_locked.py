"""A writer holds SQLite's lock: readers go on, other writers are told in time, and nobody's liveness waits."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest

from portfolio.front.thread_pools import THREADS, WRITING
from tests.length import so_many
from tests.people import PASSWORD
from tests.quickness import assert_within, measured_again_if_late

from .asking import AT_ONCE, LIVENESS, Answer, Filled, Site, filled, served

pytestmark = pytest.mark.no_database

HELD = so_many(0, 60)  # seconds at the least: until each kind of writer has been told
EACH = so_many(40, 400)  # requests of each kind of reader
FLOOR = 0.05  # seconds: below this a percentile says how busy the machine is with other things
AS_IT_WAS = "tests.faults.noting_at_once:application"
BUSY = "Others are writing"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    return filled(f"sqlite:///{tmp_path_factory.mktemp('locked') / 'register.sqlite3'}")


@pytest.fixture
def site(database: Filled) -> Iterator[Site]:
    with served(database) as site:
        yield site


@contextmanager
def held(database: Filled) -> Iterator[None]:
    """As by an import that writes and has not committed yet."""
    with closing(sqlite3.connect(database.url.removeprefix("sqlite:///"), isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE portfolio_apitoken SET label = label || ' '")
        yield
        writer.execute("ROLLBACK")


def reading(site: Site, *, turn: int) -> Iterator[Answer]:
    """What each kind of reader is answered, one after the other: some of it is cached, most is made."""
    for number in range(EACH):
        path = f"/api/v1/projects/?page_size={number % 50 + 1}&search={turn}"
        yield site.get(path)
        yield site.get(path, token=site.readers[number % 3])
        yield site.get("/", session=site.session)


def read(site: Site, *, turn: int) -> list[Answer]:
    """All of a turn."""
    return list(reading(site, turn=turn))


def slowest_of_twenty(answers: list[Answer]) -> float:
    return statistics.quantiles((answer.seconds for answer in answers), n=20)[-1]


@pytest.mark.alone
@measured_again_if_late
def test_readers_go_on_and_writers_are_told_in_time(database, site):
    usual = read(site, turn=1)
    assert {answer.status for answer in usual} == {200}
    writers = (
        (lambda: site.write(1), lambda: site.write(1)),
        (lambda: site.sign_in(PASSWORD), lambda: site.sign_in("wrong")),
    )
    meanwhile, lives, told = [], [], []
    with held(database), ThreadPoolExecutor(THREADS[WRITING]) as beside:
        end = time.monotonic() + HELD
        while not told or time.monotonic() < end:
            for together in writers:
                writing = [beside.submit(write) for write in together]
                meanwhile = meanwhile or read(site, turn=2)
                while not all(each.done() for each in writing):
                    lives.append(site.get(LIVENESS))
                    time.sleep(0.2)
                told += [each.result() for each in writing]
    assert all(each.is_put_off(BUSY) for each in told), told
    assert len(lives) > 3
    assert {answer.status for answer in meanwhile} == {200}
    assert {answer.status for answer in lives} == {200}
    assert site.write(2).status == 201, "the first after it"
    assert_within(max(2 * slowest_of_twenty(usual), FLOOR), slowest_of_twenty(meanwhile))
    assert_within(AT_ONCE, max(answer.seconds for answer in [*meanwhile, *lives]))


def test_a_read_that_notes_its_token_at_once_is_noticed_by_these_tests(database):
    """The control: as it was."""
    with served(database, application=AS_IT_WAS) as site, held(database):
        answer = site.get("/api/v1/projects/?page_size=3", token=site.readers[0], timeout=AT_ONCE + 0.5)
        assert answer.seconds > AT_ONCE, answer


def test_when_a_token_was_used_is_written_when_the_lock_is_free_and_when_the_process_ends(database):
    def last_used() -> list[str | None]:
        with closing(sqlite3.connect(database.url.removeprefix("sqlite:///"))) as look:
            return [row[0] for row in look.execute("SELECT last_used FROM portfolio_apitoken WHERE scope = 'read'")]

    with closing(sqlite3.connect(database.url.removeprefix("sqlite:///"))) as other:
        other.execute("UPDATE portfolio_apitoken SET last_used = NULL")
        other.commit()
    with served(database) as site:
        with held(database):
            assert site.get("/api/v1/sectors/", token=site.readers[0]).status == 200
            time.sleep(3)
            assert last_used() == [None] * 3
        end = time.monotonic() + 10
        while not any(last_used()):
            assert time.monotonic() < end, "it was forgotten"
            time.sleep(0.1)
        assert site.get("/api/v1/sectors/", token=site.readers[1]).status == 200
    assert last_used().count(None) == 1
