"""A writer holds SQLite's lock: others who write are told in time, and readers get their response."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest

from .conftest import Register, Site

pytestmark = pytest.mark.no_database

IN_TIME = 6.0  # seconds


@contextmanager
def locked(register: Register) -> Iterator[None]:
    """As by an import that writes and has not committed yet."""
    with closing(sqlite3.connect(register.url.removeprefix("sqlite:///"), isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE portfolio_apitoken SET label = label || ' '")
        yield
        writer.execute("ROLLBACK")


def test_writers_are_told_in_time_and_readers_get_their_response(site: Site, own_register: Register) -> None:
    with locked(own_register), ThreadPoolExecutor(2) as writers:
        writing = [writers.submit(site.write_note, number) for number in range(2)]
        reads = [
            site.get("/api/v1/projects/?search=a"),
            site.get("/api/v1/projects/?search=b", token=own_register.reader),
            site.get("/projects/", session=own_register.session),
            site.get("/livez"),
        ]
        refused = [each.result() for each in writing]
    assert [answer.status for answer in reads] == [200] * 4
    assert max(answer.seconds for answer in reads) < IN_TIME
    for answer in refused:
        assert (answer.status, answer.headers["retry-after"]) == (503, "1")
        assert answer.seconds < IN_TIME
        assert b"Others are writing" in answer.body
    assert site.write_note(3).status == 201, "the first after it"
