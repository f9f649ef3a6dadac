"""Workers that write, for tests that kill them: python -m tests.faults.job_worker

One says 'begun' when it has taken up a job. Leases are short, so that nobody waits long for what a killed one had.
"""

from __future__ import annotations

import datetime as dt
import time
import uuid

import django

django.setup()

from projects.jobs import Run, job, queue, running, supervising  # noqa: E402
from projects.jobs.worker import work  # noqa: E402
from projects.models import Source  # noqa: E402
from projects.versioning.revisions import writing  # noqa: E402

ROWS = 20
WORK = 0.15  # seconds before it stores
_AT_ONCE = (dt.timedelta(),) * 100


def _store(run: Run) -> None:
    for _row in range(ROWS):
        Source(url=f"https://a.example/{run.job.pk}/{uuid.uuid4()}").save()


@job("fenced", "fenced", pauses=_AT_ONCE)
def fenced(run: Run) -> None:
    """As jobs are to be written."""
    print("begun", flush=True)
    time.sleep(WORK)
    with writing() as draft, run.finishing(draft=draft):
        _store(run)


@job("unfenced", "unfenced", pauses=_AT_ONCE)
def unfenced(run: Run) -> None:
    """The control: it is stored some time before its end is."""
    with writing():
        _store(run)
    print("begun", flush=True)
    time.sleep(2 * WORK)


if __name__ == "__main__":
    queue.LEASE = running.LEASE = dt.timedelta(seconds=1)
    supervising._BEGUN_AGAIN_AFTER = 0
    supervising.keep_at_work(lambda ending: work(ending=ending, pause=0.1, say=lambda _line: None))
