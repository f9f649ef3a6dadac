"""In which order tests run, and by whom: each process of a run is given whole files, those that take longest first.

What a file prepares for its tests, a register of ten thousand projects, servers, a browser, each process prepares that has
one of its tests, and takes down again when a test of another file comes between. So no file is divided among processes,
and whoever is ready takes the next of the list, at whose end are those that take little: all are busy to the end. Files of a
folder that ask the same servers are given to one process together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from xdist.scheduler.loadfile import LoadFileScheduling

from tests.databases import ROOT
from tests.people import asks_for

LONGEST = ROOT / "tests/data/longest.txt"


class WholeFiles(LoadFileScheduling):
    """xdist's way of giving whole files to its processes."""

    def _split_scope(self, nodeid: str) -> str:
        return given_together(nodeid)


def given_together(test: str) -> str:
    """By what name a test goes with others: its file's."""
    return test.partition("::")[0]


@cache
def longest() -> tuple[str, ...]:
    """The files that take longest in `make test`, the longest first."""
    return tuple(LONGEST.read_text("utf-8").split())


def in_order(items: Sequence[Any]) -> list[Any]:
    """The tests of a run, those of a file together; files that are not named in the order in which they are given.

    One that takes long makes the database with which others begin, or a server's. In the meantime they ask what needs none.
    In a file those come last that want no register: each change from it and back is a database copied.
    """
    files: dict[Path, list[Any]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    places = {path: place(path, tests) for path, tests in files.items()}
    found = sorted(files, key=lambda path: places[path])
    first = [path for path in found if not needs_nothing(path, files[path])][:1]
    meanwhile = [path for path in found if needs_nothing(path, files[path])]
    rest = [path for path in found if path not in {*first, *meanwhile}]
    return [item for path in (*first, *meanwhile, *rest) for item in sorted(files[path], key=asks_for)]


def place(path: Path, tests: Sequence[Any]) -> tuple[int, int]:
    """Where a file stands: by the list of the longest, then those that make something themselves, then by its tests."""
    name = path.relative_to(ROOT).as_posix()
    if name in longest():
        return longest().index(name), 0
    return len(longest()) + (not makes_something(path)), -len(tests)


@cache
def makes_something(path: Path) -> bool:
    """What drives a browser, starts servers, walks through every page or goes by rounds: a file that names the module."""
    return bool(re.search(r"tests\.(length|serving)|walking|\bPATHS\b|pytest\.mark\.browser", path.read_text("utf-8")))


def needs_nothing(path: Path, tests: Sequence[Any]) -> bool:
    """Whether it asks for no database, and starts nothing that does."""
    return not makes_something(path) and not any(asks_the_database(item) for item in tests)


def asks_the_database(item: Any) -> bool:
    return bool(item.get_closest_marker("django_db")) or bool({"db", "transactional_db"} & set(item.fixturenames))
