"""The product beside a textbook's API and Datasette on the same rows: python -m tests.bench.serving PROJECTS

Fills an empty database (TEST_DATABASE_URL), starts each server alone on one core and asks it the same things, with a token
and row permission on for the product. Every answer is compared with the database. Prints requests for each second of CPU (of
the server and of the database together), times, memory and ratios; only ratios can be compared with other machines.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

from tests.serving import free_port

from .load import Answer, Connection, Measure, cpu_of, measured, memory_of
from .servers import LOAD_CORE, datasette, granian, running, stay_on

SECTOR = "new-display"
HEADLINES = ("project_count", "total_investment", "planned_disbursement", "expected_revenue", "transferred_count")
FIGURES = ",".join((*HEADLINES, "enterprises_attracted", "disbursed"))
TEXTBOOK_MEMBERS = (
    "code,name_zh,name_en,kind,sector,chain_link,prefecture,county_zh,county_en,enterprise,total_investment,expected_revenue,"
    "transferred,source_province,start,finish,basis,source,note_zh,note_en"
)
SECONDS, CONNECTIONS, WRITES = 2.0, 8, 320
WARM = 20  # writes until the server has planned what it asks


class Bench:
    """Measures of several servers by kind of work."""

    def __init__(self, projects: int, database: str) -> None:
        self.projects, self.database = projects, database
        self.found: dict[tuple[str, str], Measure] = {}
        self.postgres = _postgres_processes()

    def ask(
        self,
        server: str,
        work: str,
        port: int,
        path: str,
        headers: dict[str, str],
        process: psutil.Process,
        **more: Any,
    ) -> None:
        """The rate over several connections, then the times over one."""
        processes = [process, *self.postgres]
        crowd = measured(port, path, headers, seconds=SECONDS, connections=CONNECTIONS, processes=processes, **more)
        alone = measured(port, path, headers, seconds=SECONDS, connections=1, processes=processes, **more)
        self._keep(server, work, Measure(crowd.requests, crowd.cpu, alone.times))

    def after_writes(
        self,
        server: str,
        work: str,
        port: int,
        path: str,
        headers: dict[str, str],
        process: psutil.Process,
        write: Callable[[int], Callable[[Answer], bool]],
    ) -> None:
        """Write, then ask at once; `write` returns how to see that the answer has it."""
        connection, times, cpu = Connection(port), [], 0.0
        processes = [process, *self.postgres]
        for number in range(WRITES):
            shows = write(number)
            before = cpu_of(processes)
            answer = connection.ask(path, headers)
            if number >= WARM:
                cpu += cpu_of(processes) - before
                times.append(answer.whole)
            if not shows(answer):
                raise AssertionError(f"{server}: the answer to {path} lacks what was written before it")
        self._keep(server, work, Measure(len(times), cpu, times))

    def _keep(self, server: str, work: str, measure: Measure) -> None:
        self.found[server, work] = measure
        print(
            f"  {server:10} {work:28} {measure.rate:9,.0f} a CPU-second   p50 {measure.p50:8.3f} ms"
            f"   p99 {measure.p99:8.3f} ms",
            flush=True,
        )

    def ratios(self) -> None:
        """How many times more the product answers than the others."""
        for work in dict.fromkeys(work for _server, work in self.found):
            own = self.found.get(("product", work))
            for other in ("textbook", "datasette"):
                theirs = self.found.get((other, work)) or self.found.get((other, work.partition(",")[0]))
                if own and theirs:
                    alone = theirs.p50 / own.p50
                    print(f"  {work:28} {own.rate / theirs.rate:7.1f} times {other} by CPU, {alone:7.1f} by p50")


def _postgres_processes() -> list[psutil.Process]:
    """The database's own server, which starts a process for each connection; none for SQLite."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [backend] = cursor.fetchone()
    return [psutil.Process(backend).parent()]


def main(projects: int = 10_000) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from .product import Register, token

    call_command("migrate", verbosity=0)
    register = Register(projects)
    url = os.environ["TEST_DATABASE_URL"]
    for each in _postgres_processes():
        for process in [each, *each.children(recursive=True)]:
            process.cpu_affinity([0])
    stay_on(LOAD_CORE)
    bench = Bench(projects, url)
    print(f"{connection.vendor}: {register.count:,} projects")
    environment = {
        "DJANGO_SETTINGS_MODULE": "portfolio.settings",
        "DATABASE_URL": url,
        "HTTPS": "false",
        "PUBLIC_READ": "false",
        "SECRET_KEY": settings.SECRET_KEY,  # the session that browsers bring is made here
        "LOG_LEVEL": "WARNING",
        "THROTTLE_TOKEN": "0",
        "THROTTLE_ADDRESS": "0",
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, env={**os.environ, **environment}, check=True)
    with ExitStack() as stack:
        port = free_port()
        process = stack.enter_context(running(granian("portfolio.wsgi:application", port), port, environment))
        _product(bench, register, port, {"Authorization": f"Token {token()}"}, process)
    with ExitStack() as stack:
        port = free_port()
        process = stack.enter_context(running(granian("tests.bench.textbook:application", port), port, environment))
        _textbook(bench, register, port, process)
    if connection.vendor == "sqlite":
        with ExitStack() as stack:
            port = free_port()
            file = url.removeprefix("sqlite:///")
            process = stack.enter_context(running(datasette(file, port), port, {}))
            _datasette(bench, register, port, process)
    bench.ratios()
    return 0


