"""What every list of the API must do; each endpoint's own file says the rest."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from .conftest import System, assert_problem
from .files import assert_has_files

MOST_QUERIES = 13


def assert_is_a_list(system: System, path: str, *, count: int, key: str) -> list[dict[str, Any]]:
    """Pages, order, fields and refusals of the list at `path`, of `count` records that `key` identifies."""
    records = system.all(path)
    keys = [record[key] for record in records]
    assert len(keys) == len(set(keys)) == count
    assert_pages_meet(system, path, keys=keys, key=key)
    assert [set(record) for record in system.all(path, fields=key)] == [{key}] * count
    shown = system.get(path, fields=f"{key},url", page_size=1).data["results"][0]
    assert set(shown) == {key, "url"}
    assert system.get(shown["url"]).data[key] == shown[key]
    assert_walks_meet(system, path, keys=keys, key=key)
    assert_has_files(system, path, records=records)
    assert_unknown_is_refused(system, path, key=key)
    assert_constant_queries(system, path)
    return records


def orders_of(system: System, path: str) -> list[str]:
    """The orders that the list at `path` knows."""
    return system.get(path, ordering="?").data["detail"].partition("Known: ")[2].rstrip(".").split(", ")


def page_size(keys: list[Any]) -> int:
    """So many records that a long list has seven pages: the borders of more would show nothing new."""
    return max(3, len(keys) // 7 + 1)


def assert_walks_meet(system: System, path: str, *, keys: list[Any], key: str) -> None:
    """A walk by cursor meets each record once, in the order of the pages."""
    begun = system.get(path, cursor="", page_size=3).data
    assert begun["count"] is None
    assert begun["previous"] is None
    walk = f"{path}?cursor=&page_size={page_size(keys)}&fields={key}"
    assert sorted(walked(system, walk, key), key=str) == sorted(keys, key=str)
    for order in orders_of(system, path)[-4:]:
        paged = [record[key] for record in system.all(path, ordering=order, fields=key)]
        assert walked(system, f"{walk}&ordering={order}", key) == paged, order
    assert_problem(system.get(path, cursor="x"), 400, "cursor")
    assert_problem(system.get(path, cursor="", page=1), 400, "page")


def walked(system: System, address: str | None, key: str) -> list[Any]:
    """The keys of all records that following `next` leads to."""
    found = []
    while address:
        answer = system.get(address)
        assert answer.status_code == 200, answer.data
        found += [record[key] for record in answer.data["results"]]
        address = answer.data["next"]
    return found


def assert_pages_meet(system: System, path: str, *, keys: list[Any], key: str) -> None:
    """Pages of every order hold each record once."""
    known = orders_of(system, path)
    assert key in known or key in ("id", "year", "adcode", "code")
    for order in known:
        found, address = [], f"{path}?page_size={page_size(keys)}&ordering={order}&fields={key}"
        while address:
            answer = system.get(address).data
            assert answer["count"] == len(keys)
            found += [record[key] for record in answer["results"]]
            address = answer["next"]
        assert sorted(found, key=str) == sorted(keys, key=str), order


def assert_unknown_is_refused(system: System, path: str, *, key: str) -> None:
    problem = assert_problem(system.get(path, fields=f"{key},sector_name"), 400, "fields")
    assert key in problem["errors"]["fields"][0]
    problem = assert_problem(system.get(path, tpyo="1", page_size="501"), 400, "tpyo", "page_size")
    assert "page_size" in problem["errors"]["tpyo"][0]
    assert_problem(system.get(path, page="9999"), 404)
    assert_problem(system.get(path, search="\x00"), 400, "search")
    assert_problem(system.get(f"{path}?page=1&page=2"), 400, "page")
    assert_problem(system.get(path, format="xml"), 400, "format")


def assert_constant_queries(system: System, path: str) -> None:
    """A page of one record and one of all records cost the same few queries."""
    counts = []
    for size in (1, 500):
        with CaptureQueriesContext(connection) as captured:
            system.get(path, page_size=size)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= MOST_QUERIES
