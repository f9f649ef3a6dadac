"""A refusal leaves the connection as it was, whatever the request had for a body."""

from __future__ import annotations

import io
import time
from http.client import HTTPConnection
from typing import Any

import pytest

from portfolio.drained import MOST, Drained
from tests.serving import environment_of, prepare, serving

pytestmark = pytest.mark.no_database

TURNS = 60
BODY = b'{"reason": "' + b"x" * 60_000 + b'"}'


@pytest.mark.parametrize(
    ("method", "path", "kind", "status"),
    [
        ("POST", "/api/v1/proposals/", "application/json", 401),
        ("POST", "/api/v1/projects/", "text/plain", 401),
        ("DELETE", "/api/v1/projects/", "application/json", 405),
        ("POST", "/api/v1/nothing/", "application/json", 404),
        ("PATCH", "/api/v1/projects/NOTHING/", "application/x-www-form-urlencoded", 401),
    ],
)
def test_the_next_request_over_the_same_connection_is_answered(site, method, path, kind, status):
    connection = HTTPConnection("127.0.0.1", site, timeout=30)
    for _turn in range(TURNS):
        connection.request(method, path, BODY, {"Content-Type": kind})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status
        assert answer.getheader("Connection") != "close"
    connection.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Any:
    database = tmp_path_factory.mktemp("drained") / "register.sqlite3"
    environment = environment_of(
        f"sqlite:///{database}", THROTTLE_ADDRESS="0", SECRET_KEY=f"{time.time_ns()}" + "x" * 50 + "aB3"
    )
    prepare("", environment)
    with serving(environment) as (address, _process):
        yield int(address.rpartition(":")[2])


def test_a_body_without_end_is_not_read_for_ever():
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"x" * size

    body = Endless()
    answer = Drained(lambda _environ, _start: [b"no"])(
        {"REQUEST_METHOD": "POST", "wsgi.input": body}, lambda *_given: None
    )
    assert answer == [b"no"]
    assert body.given == MOST
