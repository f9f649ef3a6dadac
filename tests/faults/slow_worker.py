"""A worker that stops in the middle of its job, for a test that kills it there: python -m tests.faults.slow_worker KIND

It loads the product once. Each line of its input has it fork a worker: of 'stop' one that says 'begun' and its number in
the middle of the job and goes no further, of 'finish' one that does it whole. What is stored then is said as JSON.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connections  # noqa: E402

from projects.history.revisions import create_revision  # noqa: E402
from projects.jobs import Run, enqueue, job, queue, worker  # noqa: E402
from projects.jobs.worker import work  # noqa: E402
from projects.models import Entry, Import, Job, Project, Source  # noqa: E402
from projects.workbook_imports import confirm  # noqa: E402

ROWS = 20
URL = "https://a.example/"
_save_project = Project.save
_stops = threading.Event()


def _in_the_middle() -> None:
    if _stops.is_set():
        print("begun", os.getpid(), flush=True)
        time.sleep(600)


@job("rows", "rows")
def store_rows(run: Run) -> None:
    """As jobs are to be written: what it stores, it stores with its end."""
    with create_revision() as draft, run.finish(draft=draft):
        for number in range(ROWS):
            Source(url=f"{URL}{number}").save()
            if number == ROWS // 2:
                _in_the_middle()


def _save_slowly(project: Project, *args: Any, **kwargs: Any) -> None:
    _save_project(project, *args, **kwargs)
    if project.name_zh == f"新项目{ROWS // 2}":
        _in_the_middle()


def prepare_rows() -> Callable[[], tuple[Any, list[int]]]:
    enqueue(store_rows)
    return lambda: (
        Job.objects.get(kind="rows").revision_made,
        list(Source.history.filter(url__startswith=URL).values_list("revision_id", flat=True)),
    )


def prepare_import() -> Callable[[], tuple[Any, list[int]]]:
    from tests.projects.workbook_imports.sent import REGISTER, sent

    user = get_user_model().objects.create_superuser("root", password=None)
    rows = [[None, f"新项目{number}", 9, 8, "能源电子"] for number in range(ROWS)]
    confirm(sent(user, [REGISTER, *rows]), user=user, reason="按名单更新")
    Project.save = _save_slowly  # type: ignore[method-assign]
    new = {"name_zh__startswith": "新项目"}
    return lambda: (
        Import.objects.get().revision_made,
        list(Project.history.filter(**new).values_list("revision_id", flat=True))
        if Entry.objects.filter(project__name_zh__startswith="新项目").count() in (0, ROWS)
        else [-1],
    )


if __name__ == "__main__":
    get_stored = prepare_import() if sys.argv[1] == "confirm-import" else prepare_rows()
    queue.KINDS[sys.argv[1]] = replace(queue.KINDS[sys.argv[1]], pauses=(dt.timedelta(),) * 100)
    queue.LEASE = worker.LEASE = dt.timedelta(seconds=1)
    for line in sys.stdin:
        connections.close_all()
        if child := os.fork():
            os.waitpid(child, 0)
            time.sleep(1.1)  # until its lease has run out
            print(json.dumps(get_stored()), flush=True)
            continue
        if line == "stop\n":
            _stops.set()
        work([sys.argv[1]], ending=threading.Event(), once=True, say=lambda _line: None)
        os._exit(0)
