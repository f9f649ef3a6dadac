"""PostgreSQL is stopped, refuses, only reads or hangs: the site says which, lives on, and works when it is back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from .callers import Answer
from .conftest import Register, Site
from .postgres_server import Server

pytestmark = pytest.mark.postgresql

LIST = "/api/v1/projects/?search=a"
IN_TIME = 30.0  # seconds


@pytest.fixture(scope="module")
def server(django_db_setup: None, django_db_blocker: Any) -> Iterator[Server]:
    server = Server()
    try:
        with django_db_blocker.unblock():
            server.copy(connection)
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="module")
def own_register(server: Server) -> Register:
    return Register.prepared(server.url)


def ask_everything(site: Site) -> list[Answer]:
    """A page, a page with a session, lists without and with a token, and a write, all at the same time."""
    asks = [
        lambda: site.get("/sectors/"),
        lambda: site.get("/projects/", session=site.register.session),
        lambda: site.get(LIST),
        lambda: site.get(LIST, token=site.register.reader),
        lambda: site.write_note(1),
    ]
    with ThreadPoolExecutor(len(asks)) as pool:
        answers = [pool.submit(ask) for ask in asks]
        assert site.get("/livez").status == 200, "it does not ask the database"
        return [answer.result() for answer in answers]


def assert_works(site: Site) -> None:
    assert [answer.status for answer in ask_everything(site)] == [200, 200, 200, 200, 201]


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("stopped", "The database cannot be reached"),
        ("refusing", "The database cannot be reached"),
        ("hanging", "The database does not answer"),
    ],
)
def test_it_is_said_in_words_and_the_first_requests_after_it_work(server, site, trouble, words):
    assert_works(site)
    with getattr(server, trouble)():
        for _turn in range(2):
            for answer in ask_everything(site):
                assert answer.status == 503, answer
                assert words in answer.body.decode()
                assert int(answer.headers["retry-after"]) > 0
                assert answer.seconds < IN_TIME
        assert site.get("/readyz").status == 503
    assert_works(site)


def test_one_that_only_reads_answers_readers_and_says_so_to_writers(server, site):
    assert_works(site)
    with server.read_only():
        *reads, written = ask_everything(site)
        assert [answer.status for answer in reads] == [200] * 4
        assert written.status == 503
        assert "The database is read-only at the moment" in written.body.decode()
        assert json.loads(site.get("/readyz").body)["status"] == "ready, read-only"
    assert_works(site)
