"""What loading a register costs: python -m tests.bench.loading [PROJECTS [OF_MEMORY]]

Writes a register of so many projects with six reports each as files, loads it into an empty database (TEST_DATABASE_URL),
then takes the same rows and rows of history and puts them into the emptied database by `bulk_create`, by turns. Prints both
and their ratio. Then a process of its own loads `OF_MEMORY` projects and prints how much more memory it took at its peak.
Ends in code 1 where the ratio is above `MOST` or the memory above `MOST_MEMORY`.
"""

from __future__ import annotations

import csv
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

MOST = 4  # times what inserting the same rows takes: about 3.5 since constraints are evaluated plainly
MOST_MEMORY = 512  # MiB more than before the load
MONTHS = 6
TURNS = 3
REGISTER_2023 = Path(__file__).parents[1] / "data" / "register_2023"
REFERENCE = ("sectors.csv", "chain_links.csv", "prefectures.csv")
_PEAK_ALONE = "--peak"


def write_register(directory: Path, projects: int) -> None:
    """Files of so many projects, half as many enterprises and six reports for each project, and the reference data.

    What they say became known on seven days: the list on that of its announcement, then the reports of each month.
    """
    for name in REFERENCE:
        shutil.copy(REGISTER_2023 / name, directory)
    with (directory / "chain_links.csv").open(encoding="utf-8", newline="") as file:
        links = [(line["sector"], line["code"]) for line in csv.DictReader(file)]
    with (directory / "prefectures.csv").open(encoding="utf-8", newline="") as file:
        prefectures = [line["adcode"] for line in csv.DictReader(file)]
    with (REGISTER_2023 / "projects_2023.csv").open(encoding="utf-8", newline="") as file:
        head = next(csv.reader(file))
    with (directory / "targets.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow([*("year", "metric", "kind", "relation", "value", "unit"), "source_url", "source_date", "note"])
        announced = [2023, "project_count", "announced", "exactly", projects, "projects"]
        lines.writerow([*announced, "https://example.org/announced", "2023-01-06", ""])
    codes = [f"LOAD-2023-{number:06}" for number in range(1, projects + 1)]
    with (directory / "projects_2023.csv").open("w", encoding="utf-8", newline="") as file:
        written = csv.DictWriter(file, head, restval="")
        written.writeheader()
        written.writerows(
            _project(number, code, *links[number % len(links)], prefectures[number % len(prefectures)])
            for number, code in enumerate(codes)
        )
    with (directory / "monthly_reports_2023.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["code", "month", "disbursed", "basis"])
        lines.writerows(
            [code, f"2023-{month:02}", 1_000_000 * month + number, "illustrative"]
            for number, code in enumerate(codes)
            for month in range(1, MONTHS + 1)
        )


def _project(number: int, code: str, sector: str, link: str, prefecture: str) -> dict[str, Any]:
    return {
        "code": code,
        "name_zh": f"示例项目{number}·新型显示器件产业化",
        "name_en": f"Illustrative project {number}: display devices",
        "enterprise_zh": f"某某电子科技有限公司{number // 2}",
        "prefecture": prefecture,
        "county": "高新区",
        "sector": sector,
        "chain_link": link,
        "kind": "plant",
        "total_investment": 10**9 + number * 1_000_003,
        "planned_disbursement_2023": 10**8 + number,
        "expected_revenue": "" if number % 5 == 0 else 10**9 + number,
        "transferred": ("true", "false", "")[number % 3],
        "source_province": "44" if number % 3 == 0 else "",
        "start": "2023-02",
        "finish": "2024-Q4" if number % 2 else "",
        "basis": "illustrative",
        "note": "not a real project",
    }


def load(directory: Path) -> float:
    """Seconds that it takes."""
    from projects.imports.loading import load_directory

    begun = time.perf_counter()
    result = load_directory(directory, year=None, dry_run=False)
    took = time.perf_counter() - begun
    assert not result.problems, result.problems[:5]
    return took


def tables() -> list[Any]:
    """The models that a load writes, those that are referred to first, each before its history; then what seals them."""
    from projects.models import (
        Enterprise,
        Entry,
        MonthlyReport,
        Prefecture,
        Programme,
        Project,
        Revision,
        Source,
        Target,
    )
    from projects.models.revision import Seal
    from sectors.models import ChainLink, Sector

    records = (Sector, ChainLink, Prefecture, Programme, Source, Target, Enterprise, Project, Entry, MonthlyReport)
    return [Revision, *(each for model in records for each in (model, model.history.model)), Seal]  # type: ignore[attr-defined]


def take_out() -> list[tuple[Any, list[Any]]]:
    """All rows of these tables; the database is empty afterwards."""
    from django.core.management import call_command
    from django.db import connection, models

    from projects.database import guards, state

    found = [(model, list(models.QuerySet(model))) for model in tables()]
    connection.check_constraints()  # PostgreSQL empties no table while it has still to look at keys
    state.remove(connection.alias)
    with guards.without_guards(connection.alias):
        call_command("flush", interactive=False, verbosity=0)
    state.install(connection.alias)
    return found


def insert(rows: list[tuple[Any, list[Any]]]) -> float:
    """Seconds that it takes to put the same rows in, without a look at them."""
    from django.db import models, transaction

    begun = time.perf_counter()
    with transaction.atomic():
        for model, own in rows:
            models.QuerySet(model).bulk_create(own, batch_size=1000)
    return time.perf_counter() - begun


def ratio(projects: int, turns: int) -> tuple[float, list[tuple[float, float]]]:
    """The least of the ratios, and the seconds of each turn: of loading and of inserting the same."""

    took = []
    with tempfile.TemporaryDirectory(prefix="portfolio-load-") as directory:
        write_register(Path(directory), projects)
        for _turn in range(turns):
            loading = load(Path(directory))
            rows = take_out()
            took.append((loading, insert(rows)))
            take_out()
    return min(loading / inserting for loading, inserting in took), took


def peak(directory: str) -> None:
    """Load, and print how many MiB more the process held at its peak than before, and the seconds."""
    _set_up()
    before = _mebibytes()
    took = load(Path(directory))
    print(f"{_mebibytes() - before:.0f} {took:.1f}")


def _mebibytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import models

    from projects.models import Project

    call_command("migrate", verbosity=0)
    if models.QuerySet(Project).exists():
        sys.exit("The database is not empty: this fills one of its own.")


def main(projects: int = 10_000, of_memory: int = 100_000) -> int:
    """Print seconds, ratio and memory; the code that the process ends with."""
    _set_up()
    from django.db import connection

    best, took = ratio(projects, TURNS)
    for loading, inserting in took:
        print(
            f"{connection.vendor}: {projects:,} projects with {projects * MONTHS:,} reports are loaded in {loading:.1f} s,"
            f" inserted in {inserting:.1f} s: {loading / inserting:.2f} times",
            flush=True,
        )
    more = _peak_alone(of_memory) if of_memory else 0
    return int(best > MOST or more > MOST_MEMORY)


def _peak_alone(projects: int) -> float:
    """MiB, in a process of its own: this one has held more than a load may."""
    with tempfile.TemporaryDirectory(prefix="portfolio-load-") as directory:
        write_register(Path(directory), projects)
        alone = [sys.executable, "-m", "tests.bench.loading", _PEAK_ALONE, directory]
        found = subprocess.run(alone, check=True, stdout=subprocess.PIPE, text=True)
    more, seconds = map(float, found.stdout.split())
    print(f"  {projects:,} projects with {projects * MONTHS:,} reports: {more:.0f} MiB more, in {seconds:.0f} s")
    return more


if __name__ == "__main__":
    if not os.environ.get("TEST_DATABASE_URL"):
        own = Path(tempfile.mkdtemp(prefix="portfolio-bench-")) / "bench.sqlite3"
        os.environ["TEST_DATABASE_URL"] = f"sqlite:///{own}"
    if sys.argv[1:2] == [_PEAK_ALONE]:
        sys.exit(peak(sys.argv[2]))
    sys.exit(main(*map(int, sys.argv[1:])))
