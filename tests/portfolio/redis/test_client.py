"""A Redis that is away, slow or strange costs a moment, one line in the log, and nothing else; it comes back by itself."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest
import redis
from django.core.cache import caches

from portfolio.redis import AwayError, store
from portfolio.redis.client import SECONDS, Store, store_at
from tests.redis_server import RedisServer

pytestmark = [pytest.mark.redis, pytest.mark.no_database]


@pytest.fixture
def client(shared_redis: RedisServer) -> Store:
    """The client of this process, which tries again after a fifth of a second."""
    found = store()
    assert found is not None
    found.circuit.pause = 0.2
    return found


@pytest.fixture
def remembering(shared_redis: RedisServer) -> Any:
    """The cache `shared` over a Redis that has been remembering for an hour."""
    caches["shared"].set("remembers-since", int(time.time()) - 3600, None)
    return caches["shared"]


def events(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.msg["event"] for record in caplog.records if isinstance(record.msg, dict)]


def test_one_that_is_killed_is_told_once_and_comes_back_by_itself(client, shared_redis, caplog):
    client.set("key", "value")
    shared_redis.kill()
    for _turn in range(20):
        with pytest.raises(AwayError):
            client.get("key")
        time.sleep(0.03)
    assert events(caplog) == ["redis_away"]
    shared_redis.start()
    time.sleep(0.2)
    assert client.get("key") is None
    assert events(caplog) == ["redis_away", "redis_back"]


def test_one_that_accepts_and_says_nothing_is_waited_for_once(caplog):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        slow = store_at(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        begun = time.monotonic()
        for _turn in range(50):
            with pytest.raises(AwayError):
                slow.get("key")
    assert time.monotonic() - begun < 3 * SECONDS
    assert events(caplog) == ["redis_away"]


def test_one_that_refuses_is_as_good_as_away(shared_redis, caplog):
    with redis.Redis(port=shared_redis.port) as other:
        other.config_set("maxmemory", "1")
        try:
            full = store_at(shared_redis.url)
            with pytest.raises(AwayError):
                full.set("key", "value")
        finally:
            other.config_set("maxmemory", "0")
    stranger = store_at(shared_redis.url.replace("127.0.0.1", "user:hidden@127.0.0.1"))
    with pytest.raises(AwayError):
        stranger.get("key")
    assert "hidden" not in caplog.text


def test_only_one_asks_whether_it_is_back(client, shared_redis, monkeypatch):
    shared_redis.kill()
    with pytest.raises(AwayError):
        client.get("key")
    tried = []
    monkeypatch.setattr(redis.Redis, "execute_command", lambda *_arguments: tried.append(1))
    time.sleep(0.2)
    assert [client.circuit._may_try() for _turn in range(5)] == [True, False, False, False, False]
    assert tried == []


def test_a_pipeline_would_go_round_the_circuit(client):
    with pytest.raises(NotImplementedError):
        client.pipeline()


# the cache `shared`


def test_the_cache_gives_back_what_was_set_without_pickle(remembering, shared_redis):
    remembering.set("key", 2**40, 60)
    assert remembering.get("key") == 2**40
    assert remembering.get("other", 7) == 7
    with redis.Redis(port=shared_redis.port) as other:
        [name] = other.keys("monitor:*:key")
        assert other.get(name) == b"%d" % 2**40
        other.set(name, b"cos\nsystem\n(S'false'\ntR.")
    with pytest.raises(AwayError):
        remembering.get("key")


def test_one_that_was_started_anew_does_not_say_never(shared_redis):
    cache = caches["shared"]
    for _turn in range(2):
        with pytest.raises(AwayError):
            cache.get("key", 0)
    cache.set("key", 5, 60)
    assert cache.get("key", 0) == 5
    cache.set("remembers-since", int(time.time()) - cache.memory, None)
    assert cache.get("other", 0) == 0


def test_the_cache_says_that_it_is_away(remembering, shared_redis):
    shared_redis.kill()
    with pytest.raises(AwayError):
        remembering.set("key", 1, 60)
    with pytest.raises(AwayError):
        remembering.get("key")
