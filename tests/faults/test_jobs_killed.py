"""Workers are killed with -9 in the middle of what they do: each job is done once, whole, in the revision that it names."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import pytest

from tests.length import so_many
from tests.portfolio.response_cache.register import own_database
from tests.serving import ROOT, ended, environment_of, prepare, run

from .conftest import living
from .job_worker import ROWS, WORK

KILLS = so_many(4, 10)

_ENQUEUE = """
import tests.faults.job_worker as workers
from projects.jobs import enqueue
for _number in range({jobs}):
    enqueue(workers.{kind})
"""
# no migration, which would wait for the workers and they for it
_STORED = """
import django, json, time
django.setup()
from projects.models import Job, Source
jobs, end = Job.objects.filter(kind="{kind}"), time.monotonic() + 60
while jobs.exclude(state="done").exists() and time.monotonic() < end:
    time.sleep(0.2)
rows = Source.history.filter(url__startswith="https://a.example/").values_list("url", "revision_id")
print(json.dumps([list(jobs.values_list("pk", "state", "revision_made", "turn")), list(rows)]))
"""


@pytest.fixture(scope="module")
def environment(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[dict[str, str]]:
    with own_database(tmp_path_factory.mktemp("jobs"), django_db_blocker, name="jobs") as database:
        environment = environment_of(database, LOG_LEVEL="CRITICAL")
        prepare("", environment)
        yield environment


@contextmanager
def workers(environment: dict[str, str], number: int = 2) -> Iterator[list[subprocess.Popen[str]]]:
    """Each with the process that begins another in the place of a killed one."""
    command = [sys.executable, "-m", "tests.faults.job_worker"]
    begun = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        for _each in range(number)
    ]
    try:
        yield begun
    finally:
        for each in begun:
            ended(each)


def killed(
    environment: dict[str, str], kind: str, chance: random.Random, kills: int
) -> tuple[list[Any], dict[int, list[int]]]:
    """What is stored when all is done: the jobs, and of each the revisions of its rows."""
    run(_ENQUEUE.format(kind=kind, jobs=2 * kills), environment)
    with workers(environment) as begun:
        for kill in range(kills):
            victim = begun[kill % len(begun)]
            assert victim.stdout is not None
            assert victim.stdout.readline() == "begun\n"
            time.sleep(chance.uniform(0, 2 * WORK))
            for child in living(psutil.Process(victim.pid).children()):
                child.kill()
        looks = [sys.executable, "-c", _STORED.format(kind=kind)]
        told = subprocess.run(looks, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    jobs, rows = json.loads(told.stdout)
    assert {state for _key, state, _revision, _turn in jobs} == {"done"}
    revisions: dict[int, list[int]] = {key: [] for key, *_more in jobs}
    for url, revision in rows:
        key = int(url.split("/")[3])
        if key in revisions:
            revisions[key].append(revision)
    return jobs, revisions


def test_what_a_killed_worker_was_at_is_done_once_and_whole(environment, seed) -> None:
    jobs, revisions = killed(environment, "fenced", random.Random(seed), KILLS)  # noqa: S311  to be had again
    turns = [turn for *_more, turn in jobs]
    print(f"FAULT_SEED={seed}: {KILLS} kills, {len(jobs)} jobs each taken up {turns} times")
    assert max(turns) > 1, "none was killed in the middle"
    for key, _state, revision, _turn in jobs:
        assert revisions[key] == [revision] * ROWS, key


def test_one_without_fencing_does_it_twice(environment, seed) -> None:
    """The control."""
    _jobs, revisions = killed(environment, "unfenced", random.Random(seed), KILLS // 2)  # noqa: S311
    assert max(map(len, revisions.values())) >= 2 * ROWS


def test_a_worker_ends_with_the_process_that_keeps_it_at_work(environment) -> None:
    run(_ENQUEUE.format(kind="fenced", jobs=1), environment)
    with workers(environment, number=1) as [keeper]:
        assert keeper.stdout is not None
        assert keeper.stdout.readline() == "begun\n"
        [worker] = psutil.Process(keeper.pid).children()
        keeper.kill()
        worker.wait(10)


def test_a_worker_whose_server_has_gone_while_it_was_loaded_ends(environment) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    command = [sys.executable, "manage.py", "jobs", "--work", "--verbosity", "0", "--beside", str(gone.pid)]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as worker:
        try:
            assert worker.wait(60) == 0
        finally:
            worker.kill()
