"""What an answer costs that another machine has made: python -m tests.bench.machines PROJECTS

Two servers on one database (TEST_DATABASE_URL, empty) and one Redis are asked the same by many readers, each thing in turn
at the first, which makes it, at the second, which has it from Redis, and at the second again, which has it in memory. Then
what counting a request costs, with Redis and without. Prints milliseconds, and requests for each second of CPU of the
server and the database; Redis' own CPU stands beside.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

from tests.redis_server import RedisServer

from .load import Connection, Measure, cpu_of
from .servers import LOAD_CORE, as_served, running, stay_on
from .serving import SECTOR, _postgres_processes
from .works import FIGURES

READERS = 600
WORKS = {
    "list page of 50": f"/api/v1/projects/?sector={SECTOR}&page_size=50",
    "one record": "/api/v1/projects/{code}/",
    "totals by sector": f"/api/v1/totals/?programme=2023&by=sector&fields={FIGURES}",
}


class Machine:
    """A machine's server of the product and a connection to it."""

    def __init__(self, stack: ExitStack, environment: dict[str, str], besides: list[psutil.Process]) -> None:
        server = stack.enter_context(running("product", as_served(), environment))
        self.connection, self.processes = Connection(server.port), [server.process, *besides]

    def asked(self, path: str, readers: list[dict[str, str]]) -> Measure:
        """The same of each reader once."""
        before, times = cpu_of(self.processes), []
        for headers in readers:
            answer = self.connection.ask(path, headers)
            if answer.status != 200:
                raise AssertionError(f"{path} answers {answer.status}")
            times.append(answer.whole)
        return Measure(len(times), cpu_of(self.processes) - before, times)


def told(work: str, way: str, measure: Measure, more: str = "") -> None:
    print(
        f"  {work:18} {way:12} p50 {measure.p50:8.2f} ms   p99 {measure.p99:8.2f} ms"
        f"   {measure.rate:8,.0f} a CPU-second{more}",
        flush=True,
    )


def environment_of(url: str, **more: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "portfolio.settings",  # those of tests know no Redis
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": url,
        "HTTPS": "false",
        "PUBLIC_READ": "false",
        "SECRET_KEY": "only for measuring, and long enough for the settings to take it",
        "LOG_LEVEL": "WARNING",
        "THROTTLE_TOKEN": "0",
        "THROTTLE_ADDRESS": "0",
        **more,
    }


def answers(register: Any, url: str, server: RedisServer, readers: list[dict[str, str]]) -> None:
    """Made anew, from Redis, from memory."""
    redis = psutil.Process(server.process.pid)  # type: ignore[union-attr]
    with ExitStack() as stack:
        besides = _postgres_processes()
        one, other = (Machine(stack, environment_of(url, CACHE_URL=server.url), besides) for _each in range(2))
        for each in (one, other):
            each.asked("/api/v1/sectors/", readers)  # the first use of each token is noted
        for work, address in WORKS.items():
            path = address.format(code=register.code)
            told(work, "made anew", one.asked(path, readers))
            before = cpu_of([redis])
            measure = other.asked(path, readers)
            told(
                work,
                "from Redis",
                measure,
                f"   Redis itself {(cpu_of([redis]) - before) * 1000 / len(readers):.2f} ms",
            )
            told(work, "from memory", other.asked(path, readers))


def counting(register: Any, url: str, server: RedisServer, readers: list[dict[str, str]]) -> None:
    """A cached response with limits off, counted by the machine, and counted by Redis."""
    path = WORKS["one record"].format(code=register.code)
    limits = {"THROTTLE_TOKEN": "1000000", "THROTTLE_ADDRESS": "1000000"}
    for way, more in (("no limits", {}), ("own count", limits), ("in Redis", limits | {"CACHE_URL": server.url})):
        with ExitStack() as stack:
            asked = Machine(stack, environment_of(url, **more), _postgres_processes())
            asked.asked(path, readers)
            told("kept record", way, asked.asked(path, readers * 5))


def main(projects: int = 10_000) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from .product import Register, token

    call_command("migrate", verbosity=0)
    register = Register(projects)
    stay_on(LOAD_CORE)
    url = os.environ["TEST_DATABASE_URL"]
    readers = [{"Authorization": f"Token {token()}"} for _each in range(READERS)]
    print(f"{connection.vendor}: {register.count:,} projects, {len(readers)} readers")
    server = RedisServer()
    try:
        answers(register, url, server, readers)
        counting(register, url, server, readers)
    finally:
        server.remove()
    return 0


if __name__ == "__main__":
    if not os.environ.get("TEST_DATABASE_URL"):
        own = Path(tempfile.mkdtemp(prefix="portfolio-bench-")) / "bench.sqlite3"
        os.environ["TEST_DATABASE_URL"] = f"sqlite:///{own}"
    sys.exit(main(*map(int, sys.argv[1:])))
