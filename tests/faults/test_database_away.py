"""PostgreSQL is stopped, hangs, only reads or refuses: the site says which in time, lives on, and works when it is back."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connection

from portfolio.front.thread_pools import READING, THREADS
from portfolio.timeouts.budget import SILENT_SECONDS
from projects.versioning.revisions import _LOCK
from tests.length import so_many
from tests.pages import PATHS

from .asking import AT_ONCE, IN_TIME, LIVENESS, Answer, Filled, Site, at_once, filled, served
from .postgres_server import Server, postgres_server

pytestmark = pytest.mark.postgresql

ROUNDS = so_many(1, 20)  # of asking everything, one after the other
LASTS = so_many(0, 60)  # seconds, before it is over
WAITING_FOR_EVER = "tests.faults.waiting_for_ever:application"

AWAY = "The database cannot be reached"
SILENT = "The database does not answer"
READ_ONLY = "The database is read-only at the moment"

LIST, RECORD = "/api/v1/projects/?search=a", "/api/v1/projects/HN-EI-2023-01/"


@pytest.fixture(scope="module")
def server(django_db_setup: None, django_db_blocker: Any) -> Iterator[Server]:
    with postgres_server() as server:
        with django_db_blocker.unblock():
            server.copy(connection)
        yield server


@pytest.fixture(scope="module")
def database(server: Server) -> Filled:
    return filled(server.url)


@pytest.fixture(scope="module")
def sites(database: Filled) -> Iterator[list[Site]]:
    """The site, and one without limits; they are begun together, as each takes seconds."""
    with ExitStack() as stack, ThreadPoolExecutor(2) as begun:
        both = [served(database), served(database, application=WAITING_FOR_EVER)]
        yield list(begun.map(stack.enter_context, both))


@pytest.fixture(scope="module")
def site(sites: list[Site]) -> Site:
    return sites[0]


@pytest.fixture(scope="module")
def unlimited(sites: list[Site]) -> Site:
    return sites[1]


def reads(site: Site) -> dict[str, Callable[[], Answer]]:
    return {
        "page": lambda: site.get("/sectors/"),
        "page with a session": lambda: site.get("/projects/", session=site.session),
        "list": lambda: site.get(LIST),
        "list with a token": lambda: site.get(LIST, token=site.readers[0]),
        "record with another": lambda: site.get(RECORD, token=site.readers[1]),
    }


def writes(site: Site) -> dict[str, Callable[[], Answer]]:
    return {
        "note": lambda: site.write(1),
        "signing in": lambda: site.sign_in("a password only for tests"),
    }


def assert_works(site: Site) -> None:
    """At the first request of each kind."""
    for name, ask in (reads(site) | {"note": lambda: site.write(2)}).items():
        answer = ask()
        assert answer.status in (200, 201), (name, answer)


def assert_lives(site: Site) -> None:
    answer = site.get(LIVENESS)
    assert (answer.status, answer.seconds < AT_ONCE) == (200, True), answer


def assert_put_off(site: Site, words: str) -> None:
    """Every kind of request, as many at the same moment as there are threads for them; and it lives meanwhile."""
    asks = [*reads(site).values(), lambda: site.write(1)]
    for together in zip(asks[::2], asks[1::2], strict=True):
        with ThreadPoolExecutor(THREADS[READING]) as pool:
            answers = [pool.submit(ask) for ask in together]
            assert_lives(site)
        assert all(answer.result().is_put_off(words) for answer in answers), [answer.result() for answer in answers]
        assert_lives(site)


def test_one_that_is_stopped_is_told_as_away_and_the_first_request_after_its_return_works(server, site):
    assert_works(site)
    server.stop()
    try:
        for _round in range(ROUNDS):
            assert_put_off(site, AWAY)
        assert site.get("/readyz").is_put_off("database away")
    finally:
        server.start()
    assert_works(site)


def test_one_that_hangs_is_told_as_silent_and_the_first_request_after_its_return_works(server, site, unlimited):
    """But not by a site without limits, which is asked meanwhile: the control."""
    with ThreadPoolExecutor(1) as beside:
        assert_works(site)
        assert_works(unlimited)
        with server.hanging():
            waits = beside.submit(unlimited.get, LIST, timeout=IN_TIME + 1)
            until = time.monotonic() + LASTS
            assert_put_off(site, SILENT)
            while time.monotonic() < until:
                assert_put_off(site, SILENT)
            assert site.get("/readyz").is_put_off("database silent")
            answer = waits.result()
        assert not answer.is_put_off(SILENT)
        assert answer.seconds > IN_TIME
        assert_works(site)


def test_everybody_who_asks_one_that_hangs_is_answered_in_time(server, site):
    """At the same moment, so that each finds out for itself; more than there are threads would wait for one as well."""
    assert_works(site)
    asked = [site.get, lambda path, **_who: site.write(3)]
    with server.hanging():
        answers = at_once(*(lambda ask=ask: ask(LIST, token=site.readers[2]) for ask in asked))
        answers += at_once(*(lambda: site.get(LIST, token=site.readers[0]) for _each in range(2)))
    assert all(answer.is_put_off(SILENT) for answer in answers), answers
    assert_works(site)


def test_one_that_only_reads_answers_readers_and_says_so_to_writers(server, site):
    assert_works(site)
    with server.reading_only():
        for _round in range(ROUNDS):
            for name, ask in reads(site).items():
                answer = ask()
                assert answer.is_good(), (name, answer)
            for name, ask in writes(site).items():
                answer = ask()
                assert answer.is_put_off(READ_ONLY), (name, answer)
            assert_lives(site)
        for path in (*PATHS, "/tokens/", "/webhooks/", "/proposals/", "/admin/", "/admin/projects/project/"):
            answer = site.get(path, session=site.session)
            assert answer.status == 200, (path, answer)
        ready = site.get("/readyz")
        assert (ready.status, json.loads(ready.text)["status"]) == (200, "ready, read-only")
    assert_works(site)


def test_one_that_refuses_connections_is_told_as_away(server, site):
    assert_works(site)
    with server.refusing():
        for _round in range(ROUNDS):
            assert_put_off(site, AWAY)
    assert_works(site)


def test_a_slow_answer_of_one_that_is_there_is_waited_for(server, site):
    """A lock of somebody else's for three seconds is longer than a silence may last, but it is none."""
    assert_works(site)
    with ThreadPoolExecutor(1) as pool, server.holding("LOCK TABLE projects_project"):
        waits = pool.submit(site.get, f"{LIST}&page_size=7", token=site.readers[0])
        time.sleep(3)
    answer = waits.result()
    assert answer.is_good(), answer
    assert answer.seconds > SILENT_SECONDS


def test_a_writer_whose_turn_does_not_come_is_told_so_in_time(server, site):
    """As while a register is loaded; readers are not held up."""
    assert_works(site)
    with server.holding(f"SELECT pg_advisory_xact_lock({_LOCK})"):
        read, written = at_once(lambda: site.write(4), lambda: site.get(f"{LIST}&page_size=8", token=site.readers[1]))
    assert written.is_put_off("Others are writing"), written
    assert read.is_good(), read
    assert read.seconds < AT_ONCE
    assert site.write(5).status == 201
