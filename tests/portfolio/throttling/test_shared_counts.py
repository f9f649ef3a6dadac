"""Machines that share a Redis count together, exactly; without it each goes on by what it has seen itself."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path
from typing import Any

import pytest
import redis
from werkzeug.test import Client

from portfolio.redis import store
from portfolio.redis.client import Store, store_at
from portfolio.throttling import Throttling
from portfolio.throttling.local_counts import SECONDS, Counters
from portfolio.throttling.shared_counts import CountersTogether
from tests.redis_server import RedisServer

from .test_throttling import NOW, answering, ask

pytestmark = [pytest.mark.redis, pytest.mark.no_database]


@pytest.fixture
def client(shared_redis: RedisServer) -> Store:
    found = store()
    assert found is not None
    found.circuit.pause = 0.1
    return found


def machine(client: Store, path: Path) -> CountersTogether:
    """The counters of one machine: its file is its own, the Redis is shared."""
    return CountersTogether(client, Counters(path))


def count_many(url: str, path: Path, results: Any) -> None:
    counters = machine(store_at(url), path)
    results.put([counters.counted("one", "other", now=NOW) for _turn in range(500)])


def test_processes_of_several_machines_count_exactly(shared_redis, tmp_path):
    context = multiprocessing.get_context("spawn")
    results: Any = context.Queue()
    machines = [
        context.Process(target=count_many, args=[shared_redis.url, tmp_path / f"machine{each}", results])
        for each in range(2)
    ]
    for process in machines:
        process.start()
    counts = [pair for _each in machines for pair in results.get(timeout=60)]
    for process in machines:
        process.join(60)
    assert sorted(one for one, _other in counts) == list(range(1, 1001))
    assert sorted(other for _one, other in counts) == list(range(1, 1001))


def test_the_number_of_a_token_holds_over_all_machines(client, settings, tmp_path, monkeypatch):
    monkeypatch.setattr("portfolio.throttling.wsgi.time.time", lambda: NOW + 12)
    settings.THROTTLE_TOKEN, settings.THROTTLE_ADDRESS = 3, 5
    sites = []
    for name in ("a", "b"):
        settings.VAR_DIR = tmp_path / name
        sites.append(Client(Throttling(answering)))
    answers = [ask(sites[turn % 2], "a" * 64) for turn in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[1].headers["RateLimit"] == '"address";r=3;t=48, "token";r=1;t=48'
    assert [ask(sites[turn % 2], "b" * 64).status_code for turn in range(2)] == [200, 429]
    monkeypatch.setattr("portfolio.throttling.wsgi.time.time", lambda: NOW + 12 + 48)
    assert ask(sites[0], "a" * 64).status_code == 200


def test_a_machine_without_redis_goes_on_from_its_own_count_and_comes_back(client, shared_redis, tmp_path):
    one, other = machine(client, tmp_path / "one"), machine(client, tmp_path / "other")
    assert [each.counted("who", now=NOW) for each in (one, other, one, other)] == [[1], [2], [3], [4]]
    shared_redis.kill()
    assert [one.counted("who", now=NOW) for _turn in range(2)] == [[3], [4]]
    assert other.counted("who", now=NOW) == [3]
    shared_redis.start()
    time.sleep(0.1)
    assert one.counted("who", now=NOW) == [5]  # Redis has forgotten, the machine has not
    later = NOW + SECONDS
    assert [each.counted("who", now=later) for each in (one, other, one)] == [[1], [2], [3]]


def test_counters_go_away_and_tell_nothing(client, shared_redis, tmp_path):
    machine(client, tmp_path / "one").counted("site token abc", now=NOW)
    with redis.Redis(port=shared_redis.port) as other:
        [name] = other.keys("*:limit:*")
        assert 0 < other.ttl(name) <= 2 * SECONDS
    assert b"abc" not in name


def test_counting_together_costs_little(client, tmp_path):
    counters = machine(client, tmp_path / "one")
    begun = time.process_time()
    for _turn in range(500):
        counters.counted("address", "token", now=NOW)
    assert (time.process_time() - begun) / 500 < 0.002  # measured: 0.07 ms of this process
