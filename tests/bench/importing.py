"""What importing a workbook costs: python -m tests.bench.importing [ROWS]

Sends a workbook of so many new projects for the list of 2023, has it checked and written as a worker does, and then one that
changes each of them. Checking is held against what python-calamine needs to read the file and the database to fetch the
projects, writing against putting the new rows and their rows of history in by `bulk_create`, taking back against writing.
Then a process of its own says how much more memory it took at its peak. Ends in code 1 where one is above its bound.
"""

from __future__ import annotations

import gc
import io
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

MOST = 3  # times what it is held against
MOST_UNDOING = 1.5  # times what writing took
BESIDE = 5  # seconds that checking may take besides
MOST_MEMORY = 256  # MiB
REGISTER_2023 = Path(__file__).parents[1] / "data" / "register_2023"
HEADS = ("项目编号", "项目名称", "总投资（万元）", "2023年度计划投资（万元）", "所属行业", "备注")
_PEAK_ALONE = "--peak"


class _TakenBack(Exception):  # noqa: N818  no error
    pass


def workbook(rows: int, codes: Sequence[str] = ()) -> bytes:
    """New projects; with their codes the same with other amounts."""
    from tests.projects.imports.workbooks.made import xlsx

    of_rows: Sequence[str | None] = codes or [None] * rows
    more = int(bool(codes))
    lines = (
        [code, f"批量导入项目{n}", 10_000 + n + more, 100 + more, "能源电子", ""] for n, code in enumerate(of_rows)
    )
    return xlsx([HEADS, *lines])


def seconds_of(work: Callable[[], Any]) -> float:
    begun = clock()()
    work()
    return clock()() - begun


def clock() -> Callable[[], float]:
    """Seconds of a processor, of this process and of the one of the database that serves it; as they pass where that is
    elsewhere.
    """
    from django.db import connection

    if connection.vendor == "sqlite":
        return time.process_time
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        serving = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not serving.exists():
        return time.perf_counter
    return lambda: time.process_time() + sum(map(int, serving.read_text().split()[13:15])) / os.sysconf("SC_CLK_TCK")


def sent(user: Any, content: bytes) -> Any:
    from projects.models import Programme
    from projects.workbook_imports import begin

    programme = Programme.objects.get(year=2023)
    return begin(user, kind="register", programme=programme, month=None, name="名单.xlsx", content=content)


def work() -> None:
    """What a worker does of imports."""
    from projects.jobs.worker import work

    work(("check-import", "confirm-import", "undo-import"), ending=threading.Event(), once=True)


def read(content: bytes) -> None:
    """What checking is held against."""
    from python_calamine import CalamineWorkbook

    from projects.models import Entry, Project

    CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    projects, entries = Project.objects.with_references(), Entry.objects.prefetch_related("plans")
    assert len(projects) >= len(entries)


def written(imported: Any, *, to_stay: bool = False) -> tuple[float, float]:
    """Seconds that writing an import takes that is checked, and putting the same rows in."""
    from django.db import connection, transaction

    from projects.workbook_imports import confirm

    def write() -> None:
        work()
        connection.check_constraints()

    imported.refresh_from_db()
    with suppress(_TakenBack), transaction.atomic():
        confirm(imported, user=imported.user, reason="按名单更新")
        took = seconds_of(write)
        imported.refresh_from_db()
        assert imported.state == "done", imported.words
        rows = _rows_of(imported.revision_made)
        raise _TakenBack
    inserted = _inserted(rows)
    if to_stay:
        confirm(imported, user=imported.user, reason="按名单更新")
        work()
    return took, inserted


def taken_back(imported: Any) -> float:
    """Seconds that undoing an import takes."""
    from projects.workbook_imports import undo

    imported.refresh_from_db()
    undo(imported, user=imported.user, reason="发错了文件")
    took = seconds_of(work)
    imported.refresh_from_db()
    assert imported.state == "undone", imported.words
    return took


