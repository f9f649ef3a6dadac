"""Request counts of this minute over all machines, in Redis; a machine's own stand in while it is away."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.conf import settings

from portfolio.redis import AwayError
from portfolio.settings.caches import site_of

from .local_counts import SECONDS, Counters

if TYPE_CHECKING:
    from portfolio.redis.client import Store

# one step for Redis, so each request gets a number of its own; a counter goes away after a window more, for slow clocks
_COUNT = """
local counts = {}
for place, name in ipairs(KEYS) do
    counts[place] = redis.call('INCR', name)
    if counts[place] == 1 then redis.call('EXPIRE', name, ARGV[1]) end
end
return counts
"""


class CountersTogether:
    """As `Counters`, over all machines that use the Redis."""

    def __init__(self, store: Store, own: Counters) -> None:
        self.store, self.own = store, own
        self._prefix = f"monitor:{site_of(settings.SECRET_KEY)}:limit"

    def counted(self, *who: str, now: float) -> list[int]:
        """Count one more for each of these in the window of `now`, and say how many they are in it by then.

        This machine counts for itself too. Its count is never above that of all, so it changes nothing while Redis
        remembers; when Redis goes away, or comes back with nothing, it says what this machine has let through already.
        """
        own = self.own.counted(*who, now=now)
        if not who:
            return own
        try:
            counts = self.store.eval(_COUNT, len(who), *(self._name(each, now) for each in who), str(2 * SECONDS))
        except AwayError:
            return own
        return [max(int(count), mine) for count, mine in zip(counts, own, strict=True)]

    def _name(self, who: str, now: float) -> str:
        digest = hashlib.blake2b(who.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=16).hexdigest()
        return f"{self._prefix}:{int(now) // SECONDS}:{digest}"