def _product(bench: Bench, register: Any, port: int, headers: dict[str, str], process: psutil.Process) -> None:
    listed = f"/api/v1/projects/?sector={SECTOR}&page_size=50"
    one = f"/api/v1/projects/{register.code}/"
    totals = f"/api/v1/totals/?programme=2023&by=sector&fields={FIGURES}"
    connection = Connection(port)
    answer = connection.ask(listed, headers)
    register.check_list(json.loads(answer.body)["count"], [each["code"] for each in json.loads(answer.body)["results"]])
    register.check_one(json.loads(connection.ask(one, headers).body))
    register.check_totals(json.loads(connection.ask(totals, headers).body))
    known = headers | {"If-None-Match": answer.headers["etag"]}
    for work, path, asked, status in (
        ("list", listed, headers, 200),
        ("list, 304", listed, known, 304),
        ("record", one, headers, 200),
        ("totals", totals, headers, 200),
    ):
        bench.ask("product", work, port, path, asked, process, status=status)
    bench.after_writes("product", "list, first after a write", port, listed, headers, process, register.write_listed)
    bench.after_writes("product", "totals, first after a write", port, totals, headers, process, register.write_summed)
    session = _browser(port, register.session())
    bench.ask("product", "overview", port, "/?programme=2023", session, process)
    bench.after_writes(
        "product", "overview, first after a write", port, "/?programme=2023", session, process, register.write_shown
    )
    _exports(bench, register, port, headers, process)
    for name, page in (("first", 1), ("last", register.last_page)):
        path = f"/admin/projects/project/?p={page}"
        answers = [Connection(port).ask(path, session) for _turn in range(5)]
        assert {answer.status for answer in answers} == {200}, answers[0]
        times = [answer.whole for answer in answers]
        print(f"  product    administration, {name} page of {register.last_page:,}: {min(times):.1f} ms")


def _browser(port: int, session: str) -> dict[str, str]:
    """The cookies of a browser that has been here before."""
    first = Connection(port).ask("/?programme=2023", {"Cookie": f"sessionid={session}"})
    csrf = first.headers.get("set-cookie", "").partition(";")[0]
    return {"Cookie": f"sessionid={session}; {csrf}"}


def _exports(bench: Bench, register: Any, port: int, headers: dict[str, str], process: psutil.Process) -> None:
    for form in ("ndjson", "csv"):
        for what, fields in (("", ""), (", the textbook's members", f"&fields={TEXTBOOK_MEMBERS}")):
            before = memory_of(process)
            path = f"/api/v1/projects/?format={form}{fields}"
            answer = _median(lambda path=path: Connection(port).ask(path, headers))
            text = answer.body.decode("utf-8-sig")
            rows = text.count("\n") if form == "ndjson" else len(list(csv.reader(io.StringIO(text)))) - 1
            register.check_count(rows)
            print(
                f"  product    export as {form:6}: {answer.whole:9.0f} ms   first byte {answer.first_byte:6.1f} ms"
                f"   {len(answer.body) / 2**20:.0f} MB   memory +{memory_of(process) - before:.0f} MB{what}",
                flush=True,
            )


def _median(ask: Callable[[], Answer]) -> Answer:
    """The answer of middle speed of three."""
    answers = sorted((ask() for _turn in range(3)), key=lambda answer: answer.whole)
    assert {answer.status for answer in answers} == {200}, answers[0]
    return answers[1]


def _textbook(bench: Bench, register: Any, port: int, process: psutil.Process) -> None:
    listed, one = f"/projects/?sector__code={SECTOR}", f"/projects/{register.key}/"
    totals = "/projects/totals/?programme=2023"
    connection = Connection(port)
    register.check_sums({row["code"]: row for row in json.loads(connection.ask(totals, {}).body)})
    answer = connection.ask(listed, {})
    register.check_list(json.loads(answer.body)["count"], [each["code"] for each in json.loads(answer.body)["results"]])
    known = {"If-None-Match": answer.headers["etag"]}
    for work, path, asked, status in (
        ("list", listed, {}, 200),
        ("list, 304", listed, known, 304),
        ("record", one, {}, 200),
        ("totals", totals, {}, 200),
    ):
        bench.ask("textbook", work, port, path, asked, process, status=status)
    # it knows no other way than the whole one; but one request after a write finds every cache colder than many in a row
    bench.after_writes("textbook", "list, first after a write", port, listed, {}, process, register.write_listed)
    before = memory_of(process)
    try:
        answer = _median(lambda: Connection(port).ask("/projects/everything/", {}))
    except ConnectionError:
        print("  textbook   everything as JSON: the server ended, out of memory", flush=True)
        return
    register.check_count(len(json.loads(answer.body)))
    print(
        f"  textbook   everything as JSON: {answer.whole:9.0f} ms   first byte {answer.first_byte:6.0f} ms"
        f"   memory +{memory_of(process) - before:.0f} MB"
    )


def _datasette(bench: Bench, register: Any, port: int, process: psutil.Process) -> None:
    name = Path(os.environ["TEST_DATABASE_URL"].removeprefix("sqlite:///")).stem
    listed = (
        f"/{name}/projects_project.json?sector_id={register.sector}&_shape=objects&_sort=code&_nofacet=1&_nosuggest=1"
    )
    sql = (
        "select s.code, count(*), sum(p.total_investment), sum(p.expected_revenue) from projects_project p"
        " join sectors_sector s on s.id = p.sector_id group by s.id"
    ).replace(" ", "+")
    for work, path in (
        ("list", listed),
        ("record", f"/{name}/projects_project/{register.key}.json?_shape=objects"),
        ("totals", f"/{name}.json?sql={sql}&_shape=objects"),
    ):
        bench.ask("datasette", work, port, path, {}, process)


if __name__ == "__main__":
    if not os.environ.get("TEST_DATABASE_URL"):
        own = Path(tempfile.mkdtemp(prefix="portfolio-bench-")) / "bench.sqlite3"
        os.environ["TEST_DATABASE_URL"] = f"sqlite:///{own}"
    sys.exit(main(*map(int, sys.argv[1:])))
