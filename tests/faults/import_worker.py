"""A worker that writes an import slowly, for tests that kill it: python -m tests.faults.import_worker

It says "begun" in the middle of the import, when some of its rows are there and the rest is not. Leases are short. Those
that are to be killed never come to the last row, however long that takes. Told 'now' or 'done', it says what is stored
now or when the import is done.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
from dataclasses import replace
from typing import Any

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402

from projects.jobs import kinds, queue, running  # noqa: E402
from projects.models import Entry, Import, Job, Project, batch, inserting  # noqa: E402
from projects.workbook_imports import confirm  # noqa: E402
from tests.length import LONG, so_many  # noqa: E402

from .keepers import kept_at_work  # noqa: E402

ROWS = 20
KILLS = so_many(2, 10)
PAUSE = 0.1 if LONG else 0.03  # seconds after each row
KIND = "confirm-import"
_NEVER = 600
_LONGEST = 60  # seconds
_whole = inserting.insert


def _slowly(records: Any, draft: Any) -> None:
    """In many small statements."""
    for start, record in enumerate(records):
        _whole([record], draft)
        if start == 1 and record._meta.model_name == "project":
            print("begun", os.getpid(), flush=True)
        is_last = record._meta.model_name == "entry" and start == len(records) - 1
        time.sleep(_NEVER if is_last and Job.objects.get(kind=KIND).turn <= KILLS + 1 else PAUSE)


def _confirmed() -> Import:
    from tests.projects.workbook_imports.sent import REGISTER, sent

    user = get_user_model().objects.create_superuser("root", password=None)
    rows = [[None, f"新项目{number}", 9, 8, "能源电子"] for number in range(ROWS)]
    return confirm(sent(user, [REGISTER, *rows]), user=user, reason="按名单更新")


def _stored() -> list[Any]:
    one = Import.objects.get()
    new = list(Project.history.filter(name_zh__startswith="新项目").values_list("revision_id", flat=True))
    places = Entry.objects.filter(project__name_zh__startswith="新项目").count()
    return [one.state, one.revision_made, one.job.state, one.job.revision_made, one.job.turn, new, places]


def _wait() -> None:
    end = time.monotonic() + _LONGEST
    while Import.objects.get().state == "confirming" and time.monotonic() < end:
        time.sleep(0.2)


if __name__ == "__main__":
    _confirmed()
    batch.insert = _slowly  # type: ignore[attr-defined]
    kinds.KINDS[KIND] = replace(kinds.KINDS[KIND], pauses=(dt.timedelta(),) * 100)
    queue.LEASE = running.LEASE = dt.timedelta(seconds=1)
    with kept_at_work([KIND], 1):
        for line in sys.stdin:
            if line == "done\n":
                _wait()
            print(json.dumps(_stored()), flush=True)
