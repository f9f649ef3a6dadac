"""Compares the product with a textbook's API and Datasette on the same rows: python -m tests.bench PROJECTS

Fills an empty database (TEST_DATABASE_URL), serves it by each of them on one core, and asks each the same by turns:
addresses that nobody has asked before, then the last one again and again. Prints the milliseconds of processor time, of the
server and of PostgreSQL, that a response takes. Only their ratios can be compared with those of another machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil

from tests.serving import ended, environment_of, free_port, wait_for

NEW, REPEATED, TURNS, WARMING = 18, 60, 3, 2  # requests of a kind
SECTOR = "new-display"
READY = {"product": "/healthz", "textbook": "/projects/", "datasette": "/-/versions.json"}
SUMS_OF_DATASETTE = (
    "select s.code, count(*), sum(p.total_investment), sum(p.expected_revenue) from projects_project p"
    " join sectors_sector s on s.id = p.sector_id where p.total_investment >= {} group by s.id"
).replace(" ", "+")
FIGURES = (
    "project_count,total_investment,planned_disbursement,expected_revenue,transferred_count,"
    "enterprises_attracted,disbursed"
)
# by kind of response and server: an address whose number or record is another each time
ADDRESSES = {
    "list page of 50": {
        "product": "/api/v1/projects/?page_size=50&total_investment_min={}",
        "textbook": "/projects/?n={}",
        "datasette": "/{database}/projects_project.json?total_investment__gte={}&_shape=objects&_sort=code&_nofacet=1",
    },
    "list page of a sector": {
        "product": f"/api/v1/projects/?sector={SECTOR}&page_size=50&total_investment_min={{}}",
        "textbook": f"/projects/?sector__code={SECTOR}&n={{}}",
    },
    "one record": {
        "product": "/api/v1/projects/{code}/",
        "textbook": "/projects/{key}/",
        "datasette": "/{database}/projects_project/{key}.json?_shape=objects",
    },
    "totals by sector": {
        "product": f"/api/v1/totals/?programme=2023&by=sector&fields={FIGURES}&total_investment_min={{}}",
        "textbook": "/projects/totals/?programme=2023&n={}",
        "datasette": f"/{{database}}.json?sql={SUMS_OF_DATASETTE}&_shape=objects",
    },
    "list page of a past revision": {"product": "/api/v1/projects/?page_size=50&as_of=r{past}&total_investment_min={}"},
    "page: overview": {"product": "/?total_investment_min={}"},
    "page: project list": {"product": "/projects/?total_investment_min={}"},
    "page: one project": {"product": "/projects/{code}/"},
    "page: attention": {"product": "/attention/?total_investment_min={}"},
}


class Server:
    """One that is asked, and what it and the database have spent."""

    def __init__(self, port: int, process: psutil.Process, database: Sequence[psutil.Process]) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=120)
        self._processes = [process, *database]

    def get(self, path: str) -> bytes:
        self._connection.request("GET", path)
        response = self._connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise SystemExit(f"{path} answers {response.status}: {body[:300]!r}")
        return body

    def spent(self) -> float:
        """Return the seconds of processor time of all its processes so far."""
        processes = [each for first in self._processes for each in (first, *first.children(recursive=True))]
        return sum(times.user + times.system for times in (each.cpu_times() for each in processes))

    def measure(self, paths: Sequence[str]) -> float:
        """Return the seconds of processor time that these take."""
        before = self.spent()
        for path in paths:
            self.get(path)
        return self.spent() - before


@contextmanager
def running(
    name: str, command: list[str], environment: Mapping[str, str], database: Sequence[psutil.Process]
) -> Iterator[Server]:
    """Serve by the command on a free port and one core."""
    port = free_port()
    process = subprocess.Popen([*command, "--port", str(port)], env=environment, stdout=subprocess.DEVNULL)
    try:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(process.pid, {min(os.sched_getaffinity(0))})
        wait_for(f"http://127.0.0.1:{port}{READY[name]}")
        yield Server(port, psutil.Process(process.pid), database)
    finally:
        ended(process)


def get_commands(url: str) -> dict[str, list[str]]:
    """Return the command of each server: the product as `make run` serves it, the textbook by the same web server."""
    textbook = "import sys, waitress, tests.bench.textbook as t; waitress.serve(t.application, port=int(sys.argv[-1]))"
    commands = {
        "product": [sys.executable, "-m", "portfolio.server"],
        "textbook": [sys.executable, "-c", textbook],
    }
    if url.startswith("sqlite"):
        datasette = str(Path(sys.executable).parent / "datasette")
        commands["datasette"] = [
            datasette,
            "serve",
            url.removeprefix("sqlite:///"),
            "--setting",
            "default_page_size",
            "50",
        ]
    return commands


def fill_register(count: int) -> dict[str, Any]:
    """Fill the database with so many projects; return what addresses name."""
    from django.core.management import call_command
    from django.db import connection, models

    from projects.models import Project, Revision
    from tests.many_projects import fill
    from tests.people import FIXTURES

    call_command("migrate", verbosity=0)
    if count > 42:
        fill(projects=count - 42, versions=2)
    else:
        call_command("loaddata", *FIXTURES, verbosity=0)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    projects = models.QuerySet(Project).order_by("code")
    return {
        "records": list(projects.values_list("code", "pk")[: NEW * 4]),
        "past": max(1, Revision.objects.newest_number() - 1),
        "count": projects.count(),
        "database": Path(str(connection.settings_dict["NAME"])).stem,
    }


def get_database_processes() -> list[psutil.Process]:
    """Return the server of PostgreSQL, which starts a process for each connection; none for SQLite."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return [psutil.Process(cursor.fetchone()[0]).parent()]


