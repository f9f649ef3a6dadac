"""A real Redis for tests, of their own and with nothing on disk, which can be killed and started again in the same place."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from portfolio.redis import client
from portfolio.settings import caches
from tests.serving import ended, free_port

PROGRAM = Path("/usr/bin/redis-server")


class RedisServer:
    """Runs from the start to `remove`. `url` is for CACHE_URL."""

    def __init__(self, *more: str) -> None:
        self.port, self.more = free_port(), more
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen | None = None
        self.start()

    def start(self) -> None:
        """Start it, unless it runs."""
        if self.process is not None and self.process.poll() is None:
            return
        command = [
            PROGRAM, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", *self.more
        ]  # fmt: skip
        self.process = subprocess.Popen(command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _turn in range(200):
            if self._answers():
                return
            time.sleep(0.05)
        raise AssertionError("Redis does not answer")

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def kill(self) -> None:
        """As a machine dies; what it held is gone."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(20)

    def remove(self) -> None:
        assert self.process is not None
        ended(self.process)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    server = RedisServer()
    yield server
    server.remove()


@pytest.fixture
def shared_redis(redis_server: RedisServer, settings: Any) -> RedisServer:
    """The product's settings name a Redis that is empty, and nobody has found it away yet."""
    redis_server.start()
    with redis.Redis(port=redis_server.port) as server:
        server.flushall()
    settings.CACHE_URL = redis_server.url
    settings.CACHES = caches.configuration(
        redis_server.url, settings.VAR_DIR, secret_key=settings.SECRET_KEY, replica_lag=settings.REPLICA_MAX_LAG
    )
    client.shared_store.cache_clear()
    return redis_server
