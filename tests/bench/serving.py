"""The product beside a textbook's API and Datasette on the same rows: python -m tests.bench.serving PROJECTS

Fills an empty database (TEST_DATABASE_URL), starts the servers on one core and asks them the same things by turns, with a
token and row permission on for the product. Every answer is compared with the database. Prints requests for each second of
CPU (of the server and of the database together), times, memory and ratios; only ratios can be compared with other machines.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

from . import asked_once, datasette, exports
from .load import Answer, Connection
from .servers import LOAD_CORE, SERVER_CORE, Server, as_served, running, stay_on, waitress
from .servers import datasette as datasette_of
from .turns import Bench, Question
from .works import FIGURES, works

SECTOR = "new-display"


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
            process.cpu_affinity([SERVER_CORE])
    stay_on(LOAD_CORE)
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
    commands = {
        "product": as_served(),
        "textbook": waitress("tests.bench.textbook:application"),
    }
    if connection.vendor == "sqlite":
        commands["datasette"] = datasette_of(url.removeprefix("sqlite:///"))
    bench = Bench(_postgres_processes())
    with ExitStack() as stack:
        servers = {name: stack.enter_context(running(name, command, environment)) for name, command in commands.items()}
        headers = {"Authorization": f"Token {token()}"}
        _asked_once(bench, register, servers, headers)
        _unchanged(bench, register, servers)
        _after_writes(bench, register, servers, headers)
        _pages(bench, register, servers["product"])
        exports.of_product(register, servers["product"], headers)
        exports.of_textbook(register, servers["textbook"])
    bench.ratios("product")
    return 0


LISTED = f"/api/v1/projects/?sector={SECTOR}&page_size=50"
TOTALS = f"/api/v1/totals/?programme=2023&by=sector&fields={FIGURES}"
LISTED_BY_TEXTBOOK, TOTALS_BY_TEXTBOOK = f"/projects/?sector__code={SECTOR}", "/projects/totals/?programme=2023"


def sums_of_product(answer: Answer) -> dict[str, dict[str, Any]]:
    """Figures by the code of a sector and by their name."""
    rows = json.loads(answer.body)["rows"]
    return {row["key"]: {name: each["value"] for name, each in row["figures"].items()} for row in rows}


def sums_of_textbook(answer: Answer) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in json.loads(answer.body)}


def _asked_once(bench: Bench, register: Any, servers: dict[str, Server], headers: dict[str, str]) -> None:
    """First, as nothing is kept yet."""
    browser = _browser(servers["product"].port, register.session())
    once = asked_once.Bench(servers, {"product": headers, "pages": browser}, bench.besides)
    for work in works(register):
        once.ask(work)
    once.store("postgresql" if bench.besides else "sqlite", register.count)


def _unchanged(bench: Bench, register: Any, servers: dict[str, Server]) -> None:
    """What nobody has changed since it was read last, asked by the public."""
    headers: dict[str, str] = {}
    own, textbook = servers["product"], servers["textbook"]
    record, record_by_textbook = f"/api/v1/projects/{register.code}/", f"/projects/{register.key}/"
    asked = Connection(own.port), Connection(textbook.port)
    answers = asked[0].ask(LISTED, headers), asked[1].ask(LISTED_BY_TEXTBOOK, {})
    for answer in answers:
        page = json.loads(answer.body)
        register.check_list(page["count"], [each["code"] for each in page["results"]])
    register.check_one(json.loads(asked[0].ask(record, headers).body))
    register.check_sums(sums_of_product(asked[0].ask(TOTALS, headers)))
    register.check_sums(sums_of_textbook(asked[1].ask(TOTALS_BY_TEXTBOOK, {})))
    known, known_by_textbook = ({"If-None-Match": answer.headers["etag"]} for answer in answers)
    others = (
        {work: [Question(servers["datasette"], path)] for work, path in datasette.addresses(register).items()}
        if "datasette" in servers
        else {}
    )
    for work, ours, theirs in (
        ("list", Question(own, LISTED, headers), Question(textbook, LISTED_BY_TEXTBOOK)),
        (
            "list, 304",
            Question(own, LISTED, headers | known, 304),
            Question(textbook, LISTED_BY_TEXTBOOK, known_by_textbook, 304),
        ),
        ("record", Question(own, record, headers), Question(textbook, record_by_textbook)),
        ("totals", Question(own, TOTALS, headers), Question(textbook, TOTALS_BY_TEXTBOOK)),
    ):
        bench.ask(work, ours, theirs, *others.get(work, []))


def _after_writes(bench: Bench, register: Any, servers: dict[str, Server], headers: dict[str, str]) -> None:
    """What is read first after it was written; the textbook knows no other way than the whole one."""
    own, textbook = servers["product"], servers["textbook"]
    bench.ask(
        "list, first after a write",
        Question(own, LISTED, headers, write=register.write_listed),
        Question(textbook, LISTED_BY_TEXTBOOK, write=register.write_listed),
    )
    bench.ask("list, second after a write", Question(own, LISTED, headers, write=register.write_listed, reads=2))
    bench.ask(
        "totals, first after a write",
        Question(own, TOTALS, headers, write=register.write_summed(sums_of_product)),
        Question(textbook, TOTALS_BY_TEXTBOOK, write=register.write_summed(sums_of_textbook)),
    )


def _pages(bench: Bench, register: Any, own: Server) -> None:
    session = _browser(own.port, register.session())
    bench.ask("overview", Question(own, "/?programme=2023", session))
    bench.ask("overview, first after a write", Question(own, "/?programme=2023", session, write=register.write_shown))
    for name, page in (("first", 1), ("last", register.last_page)):
        path = f"/admin/projects/project/?p={page}"
        answers = [Connection(own.port).ask(path, session) for _turn in range(5)]
        assert {answer.status for answer in answers} == {200}, answers[0]
        times = [answer.whole for answer in answers]
        print(f"  product    administration, {name} page of {register.last_page:,}: {min(times):.1f} ms")


def _browser(port: int, session: str) -> dict[str, str]:
    """The cookies of a browser that has been here before."""
    first = Connection(port).ask("/?programme=2023", {"Cookie": f"sessionid={session}"})
    csrf = first.headers.get("set-cookie", "").partition(";")[0]
    return {"Cookie": f"sessionid={session}; {csrf}"}


if __name__ == "__main__":
    if not os.environ.get("TEST_DATABASE_URL"):
        own = Path(tempfile.mkdtemp(prefix="portfolio-bench-")) / "bench.sqlite3"
        os.environ["TEST_DATABASE_URL"] = f"sqlite:///{own}"
    sys.exit(main(*map(int, sys.argv[1:])))
