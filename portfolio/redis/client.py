"""Redis client for what machines share: short waits, no second try, and a circuit breaker around each command."""

from __future__ import annotations

import ssl
from functools import cache
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from .circuit_breaker import Circuit

SECONDS = 0.2  # for connecting, and for each answer: a request does better without Redis than with a slow one


class Store(redis.Redis):
    """Redis' own commands. Each raises AwayError instead of any error of Redis or of the way to it."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.circuit = Circuit()

    def execute_command(self, *arguments: Any, **options: Any) -> Any:
        with self.circuit.asking(redis.RedisError, OSError):
            return super().execute_command(*arguments, **options)

    def pipeline(self, *_arguments: Any, **_options: Any) -> Any:
        raise NotImplementedError("A pipeline would go round the circuit: send a script instead.")


def store_at(url: str) -> Store:
    """A client of the Redis at this address."""
    client: Any = Store.from_url(
        url,
        socket_connect_timeout=SECONDS,
        socket_timeout=SECONDS,
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 0),
        protocol=2,  # as of Redis 2, without a greeting for each connection
        driver_info=None,
        **({"ssl_min_version": ssl.TLSVersion.TLSv1_2} if url.startswith("rediss://") else {}),
    )
    found: Store = client
    return found


@cache
def shared_store(url: str) -> Store:
    """The one client of this process."""
    return store_at(url)
