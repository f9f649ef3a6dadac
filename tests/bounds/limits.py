"""How many queries an address may ask, by how it begins. The longest beginning that fits decides."""

from __future__ import annotations

import re

_REVISION = re.compile(r"^/changes/[0-9]+/")  # all revisions have the limit of the first
MORE_QUERIES = 2  # that a list of many pages may ask more than one of a single page
MOST_QUERIES = 20  # of an address that is not named below
QUERIES = {
    "/?as_of": 30,  # the figures of today, and their programme, beside those of then
    "/": 26,
    "/attention/": 24,
    "/changes/": 42,
    "/changes/1/undo/": 47,
    "/compare/": 30,
    "/figures/": 34,
    "/prefectures/4": 30,
    "/programmes/2": 26,
    "/projects/": 24,
    "/projects/CS": 40,
    "/projects/HN": 40,
    "/review/": 26,
    "/rounds/2": 20,
    "/sectors/": 30,
    "/search/": 24,
    "/tasks/": 24,
    "/api/v1/": 14,
    "/api/v1/comparison/": 30,
    "/api/v1/projects/?format": 14,
    "/api/v1/entries/?format": 14,
    "/api/v1/changes/": 18,
    "/api/v1/explain/": 32,
}


def most_queries(address: str) -> int:
    """Return how many queries `address` may ask of a register of 42 projects."""
    address = _REVISION.sub("/changes/1/", address)
    prefixes = [prefix for prefix in QUERIES if address.startswith(prefix)]
    return QUERIES[max(prefixes, key=len)] if prefixes else MOST_QUERIES
