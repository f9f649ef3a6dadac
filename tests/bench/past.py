"""A past page against the present one: python -m tests.bench.past [PROJECTS [VERSIONS]]

Fills an empty database (TEST_DATABASE_URL) with so many projects, each with so many versions, and asks the same
pages now and as of the revision in the middle, in turns, so that a busy machine slows both. Ends in code 1 where the
overview of the past takes more than `MOST` times the present one.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

MOST = 5
PAGES = ("/", "/projects/", "/sectors/", "/api/v1/totals/")
TURNS = 7


def main(projects: int = 10_000, versions: int = 10) -> int:
    """Print the best of `TURNS` in milliseconds and their ratio; the code that the process ends with."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from projects.models import Project, Revision

    from .versions import fill

    settings.PUBLIC_READ, settings.ALLOWED_HOSTS = True, ["*"]
    call_command("migrate", verbosity=0)
    if Project.objects.exists():
        sys.exit("The database is not empty: this fills one of its own.")
    fill(projects=projects, versions=versions)
    middle = Revision.objects.newest_number() - versions // 2
    print(f"{connection.vendor}: {Project.objects.count():,} projects with {versions} versions each")
    client, ratios = Client(), {}
    for page in PAGES:
        now = f"{page}?programme=2023"
        best = _best(client, now, f"{now}&as_of=r{middle}")
        ratios[page] = best[1] / best[0]
        print(f"{page:20} now {best[0] * 1000:8.1f} ms   then {best[1] * 1000:8.1f} ms   {ratios[page]:.2f} times")
    return int(ratios["/"] > MOST)


def _best(client: object, *addresses: str) -> list[float]:
    """The shortest time of each address in seconds, asked in turns."""
    times: list[list[float]] = [[] for _address in addresses]
    for turn in range(TURNS + 1):
        for taken, address in zip(times, addresses, strict=True):
            begun = time.perf_counter()
            answer = client.get(address)  # type: ignore[attr-defined]
            if answer.status_code != 200:
                sys.exit(f"{address} answers {answer.status_code}")
            if turn:  # the first is for warming up
                taken.append(time.perf_counter() - begun)
    return [min(taken) for taken in times]


if __name__ == "__main__":
    if not os.environ.get("TEST_DATABASE_URL"):
        own = Path(tempfile.mkdtemp(prefix="portfolio-bench-")) / "bench.sqlite3"
        os.environ["TEST_DATABASE_URL"] = f"sqlite:///{own}"
    sys.exit(main(*map(int, sys.argv[1:])))
