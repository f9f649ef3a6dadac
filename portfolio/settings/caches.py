"""Django's CACHES: what one process keeps for itself, and what processes tell each other."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

_SHORTEST_MEMORY = 20  # seconds


def site_of(secret_key: str) -> str:
    """A name for the site that tells nothing of its key: several sites may use one Redis."""
    return hashlib.blake2b(secret_key.encode(), digest_size=8, person=b"site").hexdigest()


def configuration(url: str, directory: Path, *, secret_key: str, replica_lag: int) -> dict[str, Any]:
    """CACHES. `shared` is in Redis at `url`, which all machines reach; without one, in files of this machine."""
    files = {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": directory,
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
    machines = {
        "BACKEND": "portfolio.redis.cache.SharedCache",
        "LOCATION": url,
        "KEY_PREFIX": f"monitor:{site_of(secret_key)}",
        # longer than what a token has written must be known for, see portfolio.replicas.writers
        "OPTIONS": {"MEMORY": 4 * replica_lag + _SHORTEST_MEMORY},
    }
    return {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "shared": machines if url else files,
    }
