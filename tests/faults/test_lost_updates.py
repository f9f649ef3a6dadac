"""Of several who change the same version of a record exactly one does, and the others are told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from .conftest import ROUNDS, Register, Site

WRITERS, TURNS = 4, 6 * ROUNDS
PATH = "/api/v1/projects/HN-EI-2023-20/"


@pytest.fixture(scope="module")
def site(own_register: Register) -> Iterator[Site]:
    with own_register.served(workers=2) as site:
        yield site


def test_one_of_many_writers_wins(site: Site) -> None:
    for turn in range(TURNS):
        version = site.get(PATH).headers["etag"]

        def write(number: int, turn: int = turn, version: str = version) -> int:
            changes = {"expected_revenue": 10**9 + 10 * turn + number, "expected_revenue_reported_by": "test"}
            return site.send(PATH, changes, method="PATCH", If_Match=version).status

        with ThreadPoolExecutor(WRITERS) as pool:
            statuses = list(pool.map(write, range(WRITERS)))
        assert statuses.count(200) == 1, statuses
        assert set(statuses) <= {200, 409, 412, 503}, statuses
        stored = json.loads(site.get(PATH).body)["expected_revenue"]
        assert stored == 10**9 + 10 * turn + statuses.index(200)