def measure_kind(
    servers: Mapping[str, Server], addresses: Mapping[str, str], register: Mapping[str, Any]
) -> dict[str, tuple[float, float]]:
    """Return the milliseconds of a response that is new and of one that is repeated, by server.

    They are asked by turns, so that a minute in which the machine is slow weighs on all of them alike.
    """
    number, found = int(time.time()) % 10_000 * 1000, {name: [0.0, 0.0] for name in addresses if name in servers}
    for turn in range(TURNS + 1):
        for name, milliseconds in found.items():
            paths = []
            for _request in range(NEW // TURNS if turn else WARMING):
                number += 1
                code, key = register["records"][number % len(register["records"])]
                paths.append(addresses[name].format(number, code=code, key=key, **register))
            new = servers[name].measure(paths)
            repeated = servers[name].measure(paths[-1:] * (REPEATED // TURNS if turn else 1))
            if turn:
                milliseconds[0] += 1000 * new / NEW
                milliseconds[1] += 1000 * repeated / REPEATED
    return {name: (new, repeated) for name, (new, repeated) in found.items()}


def main(projects: int) -> None:
    """Print a table: a line for each kind of response."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    url = os.environ["TEST_DATABASE_URL"]
    register = fill_register(projects)
    database = get_database_processes()
    environment = environment_of(
        url, PUBLIC_READ="true", THROTTLE_TOKEN="0", THROTTLE_ADDRESS="0", KEPT_ANSWERS_MB="64"
    )
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, env=environment, check=True)
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(running(name, command, environment, database))
            for name, command in get_commands(url).items()
        }
        counts = {
            json.loads(servers["product"].get("/api/v1/projects/"))["count"],
            json.loads(servers["textbook"].get("/projects/"))["count"],
        }
        assert counts == {register["count"]}, "both show every project"
        print(f"\n{url.partition(':')[0]}, {register['count']:,} projects; ms of processor time: new / repeated")
        for kind, addresses in ADDRESSES.items():
            found = measure_kind(servers, addresses, register)
            cells = [f"{name} {new:7.1f} /{repeated:6.2f}" for name, (new, repeated) in found.items()]
            if "textbook" in found:
                cells.append(f"times the textbook {found['product'][0] / found['textbook'][0]:.2f}")
            print(f"  {kind:30} {'   '.join(cells)}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
