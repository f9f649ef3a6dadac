"""What several machines share: one Redis, named by CACHE_URL, that may be away at any time.

`circuit.py` stops asking one that does not answer, `store.py` is the client that goes through it and raises `AwayError`,
`cache.py` is Django's cache over it. Whoever asks says what is done without an answer: kept answers are made anew
(`portfolio.kept.far`), limits are counted by the machine alone (`portfolio.limits.together`), and what a token has written
counts as unknown (`portfolio.replicas.writers`).
"""

from .circuit import AwayError

__all__ = ["AwayError"]
