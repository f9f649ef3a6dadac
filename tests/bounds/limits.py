"""How many queries an address may ask, by how it begins. The longest beginning that fits decides."""

from __future__ import annotations

import re

_REVISION = re.compile(r"^/changes/[0-9]+/")  # all revisions have the limit of the first
MORE_QUERIES = 2  # that a list of many pages may ask more than one of a single page
MOST_QUERIES = 16  # of an address that is not named below
QUERIES = {
    "/?as_of": 24,  # the figures of today, and their programme, beside those of then
    "/": 20,
    "/attention/": 20,
    "/changes/": 36,
    "/changes/1/undo/": 47,
    "/compare/": 20,
    "/figures/": 28,
    "/prefectures/4": 22,
    "/programmes/2": 20,
    "/projects/": 20,
    "/projects/CS": 34,
    "/projects/HN": 34,
    "/review/": 22,
    "/rounds/2": 20,
    "/sectors/": 22,
    "/search/": 20,
    "/tasks/": 18,
    "/api/v1/": 10,
    "/api/v1/comparison/": 18,
    "/api/v1/projects/?format": 14,
    "/api/v1/entries/?format": 14,
    "/api/v1/changes/": 18,
    "/api/v1/explain/": 24,
}


def most_queries(address: str) -> int:
    """Return how many queries `address` may ask of a register of 42 projects."""
    address = _REVISION.sub("/changes/1/", address)
    prefixes = [prefix for prefix in QUERIES if address.startswith(prefix)]
    return QUERIES[max(prefixes, key=len)] if prefixes else MOST_QUERIES
