"""What keeping the sums costs a write: python -m tests.bench.keeping [PROJECTS]

Fills an empty database (TEST_DATABASE_URL), then writes the same with the triggers of the sums and without them, by turns,
and prints the difference for each row of a project or report: the median over the turns, and the range of them. Every
write is taken back.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ALONE, MANY = 200, 1000  # writes of one row, rows of one statement
TURNS = 7  # with the triggers and without them


def main(projects: int = 10_000) -> int:
    """Print milliseconds a row."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from projects.database.rollups import cells, install
    from projects.database.triggers import drop

    from .product import Register

    call_command("migrate", verbosity=0)
    register = Register(projects)
    print(f"{connection.vendor}: {register.count:,} projects; what keeping the sums costs, in ms a row")
    writes = _writes()
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in writes}
    for _turn in range(TURNS):
        took = []
        for kept in (True, False):
            if kept:
                install("default")
            else:
                drop("default", cells.triggers(connection.vendor))
            took.append([(_median(alone, ALONE), _median(many, 1) / MANY) for alone, many in writes.values()])
        for name, kept_took, took_without in zip(found, *took, strict=True):
            found[name].append(tuple(a - b for a, b in zip(kept_took, took_without, strict=True)))
    for name, costs in found.items():
        alone, together = zip(*costs, strict=True)
        print(
            f"  {name:44} {statistics.median(alone):.3f} ({min(alone):.3f} to {max(alone):.3f}) alone"
            f"   {statistics.median(together):.3f} of {MANY:,} in a statement",
            flush=True,
        )
    return 0


def _writes() -> dict[str, tuple[Callable[[], None], Callable[[], None]]]:
    """By name the write of one row, and of many in one statement."""
    from django.db import models

    from projects.models import MonthlyReport, Project
    from sectors.models import ChainLink, Sector

    projects = list(
        models.QuerySet(Project)
        .filter(entries__isnull=False, claims__isnull=True)
        .order_by("code")
        .values_list("pk", flat=True)[:MANY]
    )
    reports = list(
        models.QuerySet(MonthlyReport)
        .filter(entry__project__in=projects, state="approved")
        .order_by("pk")
        .values_list("pk", flat=True)[:MANY]
    )
    sectors = list(Sector.objects.order_by("pk").values_list("pk", flat=True))
    next_sector = models.F("sector") % len(sectors) + min(sectors)
    its_link = ChainLink.objects.filter(sector=models.OuterRef("sector") % len(sectors) + min(sectors)).order_by("pk")

    def changing(model: type[models.Model], keys: list[int], **values: Any) -> tuple[Callable[[], None], ...]:
        turn = iter(range(10**9))

        def alone() -> None:
            models.QuerySet(model).filter(pk=keys[next(turn) % len(keys)]).update(**values)

        return alone, lambda: _wrote(models.QuerySet(model).filter(pk__in=keys).update(**values))

    draft = {"state": "draft", "submitted_at": None, "submitted_by": None, "handed_in_on": None}
    return {  # type: ignore[return-value]  pairs
        "an amount of a project": changing(Project, projects, expected_revenue=models.F("pk") + 10**9),
        "another sector, with half a year of reports": changing(
            Project, projects, sector=next_sector, chain_link=models.Subquery(its_link.values("pk")[:1])
        ),
        "an amount of a report": changing(MonthlyReport, reports, disbursed=models.F("disbursed") + 1),
        "a report no longer approved": changing(MonthlyReport, reports, **draft, approved_at=None, approved_by=None),
    }


def _wrote(rows: int) -> None:
    assert rows == MANY, rows


def _median(write: Callable[[], None], turns: int) -> float:
    """Milliseconds of a write that is taken back."""
    from django.db import transaction

    times = []
    for _turn in range(turns):
        with transaction.atomic():
            begun = time.perf_counter()
            write()
            times.append((time.perf_counter() - begun) * 1000)
            transaction.set_rollback(True)
    return statistics.median(times)


if __name__ == "__main__":
    if not os.environ.get("TEST_DATABASE_URL"):
        own = Path(tempfile.mkdtemp(prefix="portfolio-bench-")) / "bench.sqlite3"
        os.environ["TEST_DATABASE_URL"] = f"sqlite:///{own}"
    sys.exit(main(*map(int, sys.argv[1:])))
