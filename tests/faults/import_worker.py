"""Workers that write imports slowly, for tests that kill them: python -m tests.faults.import_worker

One says "begun" in the middle of an import, when some of its rows are there and the rest is not. Leases are short. Those
that are to be killed never come to the last row, however long that takes.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from typing import Any

import django

django.setup()

from projects.jobs import kinds, queue, running, supervising  # noqa: E402
from projects.jobs.worker import work  # noqa: E402
from projects.models import Job, batch, inserting  # noqa: E402
from tests.length import LONG, so_many  # noqa: E402

KILLS = so_many(2, 10)
PAUSE = 0.1 if LONG else 0.03  # seconds after each row
_NEVER = 600
_whole = inserting.insert


def _slowly(records: Any, draft: Any) -> None:
    """In many small statements."""
    for start, record in enumerate(records):
        _whole([record], draft)
        if start == 1 and record._meta.model_name == "project":
            print("begun", flush=True)
        is_last = record._meta.model_name == "entry" and start == len(records) - 1
        time.sleep(_NEVER if is_last and Job.objects.get(kind="confirm-import").turn <= KILLS + 1 else PAUSE)


if __name__ == "__main__":
    batch.insert = _slowly  # type: ignore[attr-defined]
    kinds.KINDS["confirm-import"] = replace(kinds.KINDS["confirm-import"], pauses=(dt.timedelta(),) * 100)
    queue.LEASE = running.LEASE = dt.timedelta(seconds=1)
    supervising._BEGUN_AGAIN_AFTER = 0
    supervising.keep_at_work(lambda ending: work(ending=ending, pause=0.1, say=lambda _line: None))
