"""Two servers on one database and one Redis, as on two machines, while Redis dies and comes back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from portfolio.machines.circuit import PAUSE
from tests.portfolio.kept.register import FILL, ask, empty_database, patch
from tests.redis_server import RedisServer
from tests.serving import environment_of, prepare, serving

pytestmark = pytest.mark.redis

CODE, ROUNDS = "HN-EI-2023-13", 10


@pytest.fixture(scope="module")
def machines(
    redis_server: RedisServer,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[tuple[list[str], str]]:
    """The addresses of their APIs and a token that writes."""
    redis_server.start()
    with empty_database(tmp_path_factory.mktemp("machines"), django_db_blocker) as database:
        environment = environment_of(database, PUBLIC_READ="false", CACHE_URL=redis_server.url)
        token = prepare(FILL, environment)
        with serving(environment) as (one, _process), serving(environment) as (other, _process):
            yield [f"{one}/api/v1", f"{other}/api/v1"], token


def written_here_is_read_there(machines: tuple[list[str], str], number: int) -> None:
    """Write through one and read through the other and the one again, each thing that shows it."""
    addresses, token = machines
    here, there = (addresses[(number + step) % 2] for step in range(2))
    amount = 10**9 + number
    headers, _record = ask(f"{here}/projects/{CODE}/", token)
    changes = {"expected_revenue": amount, "expected_revenue_reported_by": "test"}
    patch(f"{here}/projects/{CODE}/", token, headers["ETag"], changes)
    for address in (there, here, there):
        assert ask(f"{address}/projects/{CODE}/", token)[1]["expected_revenue"] == amount
        listed = ask(f"{address}/projects/?programme=2023&code={CODE}", token)[1]["results"]
        assert [each["expected_revenue"] for each in listed] == [amount]
        total = ask(f"{address}/totals/?programme=2023&code={CODE}&fields=expected_revenue", token)[1]
        assert total["rows"][0]["figures"]["expected_revenue"]["value"] == amount


def hits(server: RedisServer) -> int:
    with redis.Redis(port=server.port) as other:
        return int(other.info("stats")["keyspace_hits"])


def test_answers_stay_right_while_redis_dies_and_comes_back(machines, shared_redis):
    for number in range(ROUNDS):
        written_here_is_read_there(machines, number)
    assert hits(shared_redis) >= ROUNDS
    shared_redis.kill()
    for number in range(ROUNDS, 2 * ROUNDS):
        written_here_is_read_there(machines, number)
    shared_redis.start()
    time.sleep(PAUSE)
    for number in range(2 * ROUNDS, 3 * ROUNDS):
        written_here_is_read_there(machines, number)
    assert hits(shared_redis) >= ROUNDS - 1


def test_requests_at_one_count_at_the_other(machines, shared_redis):
    addresses, token = machines
    with redis.Redis(port=shared_redis.port) as other:
        other.delete(*other.keys("*:limit:*") or ["none"])
        for address in addresses * 3:
            ask(f"{address}/sectors/", token)
        counts = [int(other.get(name)) for name in other.keys("*:limit:*")]
    assert sum(counts) >= 2 * 6  # of the token and of the address, in one window or two
