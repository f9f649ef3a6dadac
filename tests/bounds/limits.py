"""How many queries an address may ask, by how it begins. The longest beginning that fits decides."""

from __future__ import annotations

import re

_REVISION = re.compile(r"^/changes/[0-9]+/")  # all revisions have the limit of the first
MORE_QUERIES = 2  # that a list of many pages may ask more than one of a single page
MOST_QUERIES = 28  # of an address that is not named below
QUERIES = {
    "/?as_of": 48,  # the figures of today, their programme and the rows that its rules read, beside those of then
    "/": 38,
    "/attention/": 34,
    "/changes/": 60,
    "/changes/1/undo/": 66,
    "/compare/": 42,
    "/figures/": 54,  # in the order of origins: of all records, which are sorted in Python
    "/prefectures/4": 42,
    "/programmes/2": 38,
    "/projects/?as_of": 44,
    "/projects/": 34,
    "/projects/CS": 56,
    "/projects/HN": 56,
    "/review/": 38,
    "/rounds/2": 28,
    "/sectors/": 42,
    "/search/": 34,
    "/tasks/": 34,
    "/api/v1/": 20,
    "/api/v1/comparison/": 42,
    "/api/v1/projects/?format": 20,
    "/api/v1/entries/?format": 20,
    # the first rows of each kind by themselves: one query of all kinds would read the whole of a load for each page
    "/api/v1/changes/": 40,
    "/api/v1/explain/": 46,
}


def most_queries(address: str) -> int:
    """Return how many queries `address` may ask of a register of 42 projects."""
    address = _REVISION.sub("/changes/1/", address)
    prefixes = [prefix for prefix in QUERIES if address.startswith(prefix)]
    return QUERIES[max(prefixes, key=len)] if prefixes else MOST_QUERIES
