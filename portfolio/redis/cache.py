"""Django's cache backend over the shared Redis, alias `shared`: JSON instead of pickle, and it says when it cannot know."""

from __future__ import annotations

import json
import time
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient

from . import store
from .circuit_breaker import AwayError

_SINCE = "remembers-since"


class Texts:
    """Values as JSON. What is found in Redis is data that others may have written, and pickle would run it."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        try:
            return json.loads(data)
        except ValueError as error:
            raise AwayError("it holds what nobody here has set") from error


class _Client(RedisCacheClient):
    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return store()


class SharedCache(RedisCache):
    """Every method raises AwayError where Redis does not answer.

    `get` does so too for a key that is not there, as long as this Redis has been remembering for less than MEMORY seconds:
    one that was started anew has forgotten what it was told, and 'nothing' would be taken for 'never'.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = dict(params.get("OPTIONS", {}))
        self.memory = options.pop("MEMORY", 0)
        super().__init__(server, params | {"OPTIONS": options | {"serializer": Texts}})
        self._class = _Client

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        found = self.get_many([key, _SINCE], version)
        if key not in found and not self._has_remembered(found.get(_SINCE)):
            raise AwayError("it was started anew")
        return found.get(key, default)

    def _has_remembered(self, since: Any) -> bool:
        """Whether it holds what was set in the last seconds. The clocks of the machines may differ by half of these."""
        if not isinstance(since, int):
            self.add(_SINCE, int(time.time()), timeout=None)
            return not self.memory
        return time.time() - since >= self.memory
