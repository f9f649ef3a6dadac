"""Workers that write imports slowly, for tests that kill them: python -m tests.faults.import_worker

One says 'begun' in the middle of an import, when some of its rows are there and the rest is not. Leases are short.
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
from projects.models import batch, inserting  # noqa: E402

PAUSE = 0.1  # seconds after each few rows
_whole = inserting.insert


def _slowly(records: Any, draft: Any) -> None:
    """In many small statements."""
    for start, record in enumerate(records):
        _whole([record], draft)
        if start == 1 and record._meta.model_name == "project":
            print("begun", flush=True)
        time.sleep(PAUSE)


if __name__ == "__main__":
    batch.insert = _slowly  # type: ignore[attr-defined]
    kinds.KINDS["confirm-import"] = replace(kinds.KINDS["confirm-import"], pauses=(dt.timedelta(),) * 100)
    queue.LEASE = running.LEASE = dt.timedelta(seconds=1)
    supervising._BEGUN_AGAIN_AFTER = 0
    supervising.keep_at_work(lambda ending: work(ending=ending, pause=0.1, say=lambda _line: None))
