"""How far a test goes: a little in `make test`, which everybody runs; much further in `make long`."""

from __future__ import annotations

import os

LONG = os.environ.get("LONG") == "true"


def so_many(short: int, long: int) -> int:
    """Of rounds, or of made-up examples."""
    return long if LONG else short