def _rows_of(revision: int) -> list[tuple[Any, list[Any]]]:
    """What a revision wrote, model by model: records that are new, rows of history, and what seals them."""
    from django.db import models

    from projects.models import Enterprise, Entry, MonthlyReport, Project, Revision
    from projects.models.revision import Seal

    found: list[tuple[Any, list[Any]]] = [(Revision, list(Revision.objects.filter(number=revision)))]
    for model in (Enterprise, Project, Entry, MonthlyReport):
        history: Any = model.history.model
        rows = history._base_manager.filter(revision=revision)
        new: models.QuerySet[Any] = models.QuerySet(model).filter(pk__in=rows.filter(history_type="+").values("id"))
        found += [(model, list(new)), (history, list(rows))]
    return [*found, (Seal, list(Seal.objects.filter(revision=revision)))]


def _inserted(rows: list[tuple[Any, list[Any]]]) -> float:
    from django.db import connection, models, transaction

    def insert() -> None:
        for model, own in rows:
            models.QuerySet(model).bulk_create(own, batch_size=1000)
        connection.check_constraints()

    took = 0.0
    with suppress(_TakenBack), transaction.atomic():
        took = seconds_of(insert)
        raise _TakenBack
    return took


def user_of_a_register() -> Any:
    """Who may import, of a database that gets the list of 2023."""
    from tests.bench.loading import _set_up, load

    _set_up()
    load(REGISTER_2023)
    from django.contrib.auth import get_user_model

    return get_user_model().objects.create_superuser("importer", password=None)


def main(rows: int = 10_000) -> int:
    """Print seconds, ratios and memory; the code that the process ends with."""
    user = user_of_a_register()
    from django.db import connection

    from projects.models import Project

    failed, inserted = False, 0.0
    content, sent_ones = workbook(rows), []
    for kind in ("new", "changed"):
        imported = sent(user, content)
        checked, fetched = seconds_of(work), seconds_of(partial(read, content))
        wrote, of_history = written(imported, to_stay=True)
        inserted = inserted or of_history
        print(
            f"{connection.vendor}: {rows:,} {kind} rows are checked in {checked:.1f} s, read in {fetched:.1f} s; written in"
            f" {wrote:.1f} s, inserted in {inserted:.1f} s: {wrote / inserted:.2f} times",
            flush=True,
        )
        sent_ones.append((kind, imported, wrote))
        failed = failed or checked > MOST * fetched + BESIDE or wrote > MOST * inserted
        named = Project.objects.filter(name_zh__startswith="批量导入项目").order_by("pk")
        content = workbook(rows, list(named.values_list("code", flat=True)))
    for kind, imported, wrote in reversed(sent_ones):
        took = taken_back(imported)
        print(f"  {rows:,} {kind} rows are taken back in {took:.1f} s: {took / wrote:.2f} times", flush=True)
        failed = failed or took > MOST_UNDOING * wrote
    told = _peak_alone(rows)
    print(f"  {told:.0f} MiB more at the peak of checking and writing")
    return int(failed or told > MOST_MEMORY)


def _peak_alone(rows: int) -> float:
    """MiB, of a process of its own with a database of its own: this one has held more than a worker may."""
    from django.db import connection

    alone = [sys.executable, "-m", "tests.bench.importing", _PEAK_ALONE, str(rows)]
    with tempfile.TemporaryDirectory(prefix="portfolio-bench-") as directory:
        url = f"sqlite:///{directory}/peak.sqlite3"
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("CREATE DATABASE peak")
            url = urlunsplit(urlsplit(os.environ["TEST_DATABASE_URL"])._replace(path="/peak"))
        environment = os.environ | {"TEST_DATABASE_URL": url}
        return float(subprocess.run(alone, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout)


def peak(rows: int) -> None:
    """Check and write, and print how many MiB more the process held at its peak than before."""
    from projects.workbook_imports import confirm

    user = user_of_a_register()
    imported = sent(user, workbook(rows))
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak of what was made until now
    before = _peak()
    work()
    imported.refresh_from_db()
    confirm(imported, user=user, reason="按名单更新")
    work()
    print(f"{_peak() - before:.0f}")


def _peak() -> float:
    """MiB that this process held at most."""
    [line] = [each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    if not os.environ.get("TEST_DATABASE_URL"):
        own = Path(tempfile.mkdtemp(prefix="portfolio-bench-")) / "bench.sqlite3"
        os.environ["TEST_DATABASE_URL"] = f"sqlite:///{own}"
    if sys.argv[1:2] == [_PEAK_ALONE]:
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
        django.setup()
        sys.exit(peak(int(sys.argv[2])))
    sys.exit(main(*map(int, sys.argv[1:])))
