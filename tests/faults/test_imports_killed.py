"""The worker that writes an import is killed with -9 in the middle: all of it is written once, or nothing."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.own_database import own_database
from tests.serving import environment_of, prepare_register

from .import_worker import KILLS, PAUSE, ROWS
from .keepers import loaded


@pytest.fixture(scope="module")
def environment(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[dict[str, str]]:
    with own_database(tmp_path_factory.mktemp("imports"), django_db_blocker, name="imports") as database:
        environment = environment_of(database, LOG_LEVEL="CRITICAL")
        prepare_register("", environment)
        yield environment


def test_an_import_is_written_whole_and_once_whatever_is_killed(environment, seed) -> None:
    chance = random.Random(seed)  # noqa: S311  to be had again
    with loaded("tests.faults.import_worker", environment) as worker:
        for _kill in range(KILLS):
            begun = worker.begun()
            time.sleep(chance.uniform(0, 0.25 * ROWS * PAUSE))
            worker.kill(begun)
            worker.tell("now")
            _assert_nothing_is_there(json.loads(worker.stored()))
        worker.kill(worker.begun())  # the last that would never come to the last row
        worker.tell("done")
        found = json.loads(worker.stored())
    print(f"FAULT_SEED={seed}: {KILLS} kills, at last {found}")
    _assert_all_is_there_once(found)


def _assert_nothing_is_there(found: list[Any]) -> None:
    state, revision, *_job, new, places = found
    assert (state, revision, new, places) == ("confirming", None, [], 0), "half of it is there"


def _assert_all_is_there_once(found: list[Any]) -> None:
    state, revision, job, of_job, turn, new, places = found
    assert (state, job, of_job, turn) == ("done", "done", revision, KILLS + 2)
    assert (new, places) == ([revision] * ROWS, ROWS)


def test_half_of_it_or_twice_as_much_is_found_out() -> None:
    """The control."""
    _assert_nothing_is_there(["confirming", None, "running", None, 1, [], 0])
    _assert_all_is_there_once(["done", 7, "done", 7, KILLS + 2, [7] * ROWS, ROWS])
    for new, places in (([7], 0), ([], 1)):
        with pytest.raises(AssertionError):
            _assert_nothing_is_there(["confirming", None, "running", None, 1, new, places])
    for new, places in (([7] * 2 * ROWS, 2 * ROWS), ([7] * (ROWS - 1), ROWS), ([7, *[8] * (ROWS - 1)], ROWS)):
        with pytest.raises(AssertionError):
            _assert_all_is_there_once(["done", 7, "done", 7, KILLS + 2, new, places])
