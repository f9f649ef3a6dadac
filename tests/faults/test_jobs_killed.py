"""Workers are killed with -9 in the middle of what they do: each job is done once, whole, in the revision that it names."""

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

from tests.length import so_many
from tests.own_database import own_database
from tests.serving import ROOT, environment_of, prepare

from .job_worker import ROWS, WORK
from .keepers import Loaded, loaded

KILLS = so_many(4, 10)


@pytest.fixture(scope="module")
def environment(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[dict[str, str]]:
    with own_database(tmp_path_factory.mktemp("jobs"), django_db_blocker, name="jobs") as database:
        environment = environment_of(database, LOG_LEVEL="CRITICAL")
        prepare("", environment)
        yield environment


@pytest.fixture(scope="module")
def workers(environment: dict[str, str]) -> Iterator[Loaded]:
    with loaded("tests.faults.job_worker", environment) as workers:
        yield workers


def killed(workers: Loaded, kind: str, chance: random.Random, kills: int) -> tuple[list[Any], dict[int, list[int]]]:
    """What is stored when all is done: the jobs, and of each the revisions of its rows."""
    workers.tell(f"{kind} {2 * kills} 2")
    for _kill in range(kills):
        victim = workers.begun()
        time.sleep(chance.uniform(0, 2 * WORK))
        workers.kill(victim)
    jobs, rows = json.loads(workers.stored())
    assert {state for _key, state, _revision, _turn in jobs} == {"done"}
    revisions: dict[int, list[int]] = {key: [] for key, *_more in jobs}
    for key, revision in rows:
        if key in revisions:
            revisions[key].append(revision)
    return jobs, revisions


def test_what_a_killed_worker_was_at_is_done_once_and_whole(workers, seed) -> None:
    jobs, revisions = killed(workers, "fenced", random.Random(seed), KILLS)  # noqa: S311  to be had again
    turns = [turn for *_more, turn in jobs]
    print(f"FAULT_SEED={seed}: {KILLS} kills, {len(jobs)} jobs each taken up {turns} times")
    assert len(jobs) == 2 * KILLS
    assert max(turns) > 1, "none was killed in the middle"
    for key, _state, revision, _turn in jobs:
        assert revisions[key] == [revision] * ROWS, key


def test_one_without_fencing_does_it_twice(workers, seed) -> None:
    """The control."""
    _jobs, revisions = killed(workers, "unfenced", random.Random(seed), KILLS // 2)  # noqa: S311
    assert max(map(len, revisions.values())) >= 2 * ROWS


def test_a_worker_ends_with_the_process_that_keeps_it_at_work(workers) -> None:
    workers.tell("fenced 1 1")
    worker = psutil.Process(workers.begun())
    keeper = worker.parent()
    assert keeper is not None
    keeper.kill()
    worker.wait(10)
    assert workers.stored()


def test_a_worker_whose_server_has_gone_while_it_was_loaded_ends(environment) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    command = [sys.executable, "manage.py", "jobs", "--work", "--verbosity", "0", "--beside", str(gone.pid)]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as worker:
        try:
            assert worker.wait(60) == 0
        finally:
            worker.kill()
