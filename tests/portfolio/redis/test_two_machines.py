"""Two servers on one database and one Redis, as on two machines, while Redis dies and comes back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from tests.portfolio.response_cache.register import FILL, ask, own_database, patch
from tests.redis_server import RedisServer
from tests.serving import environment_of, prepare_once, serving

pytestmark = pytest.mark.redis

CODE, ROUNDS = "HN-EI-2023-13", 10


def asked(address: str, token: str) -> Any:
    """As through the proxy in front of both, which passes on the site's own name."""
    return ask(address, token, Host="127.0.0.1")


@pytest.fixture(scope="module")
def machines(
    redis_server: RedisServer,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[tuple[list[str], str]]:
    """The addresses of their APIs and a token that writes."""
    redis_server.start()
    with own_database(tmp_path_factory.mktemp("machines"), django_db_blocker) as database:
        environment = environment_of(database, PUBLIC_READ="false", CACHE_URL=redis_server.url)
        token = prepare_once("with_a_writer", FILL, environment)
        with serving(environment) as (one, _process), serving(environment) as (other, _process):
            yield [f"{one}/api/v1", f"{other}/api/v1"], token


def written_here_is_read_there(machines: tuple[list[str], str], number: int) -> None:
    """Write through one and read through the other and the one again, each thing that shows it."""
    addresses, token = machines
    here, there = (addresses[(number + step) % 2] for step in range(2))
    amount = 10**9 + number
    headers, _record = asked(f"{here}/projects/{CODE}/", token)
    changes = {"expected_revenue": amount, "expected_revenue_reported_by": "test"}
    patch(f"{here}/projects/{CODE}/", token, headers["ETag"], changes)
    for address in (there, here, there):
        assert asked(f"{address}/projects/{CODE}/", token)[1]["expected_revenue"] == amount
        listed = asked(f"{address}/projects/?programme=2023&code={CODE}", token)[1]["results"]
        assert [each["expected_revenue"] for each in listed] == [amount]
        total = asked(f"{address}/totals/?programme=2023&code={CODE}&fields=expected_revenue", token)[1]
        assert total["rows"][0]["figures"]["expected_revenue"]["value"] == amount


def test_one_gives_what_the_other_has_made(machines, shared_redis):
    (one, other), token = machines
    eventually_asked(shared_redis, one, token)
    eventually_asked(shared_redis, other, token)
    for number in range(5):
        question = f"projects/?programme=2023&page_size={number + 1}"
        first = asked(f"{one}/{question}", token)[1]
        made, given = calls(shared_redis, "set"), hits(shared_redis)
        assert asked(f"{other}/{question}", token)[1] == first
        assert (calls(shared_redis, "set"), hits(shared_redis)) == (made, given + 1)


def eventually_asked(server: RedisServer, address: str, token: str) -> None:
    """A server that has found Redis away asks it again after its pause."""
    for _turn in range(100):
        before = calls(server, "eval")
        asked(f"{address}/sectors/", token)
        if calls(server, "eval") > before:
            return
        time.sleep(0.1)
    raise AssertionError("Redis is not asked")


def calls(server: RedisServer, command: str) -> int:
    with redis.Redis(port=server.port) as other:
        return int(other.info("commandstats").get(f"cmdstat_{command}", {"calls": 0})["calls"])


def hits(server: RedisServer) -> int:
    with redis.Redis(port=server.port) as other:
        return int(other.info("stats")["keyspace_hits"])


def test_answers_stay_right_while_redis_dies_and_comes_back(machines, shared_redis):
    for address in machines[0]:
        eventually_asked(shared_redis, address, machines[1])
    for number in range(ROUNDS):
        written_here_is_read_there(machines, number)
    shared_redis.kill()
    for number in range(ROUNDS, 2 * ROUNDS):
        written_here_is_read_there(machines, number)
    shared_redis.start()
    for address in machines[0]:
        eventually_asked(shared_redis, address, machines[1])
    for number in range(2 * ROUNDS, 3 * ROUNDS):
        written_here_is_read_there(machines, number)


def test_requests_at_one_count_at_the_other(machines, shared_redis):
    addresses, token = machines
    for address in addresses:
        eventually_asked(shared_redis, address, token)
    with redis.Redis(port=shared_redis.port) as other:
        other.delete(*other.keys("*:limit:*") or ["none"])
        for address in addresses * 3:
            asked(f"{address}/sectors/", token)
        counts = [int(other.get(name)) for name in other.keys("*:limit:*")]
    assert sum(counts) >= 2 * 6  # of the token and of the address, in one window or two
