"""The worker that writes an import is killed with -9 in the middle: all of it is written once, or nothing."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from tests.portfolio.response_cache.register import own_database
from tests.serving import ROOT, ended, environment_of, prepare_register, run

from .conftest import living
from .import_worker import KILLS, PAUSE

ROWS = 20

_CONFIRMED = """
from django.contrib.auth import get_user_model
from projects.importing import confirm
from projects.models import Programme, Project
from tests.projects.importing.sent import REGISTER, sent
user = get_user_model().objects.create_superuser("root", password=None)
rows = [[None, f"新项目{{number}}", 9, 8, "能源电子"] for number in range({rows})]
confirm(sent(user, [REGISTER, *rows]), user=user, reason="按名单更新")
"""
_STORED = """
import django, json, time
django.setup()
from projects.models import Entry, Import, Project
end = time.monotonic() + 60
while {waits} and Import.objects.get().state == "confirming" and time.monotonic() < end:
    time.sleep(0.2)
one = Import.objects.get()
new = list(Project.history.filter(name_zh__startswith="新项目").values_list("revision_id", flat=True))
places = Entry.objects.filter(project__name_zh__startswith="新项目").count()
print(json.dumps([one.state, one.revision_made, one.job.state, one.job.revision_made, one.job.turn, new, places]))
"""


@pytest.fixture(scope="module")
def environment(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[dict[str, str]]:
    with own_database(tmp_path_factory.mktemp("imports"), django_db_blocker, name="imports") as database:
        environment = environment_of(database, LOG_LEVEL="CRITICAL")
        prepare_register("", environment)
        yield environment


def stored(environment: dict[str, str], *, waits: bool) -> list[Any]:
    looks = [sys.executable, "-c", _STORED.format(waits=waits)]
    told = subprocess.run(looks, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(told.stdout)


def kill(keeper: subprocess.Popen[str], *, after: float = 0) -> None:
    """Kill the worker in the middle of what it is at."""
    assert keeper.stdout is not None
    assert keeper.stdout.readline() == "begun\n"
    time.sleep(after)
    for child in living(psutil.Process(keeper.pid).children()):
        child.kill()


def test_an_import_is_written_whole_and_once_whatever_is_killed(environment, seed) -> None:
    chance = random.Random(seed)  # noqa: S311  to be had again
    run(_CONFIRMED.format(rows=ROWS), environment)
    command = [sys.executable, "-m", "tests.faults.import_worker"]
    keeper = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        for _kill in range(KILLS):
            kill(keeper, after=chance.uniform(0, 0.25 * ROWS * PAUSE))
            _assert_nothing_is_there(stored(environment, waits=False))
        kill(keeper)  # the last that would never come to the last row
        found = stored(environment, waits=True)
    finally:
        ended(keeper)
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
