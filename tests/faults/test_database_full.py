"""The disk of SQLite is full: reads go on, with a token and a session too, and writes say that it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.length import so_many
from tests.people import PASSWORD

from .asking import LIVENESS, Answer, Filled, Site, filled, served
from .full_disk import Disk, disk, kinds

pytestmark = pytest.mark.no_database

ROUNDS = so_many(2, 50)
WRITES = 60  # at the most, each of some pages, until what is left is used up
FULL = "The disk of the database is full"
LONG = "x" * 1900  # characters of a note


@pytest.fixture(scope="module", params=kinds())
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    with disk(request.param, tmp_path_factory.mktemp("full")) as place:
        yield place


@pytest.fixture(scope="module")
def database(place: Disk) -> Filled:
    return filled(f"sqlite:///{place.file}")


@pytest.fixture(scope="module")
def site(place: Disk, database: Filled) -> Iterator[Site]:
    with served(database, application=place.application, **place.settings) as site:
        yield site


def reads(site: Site) -> list[Answer]:
    return [
        site.get("/sectors/"),
        site.get("/projects/", session=site.session),
        site.get("/api/v1/projects/?search=a"),
        *(site.get("/api/v1/projects/?search=b", token=token) for token in site.readers),
    ]


def filled_up(site: Site) -> int:
    """Write until nothing can be written; how many notes were stored."""
    for number in range(WRITES):
        answer = site.write(number, text=LONG)
        if answer.status != 201:
            assert answer.is_put_off(FULL), answer
            return number
    raise AssertionError("it never was full")


def notes_in(file: Path) -> int:
    with closing(sqlite3.connect(file)) as look:
        assert look.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        [number] = look.execute("SELECT COUNT(*) FROM projects_note").fetchone()
        return number


def test_reads_go_on_writes_say_that_it_is_full_and_work_when_there_is_room(place, site):
    before = notes_in(place.file)
    place.fill()
    stored = before + filled_up(site)
    for _round in range(ROUNDS):
        for answer in reads(site):
            assert answer.is_good(), answer
        assert site.write(1, text=LONG).is_put_off(FULL)
        assert site.get(LIVENESS).is_good()
        assert site.get("/readyz").is_good()
    told = site.sign_in(PASSWORD)
    assert told.status in (302, 503), told  # it takes less room than a note, and may find some
    assert notes_in(place.file) == stored, "what was acknowledged and no more"
    place.free()
    assert site.write(2, text=LONG).status == 201
    assert notes_in(place.file) == stored + 1


def test_a_disk_with_room_is_noticed_by_these_tests(place, site):
    """The control."""
    with pytest.raises(AssertionError, match="it never was full"):
        filled_up(site)
