"""Workers that write, for tests that kill them: python -m tests.faults.job_worker

Each line says of which kind jobs are to be done, how many, and by how many workers; what is stored of them is said when
all are done, or nobody is left to do them. Leases are short, so that nobody waits long for what a killed one had.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
import uuid
from typing import Any

import django

django.setup()

from projects.jobs import Run, enqueue, job, queue, running  # noqa: E402
from projects.jobs.kinds import KINDS  # noqa: E402
from projects.models import Job, Source  # noqa: E402
from projects.versioning.revisions import writing  # noqa: E402

from .keepers import kept_at_work  # noqa: E402

ROWS = 20
WORK = 0.15  # seconds before it stores
_URL = "https://a.example/"
_AT_ONCE = (dt.timedelta(),) * 100
_LONGEST = 60  # seconds


def _store(run: Run) -> None:
    for _row in range(ROWS):
        Source(url=f"{_URL}{run.job.pk}/{uuid.uuid4()}").save()


@job("fenced", "fenced", pauses=_AT_ONCE)
def fenced(run: Run) -> None:
    """As jobs are to be written."""
    print("begun", os.getpid(), flush=True)
    time.sleep(WORK)
    with writing() as draft, run.finishing(draft=draft):
        _store(run)


@job("unfenced", "unfenced", pauses=_AT_ONCE)
def unfenced(run: Run) -> None:
    """The control: it is stored some time before its end is."""
    with writing():
        _store(run)
    print("begun", os.getpid(), flush=True)
    time.sleep(2 * WORK)


def _stored(kind: str, number: int, workers: int) -> list[Any]:
    """The jobs when all is done, and of each row that they left its job and revision."""
    keys = [enqueue(KINDS[kind]).pk for _each in range(number)]
    jobs = Job.objects.filter(pk__in=keys)
    with kept_at_work([kind], workers) as is_kept:
        end = time.monotonic() + _LONGEST
        while is_kept() and jobs.exclude(state="done").exists() and time.monotonic() < end:
            time.sleep(0.2)
        rows = Source.history.filter(url__startswith=_URL).values_list("url", "revision_id")
        made = [(int(url.removeprefix(_URL).partition("/")[0]), revision) for url, revision in rows]
        return [list(jobs.values_list("pk", "state", "revision_made", "turn")), made]


if __name__ == "__main__":
    queue.LEASE = running.LEASE = dt.timedelta(seconds=1)
    for line in sys.stdin:
        kind, number, workers = line.split()
        print(json.dumps(_stored(kind, int(number), int(workers))), flush=True)
