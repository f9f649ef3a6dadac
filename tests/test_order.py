"""Files are run as a whole, the longest first; one makes the database while others are asked what needs none."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from tests import order
from tests.databases import ROOT

pytestmark = pytest.mark.no_database

LONG, LESS_LONG, SERVERS = "tests/a/test_long.py", "tests/a/test_less_long.py", "tests/a/test_servers.py"
LITTLE, MANY, WITHOUT = "tests/b/test_little.py", "tests/b/test_many.py", "tests/b/test_without.py"


class Item:
    """What pytest knows of a test."""

    def __init__(self, path: str, *fixtures: str) -> None:
        self.path, self.fixturenames = ROOT / path, fixtures

    def get_closest_marker(self, _name: str) -> Any:
        return None


@pytest.fixture(autouse=True)
def files(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is read: which take long and which start servers is said here."""
    monkeypatch.setattr(order, "longest", lambda: (LONG, LESS_LONG))
    monkeypatch.setattr(order, "makes_something", lambda path: path == ROOT / SERVERS)


def names(items: list[Any]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path, _items in groupby(items, key=lambda each: each.path)]


def test_the_longest_are_begun_first_and_what_needs_no_database_while_one_is_made() -> None:
    items = [
        *(Item(path, "db") for path in (LITTLE, MANY, LESS_LONG, LONG, MANY)),
        Item(SERVERS),
        Item(WITHOUT),
    ]
    assert names(order.in_order(items)) == [LONG, WITHOUT, LESS_LONG, SERVERS, MANY, LITTLE]


def test_no_file_is_divided_and_the_state_of_the_database_changes_once_in_it() -> None:
    items = [Item(path, *fixtures) for fixtures in (("db",), ("db", "register")) for path in (LITTLE, MANY)] * 3
    found = order.in_order(items)
    assert sorted(map(id, found)) == sorted(map(id, items))
    assert len(names(found)) == 2
    for _path, tests in groupby(found, key=lambda each: each.path):
        assert ["register" in each.fixturenames for each in tests] == [True] * 3 + [False] * 3


def test_make_gives_each_process_whole_files_in_this_order() -> None:
    text = Path(ROOT, "Makefile").read_text("utf-8")
    assert "BY_FILE := --dist=loadfile --no-loadscope-reorder\n" in text
    for processes in ("-n $(PROCESSES)", "-n $(BESIDE)"):
        assert text.count(processes) == text.count(f"{processes} $(BY_FILE) ") > 0


def test_a_file_is_given_to_one_process() -> None:
    of_others = {order.given_together(f"tests/portfolio/test_{name}.py::test_a[x::y]") for name in "ab"}
    assert of_others == {"tests/portfolio/test_a.py", "tests/portfolio/test_b.py"}
