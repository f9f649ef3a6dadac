"""Response cache, store in the memory of this process: the responses used last, up to a number of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

from .response import CachedResponse


class MemoryStore:
    """A mapping from cache keys to responses that drops what was not asked for the longest."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes, self.bytes = most_bytes, 0
        self._responses: OrderedDict[Hashable, CachedResponse] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> CachedResponse | None:
        with self._lock:
            response = self._responses.get(key)
            if response is not None:
                self._responses.move_to_end(key)
            return response

    def put(self, key: Hashable, response: CachedResponse) -> None:
        """Store a response in the place of the one there was; one that takes an eighth of the room is dropped."""
        with self._lock:
            before = self._responses.pop(key, None)
            self.bytes -= before.size if before else 0
            if response.size > self.most_bytes // 8:
                return
            self._responses[key] = response
            self.bytes += response.size
            while self.bytes > self.most_bytes:
                _key, dropped = self._responses.popitem(last=False)
                self.bytes -= dropped.size

    def __len__(self) -> int:
        return len(self._responses)
